"""What a doctor may watch."""

import strawberry

from clients.ids import DoctorId
from clients.scheduling.loaders import AppointmentByIdLoader
from schema.common.live import Relevant, is_about_appointment, live
from schema.common.loaded import Load
from schema.common.permissions import DOCTOR
from schema.common.principals import person_id
from schema.doctor.appointments import Appointment
from schema.doctor.context import DoctorInfo


def agenda_changes(info: DoctorInfo) -> Relevant:
    """An own appointment, as it is then, each time that one is requested, confirmed, declined, cancelled, completed."""
    doctor_id = DoctorId(person_id(info.context.principal))
    return Relevant(info.context.changes.of_doctor(doctor_id), is_about_appointment)


@strawberry.type
class Subscription:
    """What a doctor may watch: from the moment on in which it is asked for."""

    agenda_changed: Appointment = live(
        agenda_changes,
        Load(AppointmentByIdLoader, key=lambda change: change.data.appointment_id, into=Appointment.of),
        directives=[DOCTOR],
    )
