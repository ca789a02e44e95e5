"""What a patient may watch."""

import strawberry

from clients.changes.models import Change
from clients.ids import AppointmentId, PatientId
from clients.scheduling.loaders import AppointmentByIdLoader
from schema.common.live import Changes, Relevant, is_about_appointment, live
from schema.common.loaded import Load
from schema.common.permissions import PATIENT
from schema.common.principals import person_id
from schema.patient.appointments import Appointment
from schema.patient.context import PatientInfo
from schema.patient.notifications import Notification, is_notified


def appointment_changes(info: PatientInfo, appointment_id: strawberry.ID | None = None) -> Relevant:
    """An own appointment, as it is then, each time that one is requested, confirmed, declined, cancelled, completed.

    `appointmentId` narrows it to one; nothing is ever told of an appointment that is absent, or not one's own.
    """
    chosen = None if appointment_id is None else AppointmentId(appointment_id)

    def is_relevant(change: Change) -> bool:
        return is_about_appointment(change) and chosen in {None, change.data.appointment_id}

    return Relevant(_own_changes(info), is_relevant)


def notified_changes(info: PatientInfo) -> Relevant:
    """What happens to the patient's appointments and records."""
    return Relevant(_own_changes(info), is_notified)


def _own_changes(info: PatientInfo) -> Changes:
    return info.context.changes.of_patient(PatientId(person_id(info.context.principal)))


@strawberry.type
class Subscription:
    """What a patient may watch: from the moment on in which it is asked for."""

    appointment_changed: Appointment = live(
        appointment_changes,
        Load(AppointmentByIdLoader, key=lambda change: change.data.appointment_id, into=Appointment.of),
        directives=[PATIENT],
    )
    notification_received: Notification = live(notified_changes, Notification.of, directives=[PATIENT])
