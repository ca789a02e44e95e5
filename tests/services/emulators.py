"""The emulators that service tests run against: started once a test run, shared by its workers."""

import fcntl
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

START_SECONDS = 30
HOST = "127.0.0.1"
PROGRAMS = Path(os.environ.get("HEALTHMED_EMULATORS", Path(__file__).parents[2] / ".local" / "emulators")) / "bin"


@contextmanager
def ministack(folder: Path) -> Iterator[str]:
    """Run AWS's emulator, in memory; yield its URL."""
    port = _free_port()
    environment = {
        "AUTH": "true",
        "BIND_HOST": HOST,
        "MINISTACK_HOST": HOST,
        "GATEWAY_PORT": str(port),
        "PERSIST_STATE": "0",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
    }
    with _shared(folder, port, ["ministack"], environment) as listening:
        yield f"http://{HOST}:{listening}"


@contextmanager
def aws_environment(url: str) -> Iterator[dict[str, str]]:
    """Point botocore at an emulator, in this process; yield the variables for others."""
    variables = {
        "AWS_ENDPOINT_URL": url,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    with pytest.MonkeyPatch.context() as environment:
        for name, value in variables.items():
            environment.setenv(name, value)
        yield variables


@contextmanager
def mongo(folder: Path) -> Iterator[str]:
    """Run MongoDB's emulator; yield its URL."""
    port = _free_port()
    data = folder / "mongo"
    command = ["secantusd-py", "--host", HOST, "--port", str(port), "--storage-path", str(data), "--cache-size", "64M"]
    with _shared(folder, port, command, {}) as listening:
        yield f"mongodb://{HOST}:{listening}"


@contextmanager
def _shared(folder: Path, port: int, command: Sequence[str], environment: Mapping[str, str]) -> Iterator[int]:
    """Use a server, starting it on `port` where no other worker has started one; yield where it listens.

    `keeper.py` stops it when its last user's lock is gone.
    """
    users, state = (folder / f"{command[0]}.{each}" for each in ("users", "port"))
    with users.open("a") as use:
        fcntl.flock(use, fcntl.LOCK_SH)
        with (folder / f"{command[0]}.starting").open("a") as starting:
            fcntl.flock(starting, fcntl.LOCK_EX)
            if not state.exists():
                keeper = [sys.executable, str(Path(__file__).with_name("keeper.py")), str(users), str(state)]
                _start([*keeper, str(_program(command[0])), *command[1:]], environment, folder / f"{command[0]}.log")
                _wait_for(port, folder / f"{command[0]}.log")
                state.write_text(str(port))
        yield int(state.read_text())


def _start(command: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
    with log.open("ab") as output:
        subprocess.run(  # noqa: S603  the tests' own emulators
            command,
            env=os.environ | environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            check=True,
        )


def _wait_for(port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                message = f"an emulator did not start; its log ends: {log.read_text()[-2000:]}"
                raise RuntimeError(message) from None
            time.sleep(0.05)
        else:
            return


def _program(name: str) -> Path:
    program = PROGRAMS / name
    if not program.exists():
        message = f"{program} is missing: `make test` prepares it"
        raise RuntimeError(message)
    return program


def _free_port() -> int:
    with socket.socket() as free:
        free.bind((HOST, 0))
        return int(free.getsockname()[1])
