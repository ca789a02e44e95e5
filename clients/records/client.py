"""The records service: patients, medical records, shares, notes. Each method is one endpoint."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from clients.http import Downstream
from clients.ids import AppointmentId, PatientId, RecordId, ShareId, segment
from clients.pages import Page, PageRequest
from clients.records.audit import (
    Appended,
    AuditEntry,
    AuditEvents,
    AuditOfPatient,
    AuditSearch,
    EmergencyAccess,
    NewEmergencyAccess,
)
from clients.records.models import (
    DownloadUrl,
    Figures,
    Login,
    MedicalRecord,
    NewNote,
    NewPatient,
    NewRecord,
    NewShares,
    Note,
    Patient,
    RecordCategory,
    RecordsOfPatient,
    RecordUpload,
    RegisteredPatient,
    Share,
    Username,
)


@dataclass(frozen=True, slots=True)
class RecordsClient:
    """Calls records as the caller in `downstream.headers`. At most 100 ids a call.

    Every method raises `UpstreamUnavailable` or `UpstreamContract`; writes also raise an `UpstreamRefusal` with the
    service's code.
    """

    downstream: Downstream

    async def username(self, login: str) -> str:
        """Return the Cognito username behind a CPF or e-mail; refusal NOT_FOUND."""
        return (await self.downstream.post("/logins", Username, Login(login=login))).username

    async def register_patient(self, patient: NewPatient) -> RegisteredPatient:
        """Register a PENDING patient. Refusals: ALREADY_REGISTERED, INVALID_CPF, INVALID_EMAIL, INVALID_PHONE."""
        return await self.downstream.post("/patients", RegisteredPatient, patient)

    async def confirm_patient(self, patient_id: PatientId) -> None:
        """Make a PENDING patient ACTIVE; again changes nothing. Refusal: NOT_FOUND."""
        await self.downstream.post(f"/patients/{segment(patient_id)}/confirm", type(None))

    async def patients(self, ids: Collection[PatientId]) -> Sequence[Patient]:
        """Return those of these patients whom the caller may see, in no order."""
        return await self.downstream.get("/patients", tuple[Patient, ...], ids=list(ids))

    async def all_patients(self, search: str | None, page: PageRequest) -> Page[Patient]:
        """Return one page of all patients by name; `search` is the beginning of a name. For the ERP."""
        return await self.downstream.get(
            "/patients/all", Page[Patient], search=search, limit=page.limit, after=page.after
        )

    async def start_upload(self, record: NewRecord) -> RecordUpload:
        """Announce a file. Refusals: UNSUPPORTED_TYPE, TOO_LARGE, IDEMPOTENCY_CONFLICT."""
        return await self.downstream.post("/records", RecordUpload, record)

    async def finish_upload(self, record_id: RecordId) -> MedicalRecord:
        """Say that the bytes are there. Refusals: NOT_FOUND, UPLOAD_MISSING, UPLOAD_MISMATCH."""
        return await self.downstream.post(f"/records/{segment(record_id)}/finish", MedicalRecord)

    async def records(self, ids: Collection[RecordId]) -> Sequence[MedicalRecord]:
        """Return those of these records that the caller may read now, in no order."""
        return await self.downstream.get("/records", tuple[MedicalRecord, ...], ids=list(ids))

    async def records_of_patients(
        self, ids: Collection[PatientId], category: RecordCategory | None, page: PageRequest
    ) -> Sequence[RecordsOfPatient]:
        """Return one page of each patient's records that the caller may read now, newest first."""
        return await self.downstream.get(
            "/records/of-patients",
            tuple[RecordsOfPatient, ...],
            patientIds=list(ids),
            category=category,
            limit=page.limit,
            after=page.after,
        )

    async def download_urls(self, ids: Collection[RecordId]) -> Sequence[DownloadUrl]:
        """Return short-lived URLs of those of these records that the caller may read now."""
        return await self.downstream.get("/download-urls", tuple[DownloadUrl, ...], ids=list(ids))

    async def share(self, shares: NewShares) -> Sequence[Share]:
        """Share own records with a doctor. Refusals: NOT_FOUND, INVALID_EXPIRY."""
        return await self.downstream.post("/shares", tuple[Share, ...], shares)

    async def revoke(self, share_id: ShareId) -> None:
        """End a share of an own record at once. Refusal: NOT_FOUND."""
        await self.downstream.delete(f"/shares/{segment(share_id)}")

    async def shares_of_records(self, ids: Collection[RecordId]) -> Sequence[Share]:
        """Return the live shares of own records, newest first."""
        return await self.downstream.get("/shares/of-records", tuple[Share, ...], recordIds=list(ids))

    async def shares_of_patients(self, ids: Collection[PatientId]) -> Sequence[Share]:
        """Return the live shares that the calling patient gave, newest first."""
        return await self.downstream.get("/shares/of-patients", tuple[Share, ...], patientIds=list(ids))

    async def write_note(self, note: NewNote) -> Note:
        """Write a note as the appointment's doctor. Refusals: NOT_FOUND, IDEMPOTENCY_CONFLICT."""
        return await self.downstream.post("/notes", Note, note)

    async def notes(self, ids: Collection[AppointmentId]) -> Sequence[Note]:
        """Return the calling doctor's own notes on these appointments, oldest first."""
        return await self.downstream.get("/notes", tuple[Note, ...], appointmentIds=list(ids))

    async def figures(self, first_day: date, last_day: date) -> Figures:
        """Count the patients of the days [first_day, last_day] in America/Sao_Paulo. For the ERP."""
        return await self.downstream.get("/figures", Figures, **{"from": first_day, "to": last_day})

    async def open_emergency_access(self, access: NewEmergencyAccess) -> EmergencyAccess:
        """Open a patient's records to the calling doctor for a while.

        Refusals: NOT_FOUND, DOCTOR_SUSPENDED, JUSTIFICATION_REQUIRED.
        """
        return await self.downstream.post("/emergency-accesses", EmergencyAccess, access)

    async def append_audit_events(self, events: AuditEvents) -> Appended:
        """Append events, each once however often it is sent. For the BFF itself."""
        return await self.downstream.post("/audit/events", Appended, events)

    async def audit_ready(self) -> None:
        """Return where events can be appended now. For the BFF itself."""
        await self.downstream.get("/audit/ready", type(None))

    async def audit_of_patients(self, ids: Collection[PatientId], page: PageRequest) -> Sequence[AuditOfPatient]:
        """Return one page of what was done with each patient's data, the latest first: the calling patient's alone."""
        return await self.downstream.get(
            "/audit/of-patients", tuple[AuditOfPatient, ...], patientIds=list(ids), limit=page.limit, after=page.after
        )

    async def search_audit(self, search: AuditSearch, page: PageRequest) -> Page[AuditEntry]:
        """Return one page of everybody's audit, the latest first; it may be shorter than asked. For auditors."""
        return await self.downstream.get(
            "/audit/events",
            Page[AuditEntry],
            patientId=search.patient_id,
            actor=search.actor,
            decision=search.decision,
            limit=page.limit,
            after=page.after,
            **{"from": search.since, "to": search.until},
        )
