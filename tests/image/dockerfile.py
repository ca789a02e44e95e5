"""Runs a Dockerfile's steps one by one without a container engine: each stage is a folder that stands for its root.

It knows the instructions that our Dockerfile uses, and fails on any other. An absolute path inside a stage is the same
path below the stage's folder; the base images' own programs (python, node) are this machine's.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from sandbox.prepare.graphiql import npm

# The folders of an image that its steps write to; what else is absolute is the base image's own.
OUR_FOLDERS = re.compile(r"(?<![\w.}])/(?=(?:src|opt|home)\b)")
INSTALL_SECONDS = 200


@dataclass(frozen=True, slots=True)
class Step:
    """One instruction with its arguments."""

    instruction: str
    arguments: str


def steps_of(dockerfile: Path) -> Iterator[Step]:
    """Yield the instructions, lines joined and comments left out."""
    text = re.sub(r"\\\n", " ", re.sub(r"(?m)^#.*\n", "", dockerfile.read_text()))
    for line in filter(None, map(str.strip, text.splitlines())):
        instruction, _, arguments = line.partition(" ")
        yield Step(instruction, arguments)


@dataclass(slots=True)
class Stage:
    """One stage as far as it is built."""

    root: Path
    environment: dict[str, str]
    folder: str = "/"
    user: str = "root"
    command: list[str] = field(default_factory=list)
    health_check: str = ""

    def inside(self, path: str) -> Path:
        """Return where a path of the image is on this machine."""
        return self.root / (PurePosixPath(self.folder) / path).relative_to("/")

    def rewritten(self, text: str) -> str:
        """Return a text in which our absolute paths are this machine's."""
        return OUR_FOLDERS.sub(f"{self.root}/", text)


class Image:
    """Builds every stage below the folder `work`, from the build context `context`."""

    def __init__(self, context: Path, work: Path, base_environment: Mapping[str, str]) -> None:
        self._context = context
        self._work = work
        command, path = npm()
        self._base = {**base_environment, "PATH": f"{self._programs(command)}{os.pathsep}{path}"}
        self._stages: dict[str, Stage] = {}
        self.stage: Stage

    def run(self, step: Step) -> None:
        """Take one step."""
        known: dict[str, Callable[[str], None]] = {
            "FROM": self._from,
            "WORKDIR": self._workdir,
            "COPY": self._copy,
            "RUN": self._run,
            "ENV": self._env,
            "USER": self._user,
            "EXPOSE": lambda _: None,
            "HEALTHCHECK": self._health_check,
            "CMD": self._cmd,
        }
        known[step.instruction](step.arguments)

    def _programs(self, npm_command: Sequence[str | Path]) -> Path:
        """Return a folder of what the base images have: the python behind this environment's, and npm."""
        folder = self._work / "base"
        folder.mkdir(parents=True)
        (folder / "python").symlink_to(Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}")
        (folder / "npm").write_text(f'#!/bin/sh\nexec {shlex.join(map(str, npm_command))} "$@"\n')
        (folder / "npm").chmod(0o755)
        return folder

    def _from(self, arguments: str) -> None:
        _, _, name = arguments.partition(" AS ")
        root = self._work / (name or "final")
        root.mkdir()
        self.stage = self._stages[name] = Stage(root, dict(self._base))

    def _workdir(self, arguments: str) -> None:
        self.stage.folder = str(PurePosixPath(self.stage.folder) / arguments)
        self.stage.inside("").mkdir(parents=True, exist_ok=True)

    def _copy(self, arguments: str) -> None:
        words = shlex.split(arguments)
        source_stage = self._stages[words.pop(0).removeprefix("--from=")] if words[0].startswith("--from=") else None
        *sources, target = words
        for source in sources:
            origin = source_stage.inside(source) if source_stage else self._context / source
            place = self.stage.inside(target)
            if origin.is_dir():
                shutil.copytree(origin, place, symlinks=True, dirs_exist_ok=True, ignore=_left_out)
            else:
                place.mkdir(parents=True, exist_ok=True)
                shutil.copy(origin, place)

    def _run(self, arguments: str) -> None:
        stage = self.stage
        subprocess.run(  # noqa: S602  RUN is a line for the shell
            stage.rewritten(arguments),
            shell=True,
            check=True,
            cwd=stage.inside(""),
            env=stage.environment,
            stdin=subprocess.DEVNULL,
            timeout=INSTALL_SECONDS,
        )

    def _env(self, arguments: str) -> None:
        name, _, value = arguments.partition("=")
        environment = self.stage.environment
        environment[name] = re.sub(r"\$(\w+)", lambda found: environment[found[1]], self.stage.rewritten(value))

    def _user(self, arguments: str) -> None:
        self.stage.user = arguments

    def _health_check(self, arguments: str) -> None:
        self.stage.health_check = arguments.partition("CMD ")[2]

    def _cmd(self, arguments: str) -> None:
        self.stage.command = json.loads(arguments)


def _left_out(_folder: str, names: list[str]) -> set[str]:
    """Leave out what .dockerignore does."""
    return {"node_modules", "__pycache__"} & set(names)
