"""What `make run` promises, on the platform of this test run."""

import shlex
import subprocess
import sys

import httpx
import jwt
import pytest

from sandbox.people import ANA, BRUNO, CARLA, Audience, Person
from sandbox.state import PROJECT
from sandbox.welcome import welcome
from tests.platform import Platform

pytestmark = pytest.mark.platform


@pytest.mark.parametrize(
    ("audience", "login", "person"),
    [
        ("patient", "ana@example.com", ANA),
        ("patient", ANA.login, ANA),
        ("doctor", "123456/SP", BRUNO),
        ("doctor", "bruno@example.com", BRUNO),
        ("erp", "carla@example.com", CARLA),
    ],
)
def test_demo_people_sign_in(platform: Platform, audience: Audience, login: str, person: Person) -> None:
    token = platform.token(audience, login)
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["username"] == person.id
    assert claims["client_id"] == platform.pools[audience].client_id
    assert claims.get("cognito:groups", []) == (["admin"] if audience == "erp" else [])


def test_token_command_prints_a_token_that_the_graph_takes(platform: Platform) -> None:
    token = _sandbox(platform, "token", "doctor", "--as", "654321/RJ").stdout.strip()
    answer = httpx.post(
        f"{platform.bff_url}/doctor/graphql",
        json={"query": "{ me { name } }"},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.json() == {"data": {"me": {"name": "Diego Nunes"}}}


def test_token_command_says_who_does_not_sign_in(platform: Platform) -> None:
    result = _sandbox(platform, "token", "patient", "--as", "nobody@example.com")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == "Nobody signs in to the patient graph as nobody@example.com.\n"


def test_pasted_curl_command_finds_doctors(platform: Platform) -> None:
    lines = welcome(platform, platform.state, 1).splitlines()
    start = next(number for number, line in enumerate(lines) if "curl" in line)
    command = shlex.split(f"{lines[start].rstrip().removesuffix(chr(92))} {lines[start + 1]}")
    url, header, body = command[2], command[4], command[6]
    answer = httpx.post(url, content=body, headers=dict([header.split(": ")])).json()
    assert len(answer["data"]["doctors"]["nodes"]) == 3


def test_every_service_is_healthy(platform: Platform) -> None:
    services = (platform.scheduling_url, platform.records_url, platform.erp_url, platform.events_url)
    assert {httpx.get(f"{url}/health").status_code for url in services} == {200}


def test_a_second_platform_on_the_same_folder_says_so(platform: Platform) -> None:
    result = _sandbox(platform)
    assert result.returncode == 1
    assert result.stderr.startswith(f"A sandbox already runs on {platform.state.root} (process ")
    assert result.stderr.count("\n") == 1


def _sandbox(platform: Platform, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  the command that is tested
        [sys.executable, "-m", "sandbox", *arguments],
        cwd=PROJECT,
        env={"HEALTHMED_STATE": str(platform.state.root), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
