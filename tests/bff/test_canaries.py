"""Whatever a client writes, wherever it writes it, and whatever the services make of it: no log says it."""

import ast
import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Final

import httpx
import pytest

from bff.answers.wrapping import wrapped
from tests.bff.planted import CPF, FORGED, LINES, NAME, POSITIONS, Planted
from tests.bff.pool import Clock, KeyEndpoint, SigningKey
from tests.bff.serving import connected, served
from tests.bff.world import World, running

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[2]
SECRET: Final = f"{NAME} de Souza {CPF} 12345678909 eyJhbGciOiJub25lIn0.e30.{LINES}"


def unreachable(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError(SECRET, request=request)


def broken(_request: httpx.Request) -> httpx.Response:
    raise ValueError(SECRET)


Failure = Callable[[httpx.Request], httpx.Response]

FAILURES: Final[dict[str, Failure]] = {
    "is unreachable": unreachable,
    "fails": lambda _: httpx.Response(500, text=SECRET),
    "answers with a page": lambda _: httpx.Response(200, html=SECRET),
    "answers with another shape": lambda _: httpx.Response(200, json=[{"name": SECRET, SECRET: CPF}]),
    "answers with nothing": lambda _: httpx.Response(200, json=[]),
    "says no": lambda _: httpx.Response(403, json={"code": SECRET, "detail": SECRET}),
    "refuses": lambda _: httpx.Response(422, json={"code": SECRET, "__type": SECRET, "message": SECRET}),
    "redirects": lambda _: httpx.Response(302, headers={"Location": f"http://elsewhere.test/{CPF}"}),
    "meets a bug of ours": broken,
}


class Network(httpx.AsyncBaseTransport):
    """Everything downstream, failing as it is told."""

    def __init__(self) -> None:
        self.failure = FAILURES["is unreachable"]
        self.calls = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Fail."""
        self.calls += 1
        return self.failure(request)


@pytest.fixture
def network() -> Network:
    return Network()


@pytest.fixture
async def world(
    signing_key: SigningKey, endpoint: KeyEndpoint, bff_key: tuple[str, str], clock: Clock, network: Network
) -> AsyncIterator[World]:
    async with running(signing_key, endpoint, bff_key[0], clock, network=network) as world:
        yield world


@pytest.fixture
async def address(world: World) -> AsyncIterator[str]:
    """Serve as `python -m bff` does: behind uvicorn."""
    app = wrapped(world.app, allowed_origins=["https://app.test"], preflight_headers=(), https=True)
    async with served(app) as address:
        yield address


@pytest.fixture
def logged(address: str, caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Listen to everything from now on, but for what logs URLs: `python -m bff` keeps those quiet."""
    assert address
    for name in ("httpx", "httpcore", "uvicorn.access"):
        caplog.set_level(logging.WARNING, name)
    # Last: it sets what is heard at all.
    caplog.set_level(logging.DEBUG)
    return caplog


async def answer(address: str, request: bytes) -> bytes:
    async with connected(address) as (reader, writer), asyncio.timeout(5):
        writer.write(request)
        await writer.drain()
        return await reader.read()


def leaks(record: logging.LogRecord, token: str) -> bool:
    """Say whether a record has any part of the secret or of a token, or more than the one line that it should."""
    text = logging.Formatter().format(record) + repr(record.args)
    secrets = (NAME, CPF, "12345678909", FORGED, "eyJ", token, token.rpartition(".")[2][:20])
    return (
        "\n" in record.getMessage()
        or "\r" in record.getMessage()
        or any(each.lower() in text.lower() for each in secrets)
    )


@pytest.mark.parametrize("planted", POSITIONS.values(), ids=POSITIONS.keys())
async def test_no_log_says_what_a_client_wrote(
    address: str, world: World, network: Network, logged: pytest.LogCaptureFixture, planted: Planted
) -> None:
    token = world.key.token()
    for failure in FAILURES.values():
        network.failure = failure
        head, _, _ = (await answer(address, planted(SECRET, token))).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 ")
        assert f"\n{FORGED}".encode() not in head
    assert [record for record in logged.records if leaks(record, token)] == []


async def test_failures_are_logged_all_the_same(
    address: str, world: World, network: Network, logged: pytest.LogCaptureFixture
) -> None:
    """The silence of the others is not that of a log that is off, or of a request that never got anywhere."""
    token = world.key.token()
    for failure in FAILURES.values():
        network.failure = failure
        await answer(address, POSITIONS["a variable"](SECRET, token))
        await answer(address, POSITIONS["a good token"](SECRET, token))
    assert network.calls >= 2 * len(FAILURES)
    ours = [record.getMessage() for record in logged.records if record.name == "bff.errors"]
    for said in ("ConnectError", "status 500", "UNKNOWN", "ValueError at "):
        assert any(said in each for each in ours), said
    logging.getLogger("uvicorn.error").debug("heard")
    assert logged.records[-1].getMessage() == "heard"


@pytest.mark.parametrize(
    "said",
    [NAME, f"of {CPF}", "12345678909", "Bearer eyJhbGciOiJub25lIn0", "two\nlines", "a carriage\rreturn", "TOKEN"],
)
def test_a_leak_would_be_found(said: str) -> None:
    assert leaks(logging.LogRecord("bff", logging.DEBUG, "", 0, "%s", (said,), None), "TOKEN")
    assert not leaks(
        logging.LogRecord("bff", logging.DEBUG, "", 0, "request %s: records: no answer", ("a1",), None), "TOKEN"
    )


def test_the_server_is_told_to_keep_no_access_log() -> None:
    """It would write each GET's URL, and httpx each call's."""
    tree = ast.parse((ROOT / "bff" / "serving.py").read_text(encoding="utf-8"))
    calls = {ast.unparse(node.func): node for node in ast.walk(tree) if isinstance(node, ast.Call)}
    options = {each.arg: ast.unparse(each.value) for each in calls["uvicorn.Config"].keywords}
    assert (options["access_log"], options["log_level"]) == ("False", "'warning'")
    assert "logging.getLogger('httpx').setLevel('WARNING')" in {ast.unparse(each) for each in calls.values()}
