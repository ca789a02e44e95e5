"""The third ring of the patient graph: a patient sees what is the patient's own.

Pure: principal and object in, yes or no out. The services decide for themselves; a no here means that one was wrong,
and then the object looks absent.
"""

from clients.records.audit import AuditEntry
from clients.records.models import MedicalRecord, Patient, Share
from clients.scheduling.models import Appointment
from schema.common.principals import Principal


def may_see_patient(principal: Principal, patient: Patient) -> bool:
    """A patient: the very person."""
    return patient.id == principal.id


def may_see_appointment(principal: Principal, appointment: Appointment) -> bool:
    """An appointment: its patient."""
    return appointment.patient_id == principal.id


def may_read_record(principal: Principal, record: MedicalRecord) -> bool:
    """A medical record: its patient, whatever became of its file."""
    return record.patient_id == principal.id


def may_see_share(principal: Principal, share: Share) -> bool:
    """A share: the patient who gave it."""
    return share.patient_id == principal.id


def may_see_audit_entry(principal: Principal, entry: AuditEntry) -> bool:
    """What was done with somebody's data: the patient whose data it is."""
    return entry.patient_id == principal.id


def allows(principal: Principal, model: object) -> bool:
    """Say whether a patient may be shown what a service answered; what is nobody's in particular, anybody may."""
    match model:
        case Patient():
            return may_see_patient(principal, model)
        case Appointment():
            return may_see_appointment(principal, model)
        case MedicalRecord():
            return may_read_record(principal, model)
        case Share():
            return may_see_share(principal, model)
        case AuditEntry():
            return may_see_audit_entry(principal, model)
        case _:
            return True
