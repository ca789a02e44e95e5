"""What keeps `make run` from running is one clear line, and the exit status 1."""

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.people import ANA, AUDIENCES
from sandbox.state import PROJECT, StateFolder


def run(state: Path, port: int | str = "", *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m sandbox` to its end."""
    return subprocess.run(  # noqa: S603  the command that is tested
        [sys.executable, "-m", "sandbox", *arguments],
        cwd=PROJECT,
        env=os.environ | {"HEALTHMED_STATE": str(state), "HEALTHMED_PORT": str(port)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def refused(result: subprocess.CompletedProcess[str]) -> str:
    """Return the one line that says why."""
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    return line


@pytest.fixture
def folder(tmp_path: Path) -> StateFolder:
    return StateFolder(tmp_path / "state")


def test_a_taken_port(folder: StateFolder) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        line = refused(run(folder.root, port))
    assert re.fullmatch(rf"Port {port} cannot be used \(.*\): stop .*, for instance HEALTHMED_PORT=\d+\.", line)


def test_a_state_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "state").touch()
    assert "cannot be written" in refused(run(tmp_path / "state"))


def test_a_state_folder_whose_mark_is_damaged(folder: StateFolder) -> None:
    folder.root.mkdir()
    folder.demo_data.write_text("{")
    assert "damaged (demo-data.json): run `make reset`" in refused(run(folder.root))


def test_a_state_folder_that_has_lost_its_data(folder: StateFolder) -> None:
    """Its demo data was complete, and yet the emulators hold nothing: nobody starts afresh unasked."""
    folder.root.mkdir()
    pools = {audience: {"id": "us-east-1_gone", "client_id": "gone"} for audience in AUDIENCES}
    provisioned = {"pools": pools, "kms_key_id": "gone"}
    folder.demo_data.write_text(json.dumps({"complete": True, "provisioned": provisioned}))
    line = refused(run(folder.root))
    assert line.endswith(": run `make reset` to start afresh.")
    for name in ("healthmed-patients", "healthmed-scheduling", "healthmed-record-files", "the key of the files"):
        assert name in line


@pytest.mark.parametrize("arguments", [("token", "patient"), ("token", "doctor", "--as", ANA.login)])
def test_a_token_without_a_platform(folder: StateFolder, arguments: tuple[str, ...]) -> None:
    assert refused(run(folder.root, "", *arguments)).endswith("start one with `make run`.")


def test_a_clock_that_nobody_can_move(folder: StateFolder) -> None:
    assert "is not a duration" in refused(run(folder.root, "", "clock", "advance", "soon"))
