"""Whoever can write the table at will is found out: each attack is one that the audit's owner would try."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from services.common.table import Item, Key, Table, Write, put
from services.records.audit.chain import (
    HEAD,
    TALLIES,
    appending,
    canonical,
    digest,
    link_item,
    link_of,
    mark_item,
    partition,
    shard,
)
from services.records.audit.proof import Fault, Proven, Wrong
from services.records.audit.seal import Seal
from services.records.audit.store import AuditStore
from services.records.audit.verification import Missing, Verification
from tests.services.records.audit.sample import ANA, BIA, NOON, event

pytestmark = pytest.mark.anyio

LENGTH = 4


@pytest.fixture(autouse=True)
async def chains(store: AuditStore) -> None:
    """Let two patients have four events each."""
    await store.append([event(patient) for patient in (ANA, BIA) for _ in range(LENGTH)], NOON)


async def _items(table: Table) -> dict[str, Item]:
    return {item["sk"]: item for item in (await table.query(partition(ANA))).items}


async def _write(table: Table, *items: Mapping[str, object]) -> None:
    await table.transact([put(item) for item in items])


async def _delete(table: Table, *keys: Key) -> None:
    await table.transact([Write(kind="Delete", key=key) for key in keys])


def _link(sequence: int) -> str:
    return f"EVENT#{sequence:012d}"


async def _faults(verification: Verification) -> list[Fault | Missing]:
    return [each async for each in verification.everything({}) if not isinstance(each, Proven)]


def _with(item: Item, **changes: object) -> Item:
    """Return a link's item with another story, its own hash made again, so that it is well made for itself."""
    body = json.loads(item["body"])
    link = link_of({"body": json.dumps({**body, "event": {**body["event"], **changes}})})
    return link_item(link)


async def test_what_was_only_appended_is_whole(verification: Verification) -> None:
    assert await _faults(verification) == []


@pytest.mark.parametrize("sequence", range(1, LENGTH + 1))
@pytest.mark.parametrize(
    ("name", "value"), [("decision", "DENIED"), ("actor", "doc_elisa"), ("at", "2026-11-23T12:00:00Z"), ("fields", [])]
)
async def test_a_tampered_event_is_named(
    table: Table, verification: Verification, sequence: int, name: str, value: object
) -> None:
    items = await _items(table)
    item = items[_link(sequence)]
    body = json.loads(item["body"])
    body["event"][name] = value
    await _write(table, item | {"body": json.dumps(body, sort_keys=True, separators=(",", ":"))})

    assert await _faults(verification) == [Fault(ANA, sequence, Wrong.TAMPERED)]


@pytest.mark.parametrize("sequence", range(1, LENGTH + 1))
async def test_an_event_whose_hash_was_made_again_is_named(
    table: Table, verification: Verification, sequence: int
) -> None:
    item = (await _items(table))[_link(sequence)]
    await _write(table, _with(item, actor="doc_elisa"))

    assert await _faults(verification) == [Fault(ANA, sequence, Wrong.TAMPERED)]


@pytest.mark.parametrize("sequence", range(1, LENGTH + 1))
async def test_an_event_whose_hash_and_mark_were_made_again_is_named(
    table: Table, verification: Verification, sequence: int
) -> None:
    forged = _with((await _items(table))[_link(sequence)], actor="doc_elisa")
    await _write(table, forged, mark_item(link_of(forged)))

    assert await _faults(verification) == [Fault(ANA, sequence, Wrong.TAMPERED)]


async def test_a_chain_that_was_forged_to_its_end_lacks_the_seal(table: Table, verification: Verification) -> None:
    items = await _items(table)
    previous, forged = items[_link(1)]["hash"], []
    for sequence in range(2, LENGTH + 1):
        link = link_of(_with(items[_link(sequence)], actor="doc_elisa")).model_copy(update={"previous": previous})
        previous = digest(canonical(link))
        forged.append(link_item(link))
    marks = [mark_item(link_of(item)) for item in forged]
    await _write(table, *forged, *marks, items[HEAD] | {"hash": previous})

    assert await _faults(verification) == [Fault(ANA, LENGTH, Wrong.FORGED_END)]


@pytest.mark.parametrize("sequence", range(1, LENGTH + 1))
async def test_a_deleted_event_is_named(table: Table, verification: Verification, sequence: int) -> None:
    await _delete(table, (partition(ANA), _link(sequence)))

    assert await _faults(verification) == [Fault(ANA, sequence, Wrong.DELETED)]


async def test_two_events_that_changed_places_are_named(table: Table, verification: Verification) -> None:
    items = await _items(table)
    second, third = items[_link(2)], items[_link(3)]
    await _write(table, second | {"sk": third["sk"]}, third | {"sk": second["sk"]})

    assert await _faults(verification) == [Fault(ANA, 2, Wrong.REORDERED)]


async def test_two_events_that_changed_places_and_numbers_are_named(table: Table, verification: Verification) -> None:
    items = await _items(table)
    second, third = link_of(items[_link(2)]), link_of(items[_link(3)])
    swapped = [second.model_copy(update={"event": third.event}), third.model_copy(update={"event": second.event})]
    await _write(table, *map(link_item, swapped))

    assert await _faults(verification) == [Fault(ANA, 2, Wrong.TAMPERED)]


async def test_an_event_that_was_hidden_from_searches_is_named(table: Table, verification: Verification) -> None:
    item = (await _items(table))[_link(3)]
    await _write(table, {name: value for name, value in item.items() if not name.startswith("gsi1")})

    assert await _faults(verification) == [Fault(ANA, 3, Wrong.TAMPERED)]


async def test_a_mark_that_was_taken_away_is_found(table: Table, verification: Verification) -> None:
    """Without it, a repeated delivery would append the event again."""
    mark = mark_item(link_of((await _items(table))[_link(2)]))
    await _delete(table, (mark["pk"], mark["sk"]))

    assert await _faults(verification) == [Fault(ANA, 2, Wrong.TAMPERED)]


async def test_an_end_that_was_taken_away_is_found(table: Table, verification: Verification) -> None:
    await _delete(table, (partition(ANA), HEAD))

    assert await _faults(verification) == [Fault(ANA, LENGTH, Wrong.LOST_END)]


async def _cut_off(table: Table, store: AuditStore) -> dict[str, Any]:
    """Take the last event away with all that tells of it in its chain: the end is put back to what it was before."""
    old_end = (await _items(table))[HEAD]
    await store.append([event()], NOON)
    last = link_of((await _items(table))[_link(LENGTH + 1)])
    mark = mark_item(last)
    await _delete(table, (partition(ANA), _link(LENGTH + 1)), (mark["pk"], mark["sk"]))
    await _write(table, old_end)
    return {"shard": shard(ANA)}


async def test_a_chain_that_was_cut_off_with_its_end_is_missed_by_the_tally(
    table: Table, store: AuditStore, verification: Verification
) -> None:
    cut = await _cut_off(table, store)

    [fault] = await _faults(verification)
    assert isinstance(fault, Missing)
    assert (fault.shard, fault.appended - fault.counted) == (cut["shard"], 1)


async def test_a_chain_that_was_taken_away_as_a_whole_is_missed_by_the_tally(
    table: Table, verification: Verification
) -> None:
    await _delete(table, *((item["pk"], item["sk"]) for item in (await _items(table)).values()))

    [fault] = await _faults(verification)
    assert isinstance(fault, Missing)
    assert fault.appended - fault.counted == LENGTH


async def test_an_anchor_kept_elsewhere_shows_what_was_taken_away_with_its_tally(
    table: Table, store: AuditStore, verification: Verification
) -> None:
    anchors = {each.chain: each.anchor async for each in verification.everything({}) if isinstance(each, Proven)}
    before = await table.get([(TALLIES, shard(ANA))])
    # All that a chain with one event less would have looked like.
    items = await _items(table)
    third, fourth = link_of(items[_link(LENGTH - 1)]), link_of(items[_link(LENGTH)])
    await _delete(table, (partition(ANA), _link(LENGTH)), (partition(ANA), f"MARK#{fourth.event.event_id}"))
    rebuilt = appending([third], store._seal)[0].item
    await _write(table, rebuilt, *(item | {"count": item["count"] - 1} for item in before.values()))

    assert await _faults(verification) == []
    assert [each async for each in verification.everything(anchors) if not isinstance(each, Proven)] == [
        Fault(ANA, LENGTH, Wrong.DELETED)
    ]


async def test_seals_of_a_retired_key_hold(table: Table, private_key_pem: str) -> None:
    new = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    old = load_pem_private_key(private_key_pem.encode(), None).public_key()
    retired = old.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    assert await _faults(Verification(table, Seal(new, [retired]))) == []
    assert {each.wrong for each in await _faults(Verification(table, Seal(new))) if isinstance(each, Fault)} == {
        Wrong.FORGED_END
    }
