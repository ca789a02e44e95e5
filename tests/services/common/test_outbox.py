from datetime import UTC, datetime, timedelta

import pytest

from services.common import outbox
from services.common.outbox import Event, Outbox, Scalar, event_write, position_at
from services.common.table import ConditionFailed, Table, put

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 24, 12, 0, 0, 250_000, tzinfo=UTC)


def event(number: int = 0) -> Event:
    data: dict[str, Scalar] = {"appointmentId": "apt_1", "priceCents": 100 * number, "late": False, "note": None}
    return Event.of("appointment.requested", "apt_1", number + 1, NOW + timedelta(milliseconds=number), data)


async def test_events_wait_in_the_order_in_which_they_happened(table: Table) -> None:
    events = [event(number) for number in range(5)]
    for each in reversed(events):
        await table.transact([event_write(each)])
    assert await Outbox(table).pending() == events
    assert await Outbox(table).pending(limit=2) == events[:2]


async def test_a_settled_event_waits_no_more_but_stays_in_the_log(table: Table) -> None:
    events = [event(number) for number in range(2)]
    await table.transact([event_write(each) for each in events])
    for _ in range(2):
        await Outbox(table).settle(events[0])
    assert await Outbox(table).pending() == events[1:]
    assert len((await table.query("OUTBOX")).items) == 2


async def test_an_event_is_written_with_its_state_or_not_at_all(table: Table) -> None:
    await table.transact([put({"pk": "A", "sk": "S"})])
    with pytest.raises(ConditionFailed):
        await table.transact([put({"pk": "A", "sk": "S"}, new=True), event_write(event())])
    assert await Outbox(table).pending() == []


def test_an_event_has_an_id_of_its_time() -> None:
    assert event(0).id.startswith("evt_")
    assert event(0).id < event(1).id
    assert event(0).id != event(0).id


async def test_the_log_is_read_from_any_place_on_in_the_order_of_ids(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many pages it takes; events that are settled, and other things of the table, make no difference."""
    monkeypatch.setattr(outbox, "BATCH", 3)
    events = [event(number) for number in range(8)]
    for each in reversed(events):
        await table.transact([event_write(each)])
    await table.transact([put({"pk": "OTHER", "sk": events[5].id})])
    await Outbox(table).settle(events[4])
    for start in range(8):
        assert [each async for each in Outbox(table).since(events[start].id)] == events[start:]
    assert [each async for each in Outbox(table).since(position_at(NOW))] == events
    assert [each async for each in Outbox(table).since(position_at(NOW + timedelta(milliseconds=3)))] == events[3:]
    assert [each async for each in Outbox(table).since(position_at(NOW + timedelta(seconds=1)))] == []
