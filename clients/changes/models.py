"""What a service's stream of changes says, as frozen models."""

from dataclasses import dataclass

from clients.ids import AppointmentId, DoctorId, PatientId, RecordId
from clients.wire import Instant, Wire


class Concerns(Wire, frozen=True):
    """Whom and what a change is about; None for what it has nothing to do with."""

    patient_id: PatientId | None = None
    doctor_id: DoctorId | None = None
    appointment_id: AppointmentId | None = None
    record_id: RecordId | None = None


class Change(Wire, frozen=True):
    """Something that happened to `entity`, now at `version`: `type` such as `appointment.confirmed`, `id` for ever."""

    id: str
    type: str
    entity: str
    version: int
    at: Instant
    data: Concerns


@dataclass(frozen=True, slots=True)
class Told:
    """What came over the stream: a change, or None for a sign of life; and the cursor to come back with."""

    change: Change | None
    cursor: str
