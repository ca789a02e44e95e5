"""Nobody's answer holds another's data; and were it so, the bench would see it."""

import asyncio
from collections.abc import Callable, Iterable, Mapping

import pytest

from benchmarks.isolation import PEOPLE, run
from benchmarks.marking import marks_in
from bff.auth.internal import InternalToken
from bff.auth.tokens import TokenCheck
from clients.loaders import Loaders
from schema.common.principals import Audience, Principal

pytestmark = pytest.mark.anyio

Plant = Callable[[pytest.MonkeyPatch], None]


async def test_two_thousand_interleaved_requests_of_fifty_people_stay_apart() -> None:
    outcome = await run(2_000)
    assert (outcome.requests, outcome.people) == (2_000, 50)
    assert outcome.calls >= outcome.requests
    assert (outcome.leaks, outcome.faults) == (0, 0)


class _Undying(Loaders):
    async def cancel(self) -> None:
        """Go on: another request uses them."""


def shared_loaders(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let requests of an audience have the loaders of the first one."""
    made: dict[tuple[type, ...], Loaders] = {}

    def loaders(clients: Iterable[object]) -> Loaders:
        clients = tuple(clients)
        return made.setdefault(tuple(map(type, clients)), _Undying(clients))

    monkeypatch.setattr("bff.contexts.Loaders", loaders)


def shared_internal_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """Speak to the services for whoever of the audience was first."""
    kept: dict[Audience, Mapping[str, str]] = {}
    headers = InternalToken.headers

    def forgetful(self: InternalToken, principal: Principal, request_id: str) -> Mapping[str, str]:
        return kept.setdefault(principal.audience, headers(self, principal, request_id))

    monkeypatch.setattr(InternalToken, "headers", forgetful)


def shared_token_results(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take all tokens for the same one."""

    class Digest:
        def __init__(self, _token: bytes) -> None: ...

        def digest(self) -> bytes:
            return b"the same"

    monkeypatch.setattr("bff.auth.tokens.sha256", Digest)


def state_of_the_last_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep who asks where the next request overwrites it, and read it once others had their turn."""
    check = TokenCheck.__call__
    last: dict[object, Principal] = {}

    async def overwritten(self: TokenCheck, token: str) -> Principal:
        last[self] = await check(self, token)
        await asyncio.sleep(0)
        return last[self]

    monkeypatch.setattr(TokenCheck, "__call__", overwritten)


@pytest.mark.parametrize(
    "plant", [shared_loaders, shared_internal_token, shared_token_results, state_of_the_last_request]
)
async def test_a_planted_leak_is_seen(monkeypatch: pytest.MonkeyPatch, plant: Plant) -> None:
    plant(monkeypatch)
    assert (await run(300)).leaks > 0


def test_whose_marks_are_in_an_answer() -> None:
    body = b'{"data":{"me":{"name":"seen by pat_1"},"doctor":{"name":"seen by pat_12","bio":null}}}'
    assert marks_in(body) == {"pat_1", "pat_12"}
    assert marks_in(b'{"data":{"me":null}}') == frozenset()
    assert sum(count for count, _ in PEOPLE.values()) == 50
