"""Packages of npm that tests run: installed once, as their lock file says."""

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

from sandbox.prepare.graphiql import npm

INSTALL_SECONDS = 100


def installed(folder: Path) -> tuple[str, dict[str, str]]:
    """Install a folder's packages, if they are not; return node and an environment. Test processes take turns."""
    command, path = npm()
    environment = {**os.environ, "PATH": path}
    lock, done = folder / "package-lock.json", folder / "node_modules" / ".package-lock.json"
    with lock.open() as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not done.exists() or done.stat().st_mtime < lock.stat().st_mtime:
            arguments = [*map(str, command), "ci", "--loglevel=error"]
            subprocess.run(arguments, cwd=folder, env=environment, check=True, timeout=INSTALL_SECONDS)  # noqa: S603  npm
    node = shutil.which("node", path=path)
    assert node is not None
    return node, environment
