"""The Dockerfile's steps give a server that is ready: run one by one, since no container engine is at hand."""

import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from sandbox.emulation import base_environment
from sandbox.keys import Keys
from sandbox.ports import free_ports
from sandbox.programs import bff_environment
from sandbox.state import PROJECT
from tests.image.dockerfile import Image, Stage, steps_of
from tests.platform import Platform

START_SECONDS = 60
DOCKERFILE = PROJECT / "Dockerfile"


def test_nothing_that_is_copied_is_missing_or_ignored() -> None:
    ignored = (PROJECT / ".dockerignore").read_text().splitlines()
    for step in steps_of(DOCKERFILE):
        if step.instruction == "COPY" and not step.arguments.startswith("--from="):
            for source in step.arguments.split()[:-1]:
                assert (PROJECT / source).exists(), source
                assert f"!{source.split('/')[0]}" in ignored, source


def test_the_image_does_not_run_as_root() -> None:
    users = [step.arguments for step in steps_of(DOCKERFILE) if step.instruction == "USER"]
    assert users == ["10001:10001"]


@pytest.mark.platform
@pytest.mark.timeout(400)
def test_the_steps_give_a_server_that_is_ready(platform: Platform, tmp_path: Path) -> None:
    image = Image(PROJECT, tmp_path, base_environment())
    for step in steps_of(DOCKERFILE):
        image.run(step)
    (port,) = free_ports(1)
    environment = image.stage.environment | _configuration(platform) | {"HEALTHMED_PORT": str(port)}
    with _serving(image.stage, environment):
        url = f"http://127.0.0.1:{port}"
        assert _ready(url).status_code == 200
        page = httpx.get(f"{url}/patient/graphql", headers={"Accept": "text/html"}).text
        script = page.partition('src="/graphiql/')[2].partition('"')[0]
        assert httpx.get(f"{url}/graphiql/{script}").status_code == 200
        check = subprocess.run(  # noqa: S602  the image's own health check
            image.stage.health_check, shell=True, env=environment, check=False
        )
        assert check.returncode == 0


@contextmanager
def _serving(stage: Stage, environment: Mapping[str, str]) -> Iterator[None]:
    program = shutil.which(stage.command[0], path=environment["PATH"])
    assert program == str(stage.root / "opt" / "healthmed" / "bin" / "python")
    with (
        subprocess.Popen(  # noqa: S603  the image's own command
            [program, *stage.command[1:]], cwd=stage.inside(""), env=dict(environment)
        ) as server
    ):
        try:
            yield
        finally:
            server.terminate()


def _ready(url: str) -> httpx.Response:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            return httpx.get(f"{url}/health/ready")
        except httpx.TransportError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _configuration(platform: Platform) -> dict[str, str]:
    keys = Keys.of(platform.state)
    return bff_environment(keys, platform.pools, platform.aws_url, platform.google_url) | {
        "HEALTHMED_SCHEDULING_URL": platform.scheduling_url,
        "HEALTHMED_RECORDS_URL": platform.records_url,
        "HEALTHMED_ERP_URL": platform.erp_url,
    }
