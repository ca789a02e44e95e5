"""The protocols' reference clients, from npm, take us for a server of theirs."""

import asyncio
import fcntl
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.bff.live.site import Bounds, Site, becomes
from tests.bff.live.toy import RUNNING
from tests.bff.pool import NOW, PATIENT

CLIENTS = Path(__file__).parents[1] / "live_clients"
SECONDS = 30

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parametrize("bounds", [Bounds(heartbeat_seconds=0.03).with_limits(heartbeat_seconds=0.03)]),
    pytest.mark.skipif(shutil.which("npm") is None, reason="the reference clients need node and npm"),
    pytest.mark.usefixtures("clients"),
]


@pytest.fixture(scope="session")
def clients() -> None:
    """Install the clients as their lock file says, where they are not yet; test processes take turns."""
    lock, installed = CLIENTS / "package-lock.json", CLIENTS / "node_modules" / ".package-lock.json"
    with lock.open() as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
            subprocess.run(["npm", "ci", "--loglevel=error"], cwd=CLIENTS, check=True, timeout=100)  # noqa: S607  found on PATH


async def started(script: str, *arguments: str) -> asyncio.subprocess.Process:
    """Start one of the scripts."""
    return await asyncio.create_subprocess_exec("node", CLIENTS / script, *arguments, stdout=asyncio.subprocess.PIPE)


async def told(process: asyncio.subprocess.Process) -> Any:  # noqa: ANN401  JSON
    """Return what a script says at its end."""
    try:
        output, _ = await asyncio.wait_for(process.communicate(), SECONDS)
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode == 0
    return json.loads(output)


def check_common(answers: Any) -> None:  # noqa: ANN401  JSON
    """Check what both protocols give alike."""
    assert answers["query"] == {"next": [{"data": {"hello": "hello"}}]}
    assert answers["mutation"] == {"next": [{"data": {"shout": "HI"}}]}
    assert answers["subscription"] == {"next": [{"data": {"count": number}} for number in (1, 2, 3)]}
    assert answers["authenticated"] == {"next": [{"data": {"mine": PATIENT}}]}
    assert answers["endless"] == {"data": {"endless": 1}}


async def test_graphql_ws(site: Site) -> None:
    heard = await told(await started("ws.mjs", site.socket_url, site.token()))
    answers = heard["answers"]
    check_common(answers)
    assert answers["invalid"] == {"next": [], "error": ["BAD_USER_INPUT"]}
    assert answers["unauthenticated"] == {"next": [], "error": ["UNAUTHENTICATED"]}
    assert answers["badToken"] == {"next": [], "error": 4403}
    assert answers["beside"] == {"next": [{"data": {"count": 1}}, {"data": {"count": 2}}]}
    assert sorted({code for code, _ in heard["closes"]}) == [1000, 4403]
    await becomes(lambda: not RUNNING.total() and not site.places.taken)


async def test_graphql_ws_comes_back_when_its_token_has_expired(site: Site) -> None:
    tokens = [site.token(exp=int(NOW) + 100), site.token(exp=int(NOW) + 3600)]
    process = await started("ws_again.mjs", site.socket_url, *tokens)
    assert process.stdout
    await asyncio.wait_for(process.stdout.readline(), SECONDS)
    site.clock.advance(200)
    heard = await told(process)
    assert heard["next"] == 2 * [{"data": {"endless": 1}}]
    assert heard["closes"][0] == [4403, "Forbidden"]


async def test_graphql_sse(site: Site) -> None:
    answers = (await told(await started("sse.mjs", site.url, site.token())))["answers"]
    check_common(answers)
    (invalid,) = answers["invalid"]["next"]
    assert invalid["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert answers["unauthenticated"] == {"next": [], "status": 401}
    await becomes(lambda: not RUNNING.total() and not site.places.taken)
