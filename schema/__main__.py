"""The SDL of each graph, committed beside its code, and who may read what in it.

python -m schema export    write schema/<audience>/schema.graphql and docs/permissions.md
python -m schema check     exit 1 where one is out of date, or breaks clients and CHANGELOG.md does not say so
"""

import shutil
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import strawberry
from graphql import build_schema
from graphql.utilities import find_breaking_changes

from schema.common.principals import Audience
from schema.doctor.schema import schema as doctor
from schema.erp.schema import schema as erp
from schema.patient.schema import schema as patient
from schema.permissions import page

ROOT: Final = Path(__file__).resolve().parent.parent
PERMISSIONS: Final = "docs/permissions.md"
GRAPHS: Final[Mapping[Audience, strawberry.Schema]] = {"patient": patient, "doctor": doctor, "erp": erp}


def main(arguments: Sequence[str], root: Path = ROOT) -> int:
    """Run a command over the project at `root`; return the exit code."""
    parser = ArgumentParser(prog="python -m schema", description="The SDL of each graph.")
    parser.add_argument("command", choices=["export", "check"])
    if parser.parse_args(arguments).command == "export":
        export(root)
        return 0
    faults = [fault for audience in GRAPHS for fault in _faults(root, audience)]
    faults += _drift(root, PERMISSIONS, _permissions())
    print("\n".join(faults) or "The SDL of each graph is up to date.")
    return 1 if faults else 0


def export(root: Path) -> None:
    """Write each graph's SDL, and who may read what."""
    for audience in GRAPHS:
        (root / _path(audience)).write_text(sdl(audience), encoding="utf-8")
    (root / PERMISSIONS).write_text(_permissions(), encoding="utf-8")


def sdl(audience: Audience) -> str:
    """Return a graph's SDL as it is committed."""
    return f"{GRAPHS[audience].as_str()}\n"


def _permissions() -> str:
    return page({audience: sdl(audience) for audience in GRAPHS})


def _path(audience: Audience) -> str:
    return f"schema/{audience}/schema.graphql"


def _faults(root: Path, audience: Audience) -> Iterator[str]:
    now = sdl(audience)
    yield from _drift(root, _path(audience), now)
    before, changelog = _before(root, _path(audience), now)
    for change in find_breaking_changes(build_schema(before), build_schema(now)) if before else ():
        entry = f"{audience}: {change.description}"
        if entry.rstrip(".") not in changelog:
            yield f'This breaks clients; if it is meant, CHANGELOG.md says under [Unreleased]: "{entry}"'


def _drift(root: Path, path: str, now: str) -> Iterator[str]:
    file = root / path
    if not file.exists() or file.read_text(encoding="utf-8") != now:
        yield f"{path} is not what the code says: run `python -m schema export` and commit it."


def _before(root: Path, path: str, now: str) -> tuple[str | None, str]:
    """Return the SDL before the last change of it, None without one, and where the changelog must name that change.

    A change that is committed already may have been released since, so the whole changelog counts for it.
    """
    changelog = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    committed = [
        _git(root, "show", f"{commit}:{path}") for commit in _git(root, "log", "-2", "--format=%H", "--", path).split()
    ]
    if committed and committed[0] != now:
        return committed[0], _unreleased(changelog)
    return committed[1] if committed[1:] else None, changelog


def _unreleased(changelog: str) -> str:
    return changelog.partition("## [Unreleased]")[2].partition("\n## ")[0]


def _git(root: Path, *arguments: str) -> str:
    """Return what git prints; nothing where there is no git or no repository."""
    git = shutil.which("git")
    if git is None:
        return ""
    return subprocess.run([git, *arguments], cwd=root, capture_output=True, text=True, check=False).stdout  # noqa: S603  our own arguments


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
