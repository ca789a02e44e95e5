"""The fake in a process of its own, with a service account just made: for tests."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

CLIENT_EMAIL: Final = "scheduler@healthmed.iam.gserviceaccount.com"
_START_TIMEOUT_SECONDS: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningGoogle:
    """Where the fake listens, and the service account's key."""

    url: str
    client_email: str
    private_key_pem: str
    process: subprocess.Popen[bytes]


@contextmanager
def running_google(state_path: Path) -> Iterator[RunningGoogle]:
    """Run the fake over `state_path` on a free port of 127.0.0.1; at the end it is killed as by `kill -9`."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    port = _free_port()
    environment = {
        **os.environ,
        "HEALTHMED_HOST": "127.0.0.1",
        "HEALTHMED_PORT": str(port),
        "HEALTHMED_GOOGLE_STATE": str(state_path),
        "HEALTHMED_GOOGLE_CLIENT_EMAIL": CLIENT_EMAIL,
        "HEALTHMED_GOOGLE_PUBLIC_KEY": key.public_key()
        .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        .decode(),
    }
    process = subprocess.Popen([sys.executable, "-m", "sandbox.google"], env=environment, cwd=_project())
    try:
        _wait(process, port)
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        yield RunningGoogle(
            url=f"http://127.0.0.1:{port}", client_email=CLIENT_EMAIL, private_key_pem=private, process=process
        )
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def _project() -> Path:
    return Path(__file__).parents[2]


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + _START_TIMEOUT_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    message = "the Google fake did not start"
    raise RuntimeError(message)
