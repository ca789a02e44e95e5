import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from datetime import UTC, datetime

import pytest

from clients.changes.following import Persistence, follow
from clients.changes.models import Change, Concerns, Told
from clients.errors import UpstreamUnavailable

pytestmark = pytest.mark.anyio

SOON = Persistence(first_retry_seconds=0.001, longest_retry_seconds=0.002, known_changes=5)


def change(number: int) -> Change:
    at = datetime(2026, 11, 24, 12, tzinfo=UTC)
    return Change(id=f"evt_{number}", type="record.shared", entity="rec_1", version=1, at=at, data=Concerns())


class Service:
    """A service whose connections are told beforehand: what each says, and how it breaks (None: it ends)."""

    name = "records"

    def __init__(self, *connections: tuple[Sequence[int], BaseException | None]) -> None:
        self._connections = list(connections)
        self.cursors: list[str | None] = []
        self.open = 0

    async def connection(self, after: str | None) -> AsyncGenerator[Told]:
        """Say the next connection's changes, each with its number as its cursor."""
        self.cursors.append(after)
        self.open += 1
        try:
            said, failure = self._connections.pop(0)
            for number in said:
                yield Told(change(number) if number else None, str(number))
            if failure:
                raise failure
        finally:
            self.open -= 1


UNAVAILABLE = UpstreamUnavailable("records", "status 503")


async def heard(service: Service, count: int, persistence: Persistence = SOON) -> list[str]:
    async with asyncio.timeout(5), aclosing(follow(service, persistence)) as changes:
        return [(await anext(changes)).id for _ in range(count)]


@pytest.mark.parametrize("failure", [UNAVAILABLE, None, RuntimeError("Ana Silva"), ValueError()])
async def test_after_a_break_it_goes_on_where_it_was(
    failure: BaseException | None, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever broke; and the log has no words of what it was."""
    service = Service(([1, 2], failure), ([3], failure), ([4], None))
    assert await heard(service, 4) == ["evt_1", "evt_2", "evt_3", "evt_4"]
    assert service.cursors == [None, "2", "3"]
    assert len(caplog.records) == 2
    assert all(each.levelno == logging.WARNING and each.exc_info is None for each in caplog.records)
    assert "Ana" not in caplog.text


async def test_what_is_told_again_is_not_news() -> None:
    service = Service(([1, 2, 1], None), ([1, 2, 3], None), ([2, 3, 4], None))
    assert await heard(service, 4) == ["evt_1", "evt_2", "evt_3", "evt_4"]


async def test_what_is_known_is_bounded() -> None:
    service = Service(([1, 2, 3, 4, 5, 6, 2, 6, 1], None))
    assert await heard(service, 7) == ["evt_1", "evt_2", "evt_3", "evt_4", "evt_5", "evt_6", "evt_1"]


async def test_a_sign_of_life_moves_the_cursor() -> None:
    service = Service(([1, 0], None), ([2], None))
    assert await heard(service, 2) == ["evt_1", "evt_2"]
    assert service.cursors == [None, "0"]


async def test_failures_in_a_row_are_tried_again_later_and_later() -> None:
    persistence = Persistence()
    waits = [persistence.retry_seconds(failures) for failures in (1, 3, 1000)]
    assert 0.05 <= waits[0] <= 0.1
    assert 0.2 <= waits[1] <= 0.4
    assert 2.5 <= waits[2] <= 5
    started = asyncio.get_running_loop().time()
    service = Service(*[([], UNAVAILABLE)] * 5, ([1], None))
    assert await heard(service, 1, Persistence(first_retry_seconds=0.01)) == ["evt_1"]
    assert asyncio.get_running_loop().time() - started >= 0.5 * (0.01 + 0.02 + 0.04 + 0.08 + 0.16)


async def test_a_connection_that_works_makes_up_for_failures(caplog: pytest.LogCaptureFixture) -> None:
    service = Service(*[([], UNAVAILABLE)] * 3, ([1], UNAVAILABLE), ([2], None))
    assert await heard(service, 2, Persistence(first_retry_seconds=0.01)) == ["evt_1", "evt_2"]
    waits = [each.args[-1] for each in caplog.records if isinstance(each.args, tuple)]
    assert isinstance(waits[2], float)
    assert isinstance(waits[3], float)
    assert waits[2] >= 0.02
    assert waits[3] <= 0.01


async def test_who_stops_listening_leaves_nothing_open() -> None:
    service = Service(([1, 2], None))
    changes = follow(service, SOON)
    await anext(changes)
    assert service.open == 1
    await changes.aclose()
    assert service.open == 0


async def test_it_can_be_cancelled_while_it_waits() -> None:
    service = Service(([], UNAVAILABLE))
    changes = follow(service, Persistence(first_retry_seconds=60, longest_retry_seconds=60))
    listening = asyncio.ensure_future(anext(changes))
    await asyncio.sleep(0.01)
    listening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await listening
