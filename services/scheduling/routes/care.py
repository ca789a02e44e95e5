"""Who is whose patient: what decides which patients and shared records a doctor may see."""

from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import APIRouter, Query

from services.common.callers import CallerOf
from services.common.wire import Cursor, Ids, Limit, Wire, split_ids
from services.scheduling.models import AppointmentStatus, Id
from services.scheduling.routes.parts import Parts, PartsOf, require
from services.scheduling.store.cursors import cursor_of, place_of
from services.scheduling.store.lines import Selection, doctor_line

# A request that was declined, or never answered, gives a doctor no claim to the patient.
CARE: Final = frozenset(AppointmentStatus) - {AppointmentStatus.DECLINED, AppointmentStatus.EXPIRED}

DoctorId = Annotated[Id, Query(alias="doctorId")]
PatientIds = Annotated[Ids, Query(alias="patientIds")]

routes = APIRouter()


class PatientPage(Wire):
    """A page of patients' ids."""

    items: tuple[Id, ...]
    next: str | None


@routes.get("/care-relations")
async def care_relations(
    doctor_id: DoctorId, patient_ids: PatientIds, caller: CallerOf, parts: PartsOf
) -> Sequence[Id]:
    """Say which of these patients are the doctor's. For services and the doctor himself."""
    require(caller.is_service() or caller.is_person("doctor", doctor_id))
    patients = await _patients(doctor_id, parts)
    return [each for each in split_ids(patient_ids) if each in patients]


@routes.get("/patients-of-doctors")
async def patients_of_doctors(
    doctor_id: DoctorId, caller: CallerOf, parts: PartsOf, limit: Limit = 20, after: Cursor = None
) -> PatientPage:
    """List the doctor's own patients, by id."""
    require(caller.is_person("doctor", doctor_id))
    seen = place_of(after, str)[0] if after is not None else ""
    patients = sorted(each for each in await _patients(doctor_id, parts) if each > str(seen))
    page = patients[:limit]
    return PatientPage(items=tuple(page), next=cursor_of([page[-1]]) if len(patients) > limit else None)


async def _patients(doctor_id: str, parts: Parts) -> frozenset[str]:
    found = await parts.appointments.every(doctor_line(doctor_id), Selection(statuses=CARE))
    return frozenset(each.patient_id for each in found)
