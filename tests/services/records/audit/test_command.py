from pathlib import Path

import pytest

from services.common.table import Table, Write
from services.records.audit.chain import partition
from services.records.audit.command import Request, verified
from services.records.audit.store import AuditStore
from services.records.audit.verification import Verification
from tests.services.records.audit.sample import ANA, BIA, NOON, event

pytestmark = pytest.mark.anyio


@pytest.fixture
def told() -> list[str]:
    return []


async def test_a_whole_audit_is_proven(store: AuditStore, verification: Verification, told: list[str]) -> None:
    await store.append([event(), event(), event(BIA)], NOON)

    assert await verified(verification, Request(), told.append) == 0
    assert told == ["2 chains of 3 events are whole; 0 faults"]


async def test_a_broken_chain_is_named(
    table: Table, store: AuditStore, verification: Verification, told: list[str]
) -> None:
    await store.append([event(), event(), event(BIA)], NOON)
    await table.transact([Write(kind="Delete", key=(partition(ANA), f"EVENT#{1:012d}"))])

    assert await verified(verification, Request(), told.append) == 1
    assert told == [f"DELETED: event 1 of {ANA}", "1 chains of 1 events are whole; 1 faults"]
    assert await verified(verification, Request(patient=ANA), told.append) == 1
    assert await verified(verification, Request(patient=BIA), told.append) == 0


async def test_the_ends_are_remembered_from_run_to_run(
    table: Table, store: AuditStore, verification: Verification, told: list[str], tmp_path: Path
) -> None:
    request = Request(anchors=tmp_path / "anchors")
    await store.append([event()], NOON)
    assert await verified(verification, request, told.append) == 0
    await store.append([event(), event(BIA)], NOON)
    assert await verified(verification, request, told.append) == 0
    everything = [*(await table.query(partition(ANA))).items, *(await table.query("AUDIT-TALLY")).items]
    await table.transact([Write(kind="Delete", key=(item["pk"], item["sk"])) for item in everything])
    await table.transact(
        [Write(kind="Delete", key=(each["pk"], each["sk"])) for each in (await table.query(partition(BIA))).items]
    )

    assert await verified(verification, Request(), told.append) == 0
    assert await verified(verification, request, told.append) == 1
    assert f"DELETED: event 1 of {ANA}" in told
