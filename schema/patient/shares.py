"""Sharing: which records, with which doctor, until when."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, ClassVar, Final, Self

import strawberry

from clients.ids import DoctorId, PatientId, RecordId, ShareId
from clients.records import models
from clients.scheduling.loaders import DoctorByIdLoader
from schema.common.costs import list_size
from schema.common.loaded import loaded
from schema.common.messages import ProblemCode
from schema.common.patient_data import PATIENT_DATA
from schema.common.permissions import PATIENT
from schema.common.principals import person_id
from schema.common.problems import InvalidInput, NotFound, Problem, outcome
from schema.patient.context import PatientInfo
from schema.patient.doctors import Doctor


@strawberry.type(directives=[PATIENT, PATIENT_DATA])
class Share:
    """One record that one doctor may read until `expiresAt`."""

    id: strawberry.ID
    patient_id: strawberry.Private[PatientId]
    doctor_id: strawberry.Private[DoctorId]
    record_id: strawberry.Private[RecordId]
    created_at: datetime
    expires_at: datetime
    doctor: Doctor | None = loaded(DoctorByIdLoader, key=lambda share: share.doctor_id, into=Doctor.of)

    @classmethod
    def of(cls, model: models.Share) -> Self:
        """Project the model."""
        return cls(
            id=strawberry.ID(model.id),
            patient_id=model.patient_id,
            doctor_id=model.doctor_id,
            record_id=model.record_id,
            created_at=model.created_at,
            expires_at=model.expires_at,
        )


def shares_of(shares: Sequence[models.Share]) -> list[Share]:
    """Project shares, their order kept."""
    return [Share.of(share) for share in shares]


@strawberry.type
class InvalidExpiry(Problem):
    """The expiry is not in the future, or more than 365 days away."""

    problem_code: ClassVar[ProblemCode] = ProblemCode.INVALID_EXPIRY


@strawberry.input
class ShareRecordsInput:
    """Records that a doctor may read until `expiresAt`: all or none are shared."""

    record_ids: list[strawberry.ID]
    doctor_id: strawberry.ID
    expires_at: datetime


@strawberry.type(directives=[PATIENT, PATIENT_DATA])
class RecordsShared:
    """The doctor may read these records now."""

    patient_id: strawberry.Private[PatientId]
    shares: list[Share] = strawberry.field(directives=[list_size(20)])

    @classmethod
    def of(cls, given: Sequence[models.Share]) -> Self:
        """Project the models."""
        return cls(patient_id=given[0].patient_id, shares=shares_of(given))


@strawberry.input
class RevokeShareInput:
    """The share to end."""

    share_id: strawberry.ID


@strawberry.type(directives=[PATIENT, PATIENT_DATA])
class ShareRevoked:
    """The doctor can no longer read the record."""

    patient_id: strawberry.Private[PatientId]
    share_id: strawberry.ID


ShareProblem = NotFound | InvalidExpiry | InvalidInput
ShareRecordsResult = Annotated[RecordsShared | ShareProblem, strawberry.union("ShareRecordsResult")]
RevokeShareResult = Annotated[ShareRevoked | NotFound, strawberry.union("RevokeShareResult")]

_SHARE_PROBLEMS: Final[Mapping[str, type[ShareProblem]]] = {
    "NOT_FOUND": NotFound,
    "INVALID_EXPIRY": InvalidExpiry,
    "INVALID_REQUEST": InvalidInput,
}


async def share_records(info: PatientInfo, input: ShareRecordsInput) -> ShareRecordsResult:
    """Let a doctor read own records until a time."""
    shares = models.NewShares(
        record_ids=tuple(RecordId(each) for each in input.record_ids),
        doctor_id=DoctorId(input.doctor_id),
        expires_at=input.expires_at,
    )
    return await outcome(info.context.records.share(shares), RecordsShared.of, _SHARE_PROBLEMS)


async def revoke_share(info: PatientInfo, input: RevokeShareInput) -> RevokeShareResult:
    """End a share at once."""
    call = info.context.records.revoke(ShareId(input.share_id))
    owner = PatientId(person_id(info.context.principal))
    return await outcome(
        call, lambda _: ShareRevoked(patient_id=owner, share_id=input.share_id), {"NOT_FOUND": NotFound}
    )
