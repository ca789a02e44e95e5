import asyncio
from datetime import timedelta

import pytest

from services.common.table import Table
from services.records.audit.models import Decision
from services.records.audit.proof import Proven
from services.records.audit.seal import Seal
from services.records.audit.store import EVENTS_A_TRANSACTION, AuditStore, Search
from services.records.audit.verification import Verification
from tests.services.records.audit.sample import ANA, BIA, BRUNO, CARLA, NOON, event

pytestmark = pytest.mark.anyio

MINUTE = timedelta(minutes=1)


async def test_events_are_appended_in_order_each_patient_apart(store: AuditStore) -> None:
    first, second, other = event(), event(), event(BIA)

    assert await store.append([first, other, second], NOON) == 3

    entries, after = await store.page(ANA, 20, None)
    assert [(entry.id, entry.sequence) for entry in entries] == [(second.event_id, 2), (first.event_id, 1)]
    assert after is None
    assert [entry.sequence for entry in (await store.page(BIA, 20, None))[0]] == [1]


async def test_a_repeated_delivery_adds_nothing(store: AuditStore) -> None:
    first, second = event(), event()
    await store.append([first], NOON)

    assert await store.append([first, second, second], NOON + MINUTE) == 1
    assert await store.append([first, second], NOON + MINUTE) == 0
    assert len((await store.page(ANA, 20, None))[0]) == 2


async def test_more_events_than_a_transaction_holds_are_one_chain(
    store: AuditStore, verification: Verification
) -> None:
    events = [event() for _ in range(EVENTS_A_TRANSACTION + 5)]

    assert await store.append(events, NOON) == len(events)
    assert isinstance(proven := await verification.chain(ANA), Proven)
    assert proven.anchor[0] == len(events)


async def test_writers_of_several_processes_make_one_chain(
    table: Table, seal: Seal, verification: Verification
) -> None:
    """Each store is a process: they know of each other by the head's condition alone."""
    writers = [AuditStore(table, seal) for _ in range(4)]
    events = [event() for _ in range(40)]

    # Each event is delivered twice, by two of them.
    deliveries = [(writers[n % 4], each) for n, each in enumerate(events)]
    deliveries += [(writers[(n + 1) % 4], each) for n, each in enumerate(events)]
    appended = await asyncio.gather(*(writer.append([each], NOON) for writer, each in deliveries))

    assert sum(appended) == 40
    assert isinstance(proven := await verification.chain(ANA), Proven)
    assert proven.anchor[0] == 40


async def test_pages_go_on_where_they_ended(store: AuditStore) -> None:
    await store.append([event() for _ in range(5)], NOON)
    sequences, after = [], None
    while True:
        entries, after = await store.page(ANA, 2, after)
        sequences += [entry.sequence for entry in entries]
        if after is None:
            break

    assert sequences == [5, 4, 3, 2, 1]


async def test_the_audit_is_searched_by_patient_actor_decision_and_time(store: AuditStore) -> None:
    read = event(at=NOON)
    denied = event(BIA, at=NOON + MINUTE, decision=Decision.DENIED, fields=(), denied_fields=("Query.record",))
    admins = event(at=NOON + 2 * MINUTE, actor=CARLA, pool="erp", roles=("admin",))
    emergency = event(at=NOON + 3 * MINUTE, decision=Decision.EMERGENCY)
    nobodys = event(None, at=NOON + 4 * MINUTE, actor=CARLA, pool="erp", decision=Decision.DENIED)
    await store.append([read, denied, admins, emergency, nobodys], NOON)

    async def found(search: Search) -> list[str]:
        return [entry.id for entry in (await store.search(search, 20, None))[0]]

    everything = [each.event_id for each in (nobodys, emergency, admins, denied, read)]
    assert await found(Search()) == everything
    assert await found(Search(patient_id=BIA)) == [denied.event_id]
    assert await found(Search(actor=CARLA)) == [nobodys.event_id, admins.event_id]
    assert await found(Search(patient_id=ANA, actor=CARLA)) == [admins.event_id]
    assert await found(Search(decision=Decision.DENIED)) == [nobodys.event_id, denied.event_id]
    assert await found(Search(decision=Decision.EMERGENCY)) == [emergency.event_id]
    assert await found(Search(decision=Decision.ALLOWED, actor=BRUNO)) == [read.event_id]
    assert await found(Search(since=NOON + MINUTE, until=NOON + 3 * MINUTE)) == [admins.event_id, denied.event_id]
    assert await found(Search(decision=Decision.DENIED, until=NOON + 4 * MINUTE)) == [denied.event_id]


async def test_a_search_goes_on_where_it_ended(store: AuditStore) -> None:
    events = [event(at=NOON + n * MINUTE, actor=CARLA if n % 3 else BRUNO) for n in range(9)]
    await store.append(events, NOON)
    found, after = [], None
    while True:
        entries, after = await store.search(Search(patient_id=ANA, actor=BRUNO), 2, after)
        found += [entry.id for entry in entries]
        if after is None:
            break

    assert found == [each.event_id for each in reversed(events[::3])]
