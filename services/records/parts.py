"""What the routes work with, made once a process by `app`."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, cast

from fastapi import Depends, Request

from services.common.clock import Clock
from services.records.audit.store import AuditStore
from services.records.care import Care
from services.records.emergency.store import EmergencyStore
from services.records.reading import Reading
from services.records.store.notes import NoteStore
from services.records.store.patients import PatientStore
from services.records.store.records import RecordStore
from services.records.store.shares import ShareStore
from services.records.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The service's stores, its vault, its question to scheduling, and its clock."""

    patients: PatientStore
    records: RecordStore
    shares: ShareStore
    notes: NoteStore
    audit: AuditStore
    emergencies: EmergencyStore
    reading: Reading
    vault: Vault
    care: Care
    clock: Clock
    emergency_lasts: timedelta


async def parts_of(request: Request) -> Parts:
    """Give a route the parts of its application."""
    return cast("Parts", request.app.state.parts)


PartsOf = Annotated[Parts, Depends(parts_of)]
