"""The emulators: AWS, MongoDB and Google on this machine."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sandbox.errors import SandboxError
from sandbox.keys import Keys
from sandbox.ports import HOST, free_ports
from sandbox.processes import Program
from sandbox.state import PROJECT, StateFolder

REGION: Final = "us-east-1"
GOOGLE_CLIENT_EMAIL: Final = "scheduler@healthmed.iam.gserviceaccount.com"
_BIN: Final = PROJECT / ".local" / "emulators" / "bin"
_LOCAL_ADDRESSES: Final = "127.0.0.1,localhost"


def base_environment() -> dict[str, str]:
    """Return this process's environment without what would lead a program to another cloud or through a proxy."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "HEALTHMED_"))}
    return ours | {"NO_PROXY": _LOCAL_ADDRESSES, "no_proxy": _LOCAL_ADDRESSES, "PYTHONUNBUFFERED": "1"}


def aws_environment(aws_url: str) -> dict[str, str]:
    """Return what botocore reads, for the emulator at `aws_url`."""
    return {
        "AWS_ENDPOINT_URL": aws_url,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Emulators:
    """The programs of ministack, secantusd and the Google fake."""

    aws: Program
    mongo: Program
    google: Program

    @classmethod
    def on(cls, folder: StateFolder, keys: Keys) -> "Emulators":
        """Return the emulators of a state folder, each on a free port."""
        if not _BIN.exists():
            message = "The emulators are not installed: run `make setup`."
            raise SandboxError(message)
        aws, mongo, google = free_ports(3)
        return cls(aws=_ministack(folder, aws), mongo=_secantusd(folder, mongo), google=_google(folder, google, keys))

    @property
    def all(self) -> tuple[Program, ...]:
        """Return each of them."""
        return (self.aws, self.mongo, self.google)

    @property
    def mongo_url(self) -> str:
        """Where MongoDB's clients connect."""
        return f"mongodb://{HOST}:{self.mongo.port}"


def _ministack(folder: StateFolder, port: int) -> Program:
    environment = {
        "AUTH": "true",
        "BIND_HOST": HOST,
        "MINISTACK_HOST": HOST,
        "GATEWAY_PORT": str(port),
        "MINISTACK_REGION": REGION,
        "PERSIST_STATE": "1",
        "STATE_DIR": str(folder.data("ministack")),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(folder.data("s3")),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LOG_LEVEL": "WARNING",
    }
    return Program(
        name="ministack",
        command=[str(_BIN / "python"), str(PROJECT / "sandbox" / "emulators" / "ministack_server.py")],
        port=port,
        environment=base_environment() | environment,
        health="/_ministack/ready",
        stops_last=True,
    )


def _secantusd(folder: StateFolder, port: int) -> Program:
    options = ["--storage-path", str(folder.data("mongo")), "--sync-on-commit", "--cache-size", "64M"]
    return Program(
        name="secantusd",
        command=[str(_BIN / "secantusd-py"), "--host", HOST, "--port", str(port), *options],
        port=port,
        environment=base_environment(),
        stops_last=True,
    )


def _google(folder: StateFolder, port: int, keys: Keys) -> Program:
    environment = {
        "HEALTHMED_HOST": HOST,
        "HEALTHMED_PORT": str(port),
        "HEALTHMED_GOOGLE_STATE": str(google_state(folder)),
        "HEALTHMED_GOOGLE_CLIENT_EMAIL": GOOGLE_CLIENT_EMAIL,
        "HEALTHMED_GOOGLE_PUBLIC_KEY": keys.google_public,
    }
    return Program(
        name="google",
        command=[sys.executable, "-m", "sandbox.google"],
        port=port,
        environment=base_environment() | environment,
        stops_last=True,
    )


def google_state(folder: StateFolder) -> Path:
    """Return the file of the Google fake's events."""
    return folder.data("google") / "events.db"
