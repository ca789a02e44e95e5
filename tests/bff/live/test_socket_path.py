"""docs/request-path.md says what a socket is refused, where, and how: here each row of its table happens."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from functools import partial
from typing import Final

import pytest

from tests.bff.live.outcomes import (
    SMALL,
    Outcome,
    check,
    of_bytes,
    of_frames,
    of_refusal,
    of_socket,
    of_who_reads_nothing,
)
from tests.bff.live.patient import WATCH, PatientSite, serving_patients
from tests.bff.live.site import ORIGIN, ask, say
from tests.bff.live.wire import BINARY, CONTINUATION, TEXT, frame, handshake
from tests.bff.pool import KeyEndpoint, SigningKey
from tests.bff.rows import Row, rows

pytestmark = pytest.mark.anyio

ROWS: Final = rows("The way of one socket")
FIRST_THAT_CALLS: Final = 15
HEADER_BYTES: Final = SMALL["max_header_bytes"]
FRAME_BYTES: Final = SMALL["socket_max_frame_bytes"]
INIT: Final = frame(TEXT, b'{"type": "connection_init"}')
QUERY: Final = "{ __typename }"
SIGN_IN: Final = 'mutation { signIn(input: {login: "ana@example.com", password: "x"}) { __typename } }'

Case = Callable[[PatientSite], Awaitable[Outcome]]


@pytest.fixture
async def patients(
    signing_key: SigningKey, endpoint: KeyEndpoint, bff_key: tuple[str, str]
) -> AsyncIterator[PatientSite]:
    async with serving_patients(signing_key, endpoint, bff_key[0], **SMALL) as site:
        yield site


async def bytes_of(site: PatientSite, handshake_: Callable[[str], bytes]) -> Outcome:
    return await of_bytes(site, handshake_(site.path))


async def crowded(site: PatientSite, people: int, nobodies: int) -> Outcome:
    """Open a socket beside others."""
    async with AsyncExitStack() as others:
        for token in [site.token()] * people + [None] * nobodies:
            await others.enter_async_context(site.ready(token))
        return await of_refusal(site.open())


async def introduced(site: PatientSite, *payloads: dict[str, str] | None) -> Outcome:
    """Introduce a client with these, one after the other."""
    async with site.open() as client:
        for payload in payloads:
            await say(client, type="connection_init", payload=payload)
        return await of_socket(client)


async def without_keys(site: PatientSite) -> Outcome:
    site.keys.down = True
    return await introduced(site, {"Authorization": f"Bearer {site.token()}"})


async def two_of_a_person(site: PatientSite) -> Outcome:
    async with site.ready(site.token()):
        return await introduced(site, {"Authorization": f"Bearer {site.token()}"})


async def too_early(site: PatientSite) -> Outcome:
    async with site.open() as client:
        await ask(client, "a", QUERY)
        return await of_socket(client)


async def watching(site: PatientSite, *ids: str) -> Outcome:
    """Watch so often at once."""
    async with site.ready(site.token()) as client:
        for id_ in ids:
            await ask(client, id_, WATCH)
        return await of_socket(client)


async def asked(site: PatientSite, *operations: Mapping[str, object]) -> Outcome:
    """Ask, as nobody, for one after the other, of which the last is refused."""
    async with site.ready() as client:
        for number, operation in enumerate(operations):
            await say(client, id=str(number), type="subscribe", payload=operation)
            if number < len(operations) - 1:
                while json.loads(await client.recv())["type"] != "complete":
                    pass
                site.services.calls.clear()
        return await of_socket(client)


async def happens(site: PatientSite, event: Callable[[PatientSite, str], Awaitable[None]]) -> Outcome:
    """Watch while something happens; it knows the token."""
    token = site.token()
    async with site.ready(token) as client:
        await ask(client, "a", WATCH)
        await site.subscribed()
        await event(site, token)
        return await of_socket(client)


async def falls_behind(site: PatientSite, _token: str) -> None:
    await site.tell(*range(101))


async def breaks(site: PatientSite, _token: str) -> None:
    site.break_subscription()


async def expires(site: PatientSite, _token: str) -> None:
    site.clock.advance(4_000)


async def is_revoked(site: PatientSite, token: str) -> None:
    site.revoked.add(token)


async def stops(site: PatientSite, _token: str) -> None:
    site.stays.stop()


async def reads_nothing(site: PatientSite) -> Outcome:
    query = b'{"type": "subscribe", "id": "a", "payload": {"query": "{ specialties { name } }"}}'
    return await of_who_reads_nothing(site, handshake(site.path), INIT + frame(TEXT, query))


async def sends_no_pong(site: PatientSite) -> Outcome:
    """Say nothing, to a server that waits for pongs only shortly."""
    pinging = {"ws_ping_interval": 0.1, "ws_ping_timeout": 0.1}
    async with serving_patients(site.key, site.keys, site.signing_key_pem, server=pinging) as other:
        return await of_frames(other)


async def meets_a_fault(site: PatientSite) -> Outcome:
    """Introduce a client where asking for the pool's keys fails as nothing should."""
    site.keys.keys.append({"kid": object()})
    return await introduced(site, {"Authorization": f"Bearer {site.token()}"})


CASES: Final[dict[str, Case]] = {
    "a URL and headers of more than `HEALTHMED_MAX_HEADER_BYTES`": lambda at: bytes_of(
        at, lambda path: handshake(path, {"X": "x" * HEADER_BYTES})
    ),
    "headers slower than `HEALTHMED_HEADER_TIMEOUT_SECONDS`": lambda at: bytes_of(
        at, lambda path: handshake(path).removesuffix(b"\r\n")
    ),
    "a method that is not GET, no key, or no host": lambda at: bytes_of(
        at, lambda path: handshake(path, {"Sec-WebSocket-Key": None})
    ),
    "a version that is not 13": lambda at: bytes_of(at, lambda path: handshake(path, {"Sec-WebSocket-Version": "8"})),
    "a host or an extension that is not ASCII": lambda at: bytes_of(
        at, lambda path: handshake(path, {"Sec-WebSocket-Extensions": "\xe9"})
    ),
    "an `Origin` that is not in `HEALTHMED_ALLOWED_ORIGINS`, or two": lambda at: of_refusal(
        at.open(origin=f"{ORIGIN}.evil.example")
    ),
    "none, or none but others": lambda at: of_refusal(at.open(subprotocols=["graphql-ws"])),
    "more than `HEALTHMED_LIVE_CONNECTIONS`, streams among them": lambda at: crowded(at, people=1, nobodies=2),
    "more of nobody's than `HEALTHMED_LIVE_CONNECTIONS_PER_ADDRESS`": lambda at: crowded(at, people=0, nobodies=2),
    "what is no frame, or not where it is": lambda at: of_frames(at, frame(CONTINUATION, b"{}")),
    "a text that is not UTF-8": lambda at: of_frames(at, frame(TEXT, b"\xff")),
    "more than twice `HEALTHMED_SOCKET_MAX_FRAME_BYTES`": lambda at: of_frames(
        at, frame(TEXT, b" " * (2 * FRAME_BYTES + 1))
    ),
    "more than `HEALTHMED_SOCKET_MAX_FRAME_BYTES`": lambda at: of_frames(
        at, frame(TEXT, b'{"type": "ping"}' + b" " * FRAME_BYTES)
    ),
    "a binary one": lambda at: of_frames(at, frame(BINARY, b'{"type": "ping"}')),
    "no JSON, none of the protocol's messages, or a member named twice": lambda at: of_frames(
        at, frame(TEXT, b'{"type": "ping", "type": "ping"}')
    ),
    "no `connection_init` within `HEALTHMED_SOCKET_INIT_SECONDS`": introduced,
    "a second one": lambda at: introduced(at, None, None),
    "a bad, expired or foreign token": lambda at: introduced(
        at, {"Authorization": f"Bearer {at.token(token_use='id')}"}
    ),
    "any token, where the pool's keys were never fetched, or too long ago": without_keys,
    "more than `HEALTHMED_LIVE_CONNECTIONS_PER_PERSON`": two_of_a_person,
    "one before the acknowledgement": too_early,
    "one with the id of another that runs": lambda at: watching(at, "a", "a"),
    "more at once than `HEALTHMED_SOCKET_MAX_OPERATIONS`": lambda at: watching(at, "a", "b", "c"),
    "more than `HEALTHMED_RATE_REQUESTS_PER_MINUTE`": lambda at: asked(at, *[{"query": QUERY}] * 6),
    "neither `query` nor an id": lambda at: asked(at, {}),
    "an unknown id": lambda at: asked(at, {"documentId": "0" * 64}),
    "bad syntax, or a choice of several operations": lambda at: asked(at, {"query": "query A { a } query B { b }"}),
    "too many tokens, or more of anything than `HEALTHMED_LIMITS` allows": lambda at: asked(
        at, {"query": "{ __typename" + " @skip(if: false)" * 60 + " }"}
    ),
    "unknown fields, or a variable that does not fit its type": lambda at: asked(
        at, {"query": "query ($id: ID!) { __typename }"}
    ),
    "nobody asks for more than `@public` root fields": lambda at: asked(at, {"query": WATCH}),
    "more sign-ins or bookings than `HEALTHMED_RATE_...` allows": lambda at: asked(
        at, {"query": SIGN_IN}, {"query": SIGN_IN}
    ),
    "who lets more than 100 changes wait": partial(happens, event=falls_behind),
    "what fails with a fault of ours, but for a field": partial(happens, event=breaks),
    "one that expires": partial(happens, event=expires),
    "one that is revoked, within `HEALTHMED_LIVE_RECHECK_SECONDS`": partial(happens, event=is_revoked),
    "a message that is not taken within `HEALTHMED_LIVE_SEND_SECONDS`": reads_nothing,
    "a ping of WebSocket's without a pong for 20 seconds": sends_no_pong,
    "everybody, when it stops": partial(happens, event=stops),
    "a fault of ours outside of an operation": meets_a_fault,
}


def test_each_row_has_its_case() -> None:
    assert [row.refuses for row in ROWS] == list(CASES)


@pytest.mark.parametrize("row", ROWS, ids=[row.refuses for row in ROWS])
async def test_what_the_row_refuses_is_refused_so(patients: PatientSite, row: Row) -> None:
    """With its answer, its code, and no call below."""
    check(row, await CASES[row.refuses](patients))
    assert row.step >= FIRST_THAT_CALLS or not patients.calls()
