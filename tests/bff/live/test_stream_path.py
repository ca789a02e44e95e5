"""docs/request-path.md says what an event stream is refused, and how: here each row of its table happens."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial
from typing import Final

import httpx
import pytest

from bff.live.sse import EVENTS
from tests.bff.live.outcomes import SMALL, Outcome, check, of_stream, of_who_reads_nothing
from tests.bff.live.patient import WATCH, PatientSite, serving_patients
from tests.bff.live.site import stream
from tests.bff.live.test_sse import events
from tests.bff.pool import KeyEndpoint, SigningKey
from tests.bff.rows import Row, rows

pytestmark = pytest.mark.anyio

ROWS: Final = rows("The way of one event stream")
FIRST_THAT_CALLS: Final = 3
QUERY: Final = "{ __typename }"
SIGN_IN: Final = 'mutation { signIn(input: {login: "ana@example.com", password: "x"}) { __typename } }'

Case = Callable[[PatientSite], Awaitable[Outcome]]
Event = Callable[[PatientSite, str], Awaitable[None]]


@pytest.fixture
async def patients(
    signing_key: SigningKey, endpoint: KeyEndpoint, bff_key: tuple[str, str]
) -> AsyncIterator[PatientSite]:
    async with serving_patients(signing_key, endpoint, bff_key[0], **SMALL) as site:
        yield site


async def asked(site: PatientSite, query: str, token: str | None = None) -> Outcome:
    async with stream(site, query, token) as response:
        return await of_stream(response)


async def crowded(site: PatientSite, *, sockets: int = 0, streams: int = 0, token: str | None = None) -> Outcome:
    """Ask beside sockets of nobody's and streams of the patient's."""
    async with AsyncExitStack() as others:
        for _ in range(sockets):
            await others.enter_async_context(site.ready())
        for _ in range(streams):
            await others.enter_async_context(stream(site, WATCH, site.token()))
        return await asked(site, QUERY, token)


async def of_a_get(site: PatientSite) -> Outcome:
    headers = {"Accept": EVENTS, "Authorization": f"Bearer {site.token()}", "GraphQL-Require-Preflight": "1"}
    async with (
        httpx.AsyncClient(trust_env=False) as http,
        http.stream("GET", site.url, params={"query": WATCH}, headers=headers) as response,
    ):
        return await of_stream(response)


async def signing_in_twice(site: PatientSite) -> Outcome:
    async with stream(site, SIGN_IN) as response:
        assert [name async for name, _ in events(response)] == ["next", "complete"]
    site.services.calls.clear()
    return await asked(site, SIGN_IN)


async def happens(site: PatientSite, event: Event) -> Outcome:
    """Watch while something happens; it knows the token."""
    token = site.token()
    async with stream(site, WATCH, token) as response:
        await site.subscribed()
        await event(site, token)
        return await of_stream(response)


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
    body = json.dumps({"query": "{ specialties { name } }"})
    head = f"POST {site.path} HTTP/1.1\r\nHost: x\r\nAccept: {EVENTS}\r\nContent-Type: application/json\r\n"
    return await of_who_reads_nothing(site, b"", f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())


CASES: Final[dict[str, Case]] = {
    "more than `HEALTHMED_LIVE_CONNECTIONS`, sockets among them": lambda at: crowded(at, sockets=2, streams=1),
    "more than `HEALTHMED_LIVE_CONNECTIONS_PER_PERSON`": lambda at: crowded(at, streams=1, token=at.token()),
    "more of nobody's than `HEALTHMED_LIVE_CONNECTIONS_PER_ADDRESS`": lambda at: crowded(at, sockets=2),
    "what they refuse with 400, for a document that makes no sense": partial(asked, query="{ nothing }"),
    "what they refuse with 400, for a limit": partial(asked, query="{" + " a" * 3000 + "}"),
    "a mutation or a subscription by GET": of_a_get,
    "nobody asks for more than `@public` root fields": partial(asked, query=WATCH),
    "more sign-ins or bookings than `HEALTHMED_RATE_...` allows": signing_in_twice,
    "who lets more than 100 changes wait": partial(happens, event=falls_behind),
    "what fails with a fault of ours, but for a field": partial(happens, event=breaks),
    "one that expires": partial(happens, event=expires),
    "one that is revoked, within `HEALTHMED_LIVE_RECHECK_SECONDS`": partial(happens, event=is_revoked),
    "an event that is not taken within `HEALTHMED_LIVE_SEND_SECONDS`": reads_nothing,
    "everybody, when it stops": partial(happens, event=stops),
}


def test_each_row_has_its_case() -> None:
    assert [row.refuses for row in ROWS] == list(CASES)


@pytest.mark.parametrize("row", ROWS, ids=[row.refuses for row in ROWS])
async def test_what_the_row_refuses_is_refused_so(patients: PatientSite, row: Row) -> None:
    """With its answer, its code, and no call below."""
    check(row, await CASES[row.refuses](patients))
    assert row.step >= FIRST_THAT_CALLS or not patients.calls()
