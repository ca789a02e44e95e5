"""The Python environments: the project's, and one of their own for the emulators, whose pins clash with ours."""

import sys
from pathlib import Path
from typing import Final

from sandbox.prepare.step import LOCAL, PROJECT, PreparationError, Step, run

_BOOT: Final = LOCAL / "boot"
_UV_LOCK: Final = PROJECT / "sandbox" / "prepare" / "uv.txt"
UV: Final = _BOOT / "bin" / "uv"


def installer() -> Step:
    """Return the step that fetches uv: a few seconds where pip needs a minute."""
    return Step(name="installer", inputs=[_UV_LOCK], output=_BOOT, make=_fetch_uv)


def _fetch_uv() -> None:
    """Fetch uv; where there is none for this machine, the folder stays empty and pip does the work."""
    _BOOT.mkdir(parents=True, exist_ok=True)
    try:
        pip_install(_UV_LOCK, _BOOT)
    except PreparationError:
        _BOOT.joinpath("without-uv").touch()


def pip_install(lock: Path, target: Path) -> None:
    """Install what `lock` pins, with its hashes, into the folder `target`."""
    options = ["--quiet", "--disable-pip-version-check", "--no-input", "--no-deps", "--upgrade", "--require-hashes"]
    run(
        [sys.executable, "-m", "pip", "install", *options, "--target", target, "-r", lock],
        log="pip",
        also={"PIP_ROOT_USER_ACTION": "ignore"},
    )


def environment(name: str, folder: Path, lock: Path) -> Step:
    """Return the step that makes the virtual environment in `folder` hold exactly what `lock` pins."""

    def make() -> None:
        if not _is_of_this_python(folder):
            _create(folder, log=folder.name)
        _fill(folder, lock, log=folder.name)

    return Step(name=name, inputs=[lock], output=folder / "bin" / "python", make=make)


def _is_of_this_python(folder: Path) -> bool:
    settings = folder / "pyvenv.cfg"
    version = ".".join(map(str, sys.version_info[:3]))
    return settings.exists() and (folder / "bin" / "python").exists() and f"= {version}" in settings.read_text()


def _create(folder: Path, log: str) -> None:
    if UV.exists():
        run([UV, "venv", "--quiet", "--clear", "--python", sys.executable, folder], log=log)
    else:
        run([sys.executable, "-m", "venv", "--clear", folder], log=log)


def _fill(folder: Path, lock: Path, log: str) -> None:
    python = folder / "bin" / "python"
    if UV.exists():
        run([UV, "pip", "sync", "--quiet", "--require-hashes", "--python", python, lock], log=log)
    else:
        options = ["--quiet", "--disable-pip-version-check", "--no-input", "--require-hashes"]
        run([python, "-m", "pip", "install", *options, "-r", lock], log=log)
