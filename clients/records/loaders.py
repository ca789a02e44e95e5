"""Loaders over records: many ids at one level of a query, one call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from clients.ids import AppointmentId, PatientId, RecordId
from clients.loaders import ArgumentLoader, Asked, BatchLoader, FanOutLoader, by, grouped
from clients.pages import Page, PageRequest
from clients.records.audit import AuditEntry, AuditOfPatient, AuditSearch
from clients.records.client import RecordsClient
from clients.records.models import (
    DownloadUrl,
    Figures,
    MedicalRecord,
    Note,
    Patient,
    RecordCategory,
    RecordsOfPatient,
    Share,
)


class PatientByIdLoader(BatchLoader[RecordsClient, PatientId, Patient | None]):
    """Patients by id; absent, or not for this caller, is None."""

    client_type = RecordsClient

    async def fetch(self, keys: Sequence[PatientId]) -> Mapping[PatientId, Patient]:
        """One call for all ids."""
        return by(lambda patient: patient.id, await self.client.patients(keys))


@dataclass(frozen=True, slots=True)
class PatientPage:
    """Which page of all patients; `search` is the beginning of a name."""

    page: PageRequest
    search: str | None


class PatientsByPageLoader(FanOutLoader[RecordsClient, PatientPage, Page[Patient]]):
    """Pages of all patients by name. For the ERP."""

    client_type = RecordsClient

    async def fetch_one(self, key: PatientPage) -> Page[Patient]:
        """One call a page."""
        return await self.client.all_patients(key.search, key.page)


@dataclass(frozen=True, slots=True)
class Days:
    """The days [first, last] in America/Sao_Paulo."""

    first: date
    last: date


class FiguresByDaysLoader(FanOutLoader[RecordsClient, Days, Figures]):
    """How many patients joined in each span of days."""

    client_type = RecordsClient

    async def fetch_one(self, key: Days) -> Figures:
        """One call a span."""
        return await self.client.figures(key.first, key.last)


class RecordByIdLoader(BatchLoader[RecordsClient, RecordId, MedicalRecord | None]):
    """Records by id; absent, or not for this caller now, is None."""

    client_type = RecordsClient

    async def fetch(self, keys: Sequence[RecordId]) -> Mapping[RecordId, MedicalRecord]:
        """One call for all ids."""
        return by(lambda record: record.id, await self.client.records(keys))


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Which page of a patient's records; None is every category."""

    page: PageRequest
    category: RecordCategory | None


class RecordsByPatientLoader(ArgumentLoader[RecordsClient, PatientId, RecordPage, RecordsOfPatient | None]):
    """A page of each patient's records, newest first; absent is None."""

    client_type = RecordsClient

    async def fetch_as(self, keys: Sequence[PatientId], how: RecordPage) -> Mapping[PatientId, RecordsOfPatient]:
        """One call for all patients asked for the same page."""
        pages = await self.client.records_of_patients(keys, how.category, how.page)
        return by(lambda page: page.patient_id, pages)


class DownloadUrlByRecordLoader(BatchLoader[RecordsClient, RecordId, DownloadUrl | None]):
    """A short-lived URL of each record; absent is None."""

    client_type = RecordsClient

    async def fetch(self, keys: Sequence[RecordId]) -> Mapping[RecordId, DownloadUrl]:
        """One call for all records."""
        return by(lambda url: url.id, await self.client.download_urls(keys))


class SharesByRecordLoader(BatchLoader[RecordsClient, RecordId, tuple[Share, ...]]):
    """The live shares of each record, newest first; absent is none."""

    client_type = RecordsClient

    async def fetch(self, keys: Sequence[RecordId]) -> Mapping[RecordId, tuple[Share, ...]]:
        """One call for all records."""
        return grouped(lambda share: share.record_id, await self.client.shares_of_records(keys))

    def absent(self, key: RecordId) -> tuple[Share, ...]:  # noqa: ARG002  the same for all
        """Return no shares."""
        return ()


class SharesByPatientLoader(BatchLoader[RecordsClient, PatientId, tuple[Share, ...]]):
    """The live shares that each patient gave, newest first; absent is none."""

    client_type = RecordsClient

    async def fetch(self, keys: Sequence[PatientId]) -> Mapping[PatientId, tuple[Share, ...]]:
        """One call for all patients."""
        return grouped(lambda share: share.patient_id, await self.client.shares_of_patients(keys))

    def absent(self, key: PatientId) -> tuple[Share, ...]:  # noqa: ARG002  the same for all
        """Return no shares."""
        return ()


class AuditByPatientLoader(ArgumentLoader[RecordsClient, PatientId, PageRequest, AuditOfPatient | None]):
    """A page of what was done with each patient's data, the latest first; absent is None."""

    client_type = RecordsClient

    async def fetch_as(self, keys: Sequence[PatientId], how: PageRequest) -> Mapping[PatientId, AuditOfPatient]:
        """One call for all patients asked for the same page."""
        return by(lambda page: page.patient_id, await self.client.audit_of_patients(keys, how))


class AuditBySearchLoader(FanOutLoader[RecordsClient, Asked[AuditSearch, PageRequest], Page[AuditEntry]]):
    """Pages of everybody's audit, the latest first. For auditors."""

    client_type = RecordsClient

    async def fetch_one(self, key: Asked[AuditSearch, PageRequest]) -> Page[AuditEntry]:
        """One call a page."""
        return await self.client.search_audit(key.key, key.how)


class NotesByAppointmentLoader(BatchLoader[RecordsClient, AppointmentId, tuple[Note, ...]]):
    """The calling doctor's notes on each appointment, oldest first; absent is none."""

    client_type = RecordsClient

    async def fetch(self, keys: Sequence[AppointmentId]) -> Mapping[AppointmentId, tuple[Note, ...]]:
        """One call for all appointments."""
        return grouped(lambda note: note.appointment_id, await self.client.notes(keys))

    def absent(self, key: AppointmentId) -> tuple[Note, ...]:  # noqa: ARG002  the same for all
        """Return no notes."""
        return ()
