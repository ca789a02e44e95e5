"""Breaking the glass: a doctor reads a patient's records without a share, for a while, and everybody is told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, ClassVar, Final, Self

import strawberry

from clients.ids import PatientId
from clients.records import audit
from clients.records.loaders import PatientByIdLoader
from schema.common.loaded import loaded
from schema.common.messages import ProblemCode
from schema.common.patient_data import PATIENT_DATA
from schema.common.permissions import DOCTOR
from schema.common.problems import InvalidInput, JustificationRequired, NotFound, Problem, outcome
from schema.doctor.context import DoctorInfo
from schema.doctor.patients import Patient


@strawberry.type(directives=[DOCTOR, PATIENT_DATA])
class EmergencyAccess:
    """The doctor may read all of a patient's records until `expiresAt`: by `record`, or `patient.sharedRecords`."""

    id: strawberry.ID
    patient_id: strawberry.Private[PatientId]
    reason: str
    created_at: datetime
    expires_at: datetime
    patient: Patient | None = loaded(PatientByIdLoader, key=lambda access: access.patient_id, into=Patient.of)

    @classmethod
    def of(cls, model: audit.EmergencyAccess) -> Self:
        """Project the model."""
        return cls(
            id=strawberry.ID(model.id),
            patient_id=model.patient_id,
            reason=model.reason,
            created_at=model.created_at,
            expires_at=model.expires_at,
        )


@strawberry.input
class RequestEmergencyAccessInput:
    """Whose records, and why: at most 500 characters, which the patient and auditors may come to read."""

    patient_id: strawberry.ID
    reason: str


@strawberry.type(directives=[DOCTOR, PATIENT_DATA])
class EmergencyAccessOpened:
    """The records are open. The patient is told now, and the audit shows it, and each read, for ever."""

    access: EmergencyAccess

    @classmethod
    def of(cls, model: audit.EmergencyAccess) -> Self:
        """Project the model."""
        return cls(access=EmergencyAccess.of(model))


@strawberry.type
class DoctorSuspended(Problem):
    """A suspended doctor has no emergency access."""

    problem_code: ClassVar[ProblemCode] = ProblemCode.DOCTOR_SUSPENDED


EmergencyProblem = NotFound | JustificationRequired | DoctorSuspended | InvalidInput
RequestEmergencyAccessResult = Annotated[
    EmergencyAccessOpened | EmergencyProblem, strawberry.union("RequestEmergencyAccessResult")
]

_PROBLEMS: Final[Mapping[str, type[EmergencyProblem]]] = {
    "NOT_FOUND": NotFound,
    "JUSTIFICATION_REQUIRED": JustificationRequired,
    "DOCTOR_SUSPENDED": DoctorSuspended,
    "INVALID_REQUEST": InvalidInput,
}


async def request_emergency_access(
    info: DoctorInfo, input: RequestEmergencyAccessInput
) -> RequestEmergencyAccessResult:
    """Open a patient's records for a while, with a reason; the patient and the auditors are told."""
    request = audit.NewEmergencyAccess(patient_id=PatientId(input.patient_id), reason=input.reason)
    return await outcome(info.context.records.open_emergency_access(request), EmergencyAccessOpened.of, _PROBLEMS)
