"""docs/request-path.md says what is refused, where, and how: here each row of its table happens."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import httpx
import pytest

from bff.admission.rate import RateLimiter, rate_rules
from bff.admission.trusted import Mode
from bff.admission.windows import Windows
from tests.bff.audit.sinks import audit_to, down
from tests.bff.pool import Clock, KeyEndpoint, SigningKey
from tests.bff.rows import ROOT, Row, files, rows
from tests.bff.serving import BOUNDS, connected, served
from tests.bff.world import MAX_BODY_BYTES, URL, World, running

pytestmark = pytest.mark.anyio

ROWS: Final = rows("The way of one request")
GRAPHQL: Final = "application/graphql-response+json"
PREFLIGHT: Final = {"GraphQL-Require-Preflight": "1"}
TYPENAME: Final = {"query": "{ __typename }"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The endpoint, at rest (`world`) and behind a server (`address`).

    `mode` makes another of another trusted mode, `limited` one with rate limits, `unaudited` one whose audit is down.
    """

    world: World
    address: str
    mode: Callable[[Mode], AbstractAsyncContextManager[World]]
    limited: Callable[[RateLimiter], AbstractAsyncContextManager[World]]
    unaudited: Callable[[], AbstractAsyncContextManager[World]]

    async def ask(self, accept: str, /, method: str = "POST", **sent: Any) -> httpx.Response:  # noqa: ANN401  httpx's own
        """Send a request, of one query unless it says otherwise."""
        if not sent.keys() & {"content", "json", "params"}:
            sent["json"] = TYPENAME
        headers = {"Accept": accept, **sent.pop("headers", {})}
        return await self.world.http.request(method, URL, headers=headers, **sent)

    async def say(self, content: bytes) -> httpx.Response:
        """Say this to the server, and read what it answers before it closes."""
        async with connected(self.address) as (reader, writer), asyncio.timeout(5):
            writer.write(content)
            head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        status, *lines = head.decode().split("\r\n")
        headers = [(name, value) for name, _, value in (line.partition(": ") for line in lines)]
        return httpx.Response(int(status.split()[1]), headers=headers, content=body)


@pytest.fixture
async def place(
    world: World, signing_key: SigningKey, endpoint: KeyEndpoint, bff_key: tuple[str, str], clock: Clock
) -> AsyncIterator[Place]:
    @asynccontextmanager
    async def mode(trusted_mode: Mode) -> AsyncIterator[World]:
        async with running(signing_key, endpoint, bff_key[0], clock, trusted_mode=trusted_mode) as other:
            yield other

    @asynccontextmanager
    async def limited(rates: RateLimiter) -> AsyncIterator[World]:
        async with running(signing_key, endpoint, bff_key[0], clock, rates=rates) as other:
            yield other

    @asynccontextmanager
    async def unaudited() -> AsyncIterator[World]:
        async with running(signing_key, endpoint, bff_key[0], clock, audit=audit_to(down())) as other:
            yield other

    async with served(world.app) as address:
        yield Place(world=world, address=address, mode=mode, limited=limited, unaudited=unaudited)


async def halting() -> AsyncIterator[bytes]:
    """Begin a body, and send no more of it."""
    yield b"{"
    await asyncio.Event().wait()


async def in_mode(place: Place, mode: Mode, accept: str, body: Mapping[str, Any]) -> httpx.Response:
    async with place.mode(mode) as world:
        return await world.http.post(URL, json=body, headers={"Accept": accept})


async def without_keys(place: Place, accept: str) -> httpx.Response:
    place.world.keys.down = True
    return await place.ask(accept, headers={"Authorization": f"Bearer {place.world.key.token()}"})


async def limited(
    place: Place, accept: str, *bodies: Mapping[str, Any], requests_per_minute: int = 1
) -> httpx.Response:
    """Send all, where one of each is allowed; return the last answer."""
    rules = rate_rules(
        requests_per_minute=requests_per_minute,
        sign_ins_per_minute=1,
        sign_ins_per_address_per_minute=1,
        bookings_per_minute=1,
    )
    async with place.limited(RateLimiter(Windows("memory://"), rules, secret=b"secret")) as world:
        answers = [await world.http.post(URL, json=body, headers={"Accept": accept}) for body in bodies]
    return answers[-1]


async def writing_unaudited(place: Place, accept: str) -> httpx.Response:
    async with place.unaudited() as world:
        token = world.key.token()
        return await world.http.post(URL, json=REVOKING, headers={"Accept": accept, "Authorization": f"Bearer {token}"})


def signing_in(times: int) -> Mapping[str, Any]:
    """Return a mutation that tries so many passwords."""
    tries = " ".join(
        f'n{each}: signIn(input: {{login: "ana@example.com", password: "{each}"}}) {{ __typename }}'
        for each in range(times)
    )
    return {"query": f"mutation {{ {tries} }}"}


JSON_TYPE: Final = {"Content-Type": "application/json"}
MUTATION: Final = {"query": "mutation { __typename }"}
TWO: Final = {"query": "query A { __typename } query B { __typename }"}
UNFIT: Final = {"query": "query ($id: ID!) { __typename }", "variables": {"id": None}}
WATCHING: Final = {"query": "subscription { notificationReceived { id } }"}
REVOKING: Final = {"query": 'mutation { revokeShare(input: {shareId: "shr_1"}) { __typename } }'}
UNKNOWN_ID: Final = {"documentId": "0" * 64}

Case = Callable[[Place, str], Awaitable[httpx.Response]]
CASES: Final[dict[str, Case]] = {
    "what is not HTTP": lambda at, _: at.say(b"\x16\x03\x01\r\n\r\n"),
    "a URL and headers of more than `HEALTHMED_MAX_HEADER_BYTES`": lambda at, _: at.say(
        b"GET / HTTP/1.1\r\nX: " + b"x" * BOUNDS.max_header_bytes + b"\r\n\r\n"
    ),
    "headers slower than `HEALTHMED_HEADER_TIMEOUT_SECONDS`": lambda at, _: at.say(b"GET / HTTP/1.1\r\nX: "),
    "other methods": lambda at, accept: at.ask(accept, "DELETE"),
    "`Accept` with none of the three media types": lambda at, _: at.ask("text/html"),
    "a POST of anything but `application/json`": lambda at, accept: at.ask(
        accept, content=b"{}", headers={"Content-Type": "text/plain"}
    ),
    "what a browser sends without a CORS preflight": lambda at, accept: at.ask(accept, "GET", params=TYPENAME),
    "a bad, expired or foreign token": lambda at, accept: at.ask(accept, headers={"Authorization": "Bearer x"}),
    "any token, where the pool's keys were never fetched, or too long ago": without_keys,
    "more than `HEALTHMED_RATE_REQUESTS_PER_MINUTE`": lambda at, accept: limited(at, accept, TYPENAME, TYPENAME),
    "a body of more than `HEALTHMED_MAX_BODY_BYTES`": lambda at, accept: at.ask(
        accept, content=b" " * (MAX_BODY_BYTES + 1), headers=JSON_TYPE
    ),
    "a body slower than `HEALTHMED_BODY_TIMEOUT_SECONDS`": lambda at, accept: at.ask(
        accept, content=halting(), headers=JSON_TYPE
    ),
    "a batch": lambda at, accept: at.ask(accept, json=[TYPENAME]),
    "no JSON object, or a member of another type or named twice": lambda at, accept: at.ask(accept, json={"query": 1}),
    "a parameter that is not what it should be, or twice": lambda at, accept: at.ask(
        accept, "GET", params={**TYPENAME, "variables": "1"}, headers=PREFLIGHT
    ),
    "neither `query` nor an id": lambda at, accept: at.ask(accept, json={}),
    "an unknown id": lambda at, accept: in_mode(at, "log-unknown", accept, UNKNOWN_ID),
    "with `HEALTHMED_TRUSTED_MODE=require`, a text that is not in the manifest": lambda at, accept: in_mode(
        at, "require", accept, TYPENAME
    ),
    "more than 100,000 characters, too many tokens, or nested too deeply": lambda at, accept: at.ask(
        accept, json={"query": "{" + " a" * 3000 + "}"}
    ),
    "bad syntax": lambda at, accept: at.ask(accept, json={"query": "{"}),
    "no such operation, or a choice of several": lambda at, accept: at.ask(accept, json=TWO),
    "more depth, height, aliases, root fields, directives or cost than `HEALTHMED_LIMITS` allows": (
        lambda at, accept: at.ask(accept, json={"query": "{ __typename" + " @skip(if: false)" * 60 + " }"})
    ),
    "a fragment that is unknown or spreads itself": lambda at, accept: at.ask(accept, json={"query": "{ ...F }"}),
    "unknown fields, introspection where it is off": lambda at, accept: at.ask(accept, json={"query": "{ nothing }"}),
    "nobody asks for more than `@public` root fields": lambda at, accept: at.ask(
        accept, json={"query": "{ me { id } }"}
    ),
    "a variable that does not fit its type": lambda at, accept: at.ask(accept, json=UNFIT),
    "a mutation or a subscription by GET": lambda at, accept: at.ask(accept, "GET", params=MUTATION, headers=PREFLIGHT),
    "one to who does not accept `text/event-stream`": lambda at, accept: at.ask(
        accept, json=WATCHING, headers={"Authorization": f"Bearer {at.world.key.token()}"}
    ),
    "more sign-ins or bookings than `HEALTHMED_RATE_...` allows": lambda at, accept: limited(
        at, accept, signing_in(1), signing_in(1), requests_per_minute=100
    ),
    "one operation that alone asks for more": lambda at, accept: limited(
        at, accept, signing_in(2), requests_per_minute=100
    ),
    "a write of a patient's data, while the audit's sink does not answer": writing_unaudited,
}


def test_each_row_has_its_case() -> None:
    assert [row.refuses for row in ROWS] == list(CASES)


@pytest.mark.parametrize("heading", ["The way of one request", "The way of one socket", "The way of one event stream"])
def test_each_file_that_a_table_names_is_there(heading: str) -> None:
    assert files(heading) <= {file.name for file in (ROOT / "bff").rglob("*.py")}


@pytest.mark.parametrize("row", ROWS, ids=[row.refuses for row in ROWS])
async def test_what_the_row_refuses_is_refused_so(place: Place, row: Row) -> None:
    """With its status for each media type, its code, and no call below."""
    for accept, status in zip((GRAPHQL, "application/json"), (row.answers[0], row.answers[-1]), strict=True):
        answer = await CASES[row.refuses](place, accept)
        (error,) = answer.json()["errors"]
        assert (str(answer.status_code), error["extensions"]["code"]) == (status, row.code)
        assert error["message"]
        assert "data" not in answer.json()
        _check_beside(row.beside, answer, error["extensions"])
    assert not place.world.services.calls


def _check_beside(beside: str, answer: httpx.Response, extensions: Mapping[str, Any]) -> None:
    if beside.startswith("extensions."):
        assert beside.removeprefix("extensions.") in extensions
    elif beside:
        name, _, value = beside.partition(": ")
        assert answer.headers[name] == value
