"""Shares in DynamoDB: at most one between a record and a doctor.

    RECORD#recordId  SHARE#doctorId  gsi1: SHARES#patientId by creation,
                                     gsi2: SHARES#doctorId#patientId by the record's creation

A revoked share stays, out of both indexes. An expired one stays in them: whoever reads asks the clock, never DynamoDB.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final, TypeGuard

from services.common.access import Denied
from services.common.outbox import Event, event_write
from services.common.table import Item, Key, Table, Write, put, put_version
from services.common.wire import NotFound
from services.records.models import Grant, MedicalRecord, Share
from services.records.rules.access import is_live, share_id, shared_by
from services.records.store.contention import insist
from services.records.store.keys import stamp

# A share and its event, within the 100 writes that DynamoDB takes in a transaction.
SHARES_A_TRANSACTION: Final = 50


def share_items(grant: Grant) -> list[Item]:
    """Return the items that a share is kept as."""
    share = grant.share
    pk, sk = share_key(share.record_id, share.doctor_id)
    item: Item = {"pk": pk, "sk": sk, "version": grant.version, "body": grant.model_dump_json()}
    if grant.revoked_at is None:
        item |= {
            "gsi1pk": f"SHARES#{share.patient_id}",
            "gsi1sk": f"{stamp(share.created_at)}#{share.id}",
            "gsi2pk": _between(share.doctor_id, share.patient_id),
            "gsi2sk": f"{stamp(grant.record_created_at)}#{share.record_id}",
        }
    return [item]


class ShareStore:
    """The shares' part of the service's table."""

    def __init__(self, table: Table) -> None:
        self._table: Final = table

    async def share(
        self, records: Sequence[MedicalRecord], doctor_id: str, expires_at: datetime, now: datetime
    ) -> Sequence[Share]:
        """Let the doctor read the records until `expires_at`; a share that is there gets the new end.

        Up to 50 records are shared together or not at all; sharing them all again is harmless.
        """
        shares: list[Share] = []
        for start in range(0, len(records), SHARES_A_TRANSACTION):
            given = [
                Share(
                    id=share_id(record.id, doctor_id),
                    record_id=record.id,
                    doctor_id=doctor_id,
                    patient_id=record.patient_id,
                    created_at=now,
                    expires_at=expires_at,
                )
                for record in records[start : start + SHARES_A_TRANSACTION]
            ]
            await self._give(given, {record.id: record.created_at for record in records}, now)
            shares += given
        return shares

    async def _give(self, shares: Sequence[Share], created_at: Mapping[str, datetime], now: datetime) -> None:
        keys = [share_key(share.record_id, share.doctor_id) for share in shares]

        async def give() -> None:
            before = {key: grant_of(item) for key, item in (await self._table.get(keys)).items()}
            writes: list[Write] = []
            for key, share in zip(keys, shares, strict=True):
                version = before[key].version + 1 if key in before else 1
                grant = Grant(
                    share=share, record_created_at=created_at[share.record_id], revoked_at=None, version=version
                )
                [item] = share_items(grant)
                writes.append(put_version(item, replaces=version - 1) if key in before else put(item, new=True))
                writes.append(event_write(_event("record.shared", grant, now)))
            await self._table.transact(writes)

        await insist(give)

    async def revoke(self, share: str, owner: str, now: datetime) -> None:
        """End a live share of the owner's; raises `NotFound` for any other. The next read is refused."""
        key = share_key(*shared_by(share))

        async def end() -> None:
            item = (await self._table.get([key])).get(key)
            grant = grant_of(item) if item else None
            if grant is None or grant.share.patient_id != owner or not is_live(grant, now):
                raise Denied((grant.share.patient_id, share)) if _is_anothers(grant, owner) else NotFound
            revoked = grant.model_copy(update={"revoked_at": now, "version": grant.version + 1})
            [item] = share_items(revoked)
            event = _event("share.revoked", revoked, now)
            await self._table.transact([put_version(item, replaces=grant.version), event_write(event)])

        await insist(end)

    async def live_of_patient(self, patient_id: str, now: datetime) -> Sequence[Share]:
        """Return the live shares that a patient gave, newest first."""
        page = await self._table.query(f"SHARES#{patient_id}", index="gsi1", descending=True)
        return [grant.share for grant in map(grant_of, page.items) if is_live(grant, now)]

    async def live_of_records(self, record_ids: Collection[str], owner: str, now: datetime) -> Sequence[Share]:
        """Return the live shares of these records of the owner's, newest first: one query, however many ids."""
        wanted = frozenset(record_ids)
        return [share for share in await self.live_of_patient(owner, now) if share.record_id in wanted]

    async def candidates(
        self, doctor_id: str, patient_id: str, limit: int, after: str | None
    ) -> tuple[Sequence[str], str | None]:
        """Return ids of the patient's records that the doctor may be allowed to read, newest record first.

        An index may lag behind: who reads asks the shares themselves.
        """
        page = await self._table.query(
            _between(doctor_id, patient_id), index="gsi2", descending=True, limit=limit, after=after
        )
        return [grant_of(item).share.record_id for item in page.items], page.next


def share_key(record_id: str, doctor_id: str) -> Key:
    """Return where the share between a record and a doctor is."""
    return f"RECORD#{record_id}", f"SHARE#{doctor_id}"


def grant_of(item: Item) -> Grant:
    """Read a share's item."""
    return Grant.model_validate_json(item["body"])


def _is_anothers(grant: Grant | None, owner: str) -> TypeGuard[Grant]:
    return grant is not None and grant.share.patient_id != owner


def _between(doctor_id: str, patient_id: str) -> str:
    return f"SHARES#{doctor_id}#{patient_id}"


def _event(kind: str, grant: Grant, now: datetime) -> Event:
    share = grant.share
    data = {"recordId": share.record_id, "patientId": share.patient_id, "doctorId": share.doctor_id}
    return Event.of(kind, share.id, grant.version, now, data)
