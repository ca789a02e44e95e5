"""The third ring of the doctor graph: a doctor sees the own practice, and of records what is open to the doctor now.

Pure: principal and object in, yes or no out. The services decide for themselves; a no here means that one was wrong,
and then the object looks absent. Who is whose patient only scheduling knows: records asks it.
"""

from datetime import datetime

from clients.records.models import MedicalRecord, Note, RecordStatus
from clients.scheduling.availability import Availability
from clients.scheduling.models import Agenda, Appointment, Doctor
from schema.common.principals import Principal


def may_see_doctor(principal: Principal, doctor: Doctor) -> bool:
    """A doctor's own account: the very person. What patients see of the others is not in this graph."""
    return doctor.id == principal.id


def may_see_own(principal: Principal, owned: Appointment | Availability | Note) -> bool:
    """An appointment, hours, a note: the doctor whose they are."""
    return owned.doctor_id == principal.id


def may_see_agenda(principal: Principal, agenda: Agenda) -> bool:
    """An agenda: the doctor whose days they are, and nobody else's appointments are on it."""
    shown = (appointment for day in agenda.days for appointment in day.appointments)
    return agenda.doctor_id == principal.id and all(may_see_own(principal, each) for each in shown)


def may_read_record(principal: Principal, record: MedicalRecord, now: datetime) -> bool:
    """A medical record: the doctor to whom it is open now, once its file has arrived."""
    opened = record.open_to
    return (
        record.status is RecordStatus.READY
        and opened is not None
        and opened.doctor_id == principal.id
        and now < opened.until
    )


def allows(principal: Principal, model: object, now: datetime) -> bool:
    """Say whether a doctor may be shown what a service answered; what is nobody's in particular, anybody may."""
    match model:
        case Doctor():
            return may_see_doctor(principal, model)
        case Appointment() | Availability() | Note():
            return may_see_own(principal, model)
        case Agenda():
            return may_see_agenda(principal, model)
        case MedicalRecord():
            return may_read_record(principal, model, now)
        case _:
            return True
