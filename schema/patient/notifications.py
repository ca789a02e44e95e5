"""Notifications: what a patient is told of, as it happens."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Self

import strawberry

from clients.changes.models import Change
from clients.ids import AppointmentId, DoctorId, PatientId, RecordId
from clients.records.loaders import RecordByIdLoader
from clients.scheduling.loaders import AppointmentByIdLoader, DoctorByIdLoader
from schema.common.loaded import loaded
from schema.common.messages import Saying
from schema.common.patient_data import PATIENT_DATA
from schema.common.permissions import PATIENT
from schema.patient.appointments import Appointment
from schema.patient.context import PatientInfo
from schema.patient.doctors import Doctor
from schema.patient.records import MedicalRecord


@strawberry.enum(description="What a notification is about.")
class NotificationKind(Saying):
    """What a patient is told of, and in which words."""

    APPOINTMENT_CONFIRMED = ("O médico confirmou a sua consulta.", "The doctor has confirmed your appointment.")
    APPOINTMENT_DECLINED = ("O médico não pôde aceitar a sua consulta.", "The doctor could not take your appointment.")
    APPOINTMENT_CANCELLED = ("A sua consulta foi cancelada.", "Your appointment was cancelled.")
    APPOINTMENT_COMPLETED = ("A sua consulta foi concluída.", "Your appointment is completed.")
    RECORD_SHARED = ("Um documento seu foi compartilhado com um médico.", "A record of yours is shared with a doctor.")
    EMERGENCY_ACCESS = (
        "Um médico abriu os seus documentos em uma emergência.",
        "A doctor has opened your records in an emergency.",
    )
    SHARE_REVOKED = ("Um documento seu deixou de ser compartilhado.", "A record of yours is no longer shared.")


# What the patient did and sees at once (a request, an upload) is no news, and what doctors write is theirs alone.
_KINDS: Final[Mapping[str, NotificationKind]] = {
    "appointment.confirmed": NotificationKind.APPOINTMENT_CONFIRMED,
    "appointment.declined": NotificationKind.APPOINTMENT_DECLINED,
    "appointment.cancelled": NotificationKind.APPOINTMENT_CANCELLED,
    "appointment.completed": NotificationKind.APPOINTMENT_COMPLETED,
    "record.shared": NotificationKind.RECORD_SHARED,
    "emergency.opened": NotificationKind.EMERGENCY_ACCESS,
    "share.revoked": NotificationKind.SHARE_REVOKED,
}


@strawberry.type(directives=[PATIENT, PATIENT_DATA])
class Notification:
    """Something that happened to the patient's appointments or records; they are shown as they are now."""

    id: strawberry.ID
    patient_id: strawberry.Private[PatientId | None]
    doctor_id: strawberry.Private[DoctorId | None]
    appointment_id: strawberry.Private[AppointmentId | None]
    record_id: strawberry.Private[RecordId | None]
    kind: NotificationKind
    at: datetime
    appointment: Appointment | None = loaded(
        AppointmentByIdLoader, key=lambda notification: notification.appointment_id, into=Appointment.of
    )
    record: MedicalRecord | None = loaded(
        RecordByIdLoader, key=lambda notification: notification.record_id, into=MedicalRecord.of
    )

    doctor: Doctor | None = loaded(DoctorByIdLoader, key=lambda notification: notification.doctor_id, into=Doctor.of)

    @strawberry.field
    def message(self, info: PatientInfo) -> str:
        """What happened, for people: in pt-BR or English, by `Accept-Language`."""
        return self.kind.text(info.context.language)

    @classmethod
    def of(cls, change: Change) -> Self:
        """Project a change that `is_notified`."""
        return cls(
            id=strawberry.ID(change.id),
            patient_id=change.data.patient_id,
            doctor_id=change.data.doctor_id,
            appointment_id=change.data.appointment_id,
            record_id=change.data.record_id,
            kind=_KINDS[change.type],
            at=change.at,
        )


def is_notified(change: Change) -> bool:
    """Say whether the patient is told of a change."""
    return change.type in _KINDS
