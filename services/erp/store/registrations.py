"""Registrations of doctors, each change with its event."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.common.outbox import Event, event_write
from services.common.table import ConditionFailed, Item, Table, put, put_version
from services.common.wire import NotFound
from services.erp.models import Crm, Registration, RegistrationPage, RegistrationStatus
from services.erp.problems import AlreadyRegistered, AlreadySuspended
from services.erp.rules import fold
from services.erp.store.answers import Attempt, remember, remembered
from services.erp.store.logins import crm_login, email_login, login_item, owners_of

_SORT_KEY: Final = "REGISTRATION"
# DynamoDB's sort keys end at 1,024 bytes; a folded character takes at most four.
_NAME_LENGTH: Final = 200
_AFTER_ANY_TEXT: Final = "\U0010ffff"


def doctor_items(registration: Registration) -> Sequence[Item]:
    """Return the items of a registered doctor, logins included: what `add` writes, without event; for seeding too."""
    return [
        _item(registration),
        login_item(crm_login(registration.crm), registration.id),
        login_item(email_login("doctor", registration.email), registration.id),
    ]


@dataclass(frozen=True, slots=True)
class Registrations:
    """The doctors of the ERP's table."""

    table: Table

    async def of_ids(self, ids: Collection[str]) -> Sequence[Registration]:
        """Return these doctors, unknown ones left out."""
        found = await self.table.get((f"DOCTOR#{each}", _SORT_KEY) for each in ids)
        return [_registration(item) for item in found.values()]

    async def of_crms(self, crms: Collection[Crm]) -> Sequence[Registration]:
        """Return the doctors with these CRMs, unknown ones left out."""
        return await self.of_ids(await owners_of(self.table, [crm_login(crm) for crm in crms]))

    async def by_name(
        self, beginning: str, status: RegistrationStatus | None, limit: int, after: str | None
    ) -> RegistrationPage:
        """Return one page of the doctors whose folded name has the folded `beginning`, in its order."""
        index, partition = ("gsi2", f"DOCTORS#{status}") if status else ("gsi1", "DOCTORS")
        low = fold(beginning)[:_NAME_LENGTH]
        between = (low, low + _AFTER_ANY_TEXT) if low else None
        page = await self.table.query(partition, index=index, between=between, limit=limit, after=after)
        return RegistrationPage(items=tuple(_registration(item) for item in page.items), next=page.next)

    async def add(self, registration: Registration, attempt: Attempt) -> Registration:
        """Register a doctor, or return the remembered answer to the same attempt.

        Raises `AlreadyRegistered`, `IdempotencyConflict`.
        """
        event = _event("doctor.registered", registration, registration.registered_at)
        items = [put(item, new=True) for item in doctor_items(registration)]
        try:
            await self.table.transact([remember(attempt, registration), *items, event_write(event)])
        except ConditionFailed as refusal:
            if 0 in refusal.failed:
                return Registration.model_validate_json(await remembered(self.table, attempt))
            raise AlreadyRegistered from refusal
        return registration

    async def suspend(self, doctor_id: str, by: str, reason: str, at: datetime) -> Registration:
        """Suspend an active doctor; who did it and why stays with the registration.

        Raises `NotFound`, `AlreadySuspended`.
        """
        while True:
            found = await self.of_ids([doctor_id])
            if not found:
                raise NotFound
            before = found[0]
            if before.status is RegistrationStatus.SUSPENDED:
                raise AlreadySuspended
            change = {"status": RegistrationStatus.SUSPENDED, "version": before.version + 1}
            suspended = before.model_copy(update=change)
            item = _item(suspended) | {"suspendedBy": by, "suspendedAt": at.isoformat(), "suspendedFor": reason}
            event = _event("doctor.suspended", suspended, at)
            try:
                await self.table.transact([put_version(item, replaces=before.version), event_write(event)])
            except ConditionFailed:
                continue  # somebody else was faster: judge by what they left
            return suspended


def _event(kind: str, registration: Registration, at: datetime) -> Event:
    doctor_id, version = registration.id, registration.version
    return Event.of(kind, doctor_id, version, at, {"doctorId": doctor_id, "version": version})


def _item(registration: Registration) -> Item:
    by_name = f"{fold(registration.name)[:_NAME_LENGTH]}#{registration.id}"
    return {
        "pk": f"DOCTOR#{registration.id}",
        "sk": _SORT_KEY,
        "version": registration.version,
        "gsi1pk": "DOCTORS",
        "gsi1sk": by_name,
        "gsi2pk": f"DOCTORS#{registration.status}",
        "gsi2sk": by_name,
        "body": registration.model_dump_json(),
    }


def _registration(item: Item) -> Registration:
    return Registration.model_validate_json(item["body"])
