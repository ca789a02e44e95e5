"""Adding a record: announce the file, PUT its bytes to where the answer says, say that it is done."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Final, Self

import strawberry

from clients.ids import RecordId
from clients.records import models
from schema.common.costs import list_size
from schema.common.enums import RecordCategory
from schema.common.messages import ProblemCode
from schema.common.patient_data import PATIENT_DATA
from schema.common.permissions import PATIENT
from schema.common.problems import IdempotencyConflict, InvalidInput, NotFound, Problem, outcome
from schema.patient.context import PatientInfo
from schema.patient.records import MedicalRecord


@strawberry.input
class StartRecordUploadInput:
    """A file to come: at most 100 MB, `sha256` in hex."""

    title: str
    category: RecordCategory
    content_type: str
    size_bytes: int
    sha256: str
    idempotency_key: str

    def model(self) -> models.NewRecord:
        """Return what the records service is told."""
        return models.NewRecord(
            title=self.title,
            category=self.category,
            content_type=self.content_type,
            size_bytes=self.size_bytes,
            sha256=self.sha256,
            idempotency_key=self.idempotency_key,
        )


@strawberry.type(directives=[PATIENT])
class UploadHeader:
    """A header that the upload must send as it is."""

    name: str
    value: str


@strawberry.type(directives=[PATIENT, PATIENT_DATA])
class RecordUploadStarted:
    """PUT the bytes to `uploadUrl` with `headers` within 15 minutes, then call finishRecordUpload."""

    record: MedicalRecord
    upload_url: str
    headers: list[UploadHeader] = strawberry.field(directives=[list_size(5)])

    @classmethod
    def of(cls, model: models.RecordUpload) -> Self:
        """Project the model."""
        return cls(
            record=MedicalRecord.of(model.record),
            upload_url=model.upload_url,
            headers=[UploadHeader(name=header.name, value=header.value) for header in model.upload_headers],
        )


@strawberry.type
class UnsupportedType(Problem):
    """This type of file is not accepted."""

    problem_code: ClassVar[ProblemCode] = ProblemCode.UNSUPPORTED_TYPE


@strawberry.type
class TooLarge(Problem):
    """The file is larger than 100 MB."""

    problem_code: ClassVar[ProblemCode] = ProblemCode.TOO_LARGE


@strawberry.type
class UploadMissing(Problem):
    """The bytes have not arrived."""

    problem_code: ClassVar[ProblemCode] = ProblemCode.UPLOAD_MISSING


@strawberry.type
class UploadMismatch(Problem):
    """The bytes are not the ones announced."""

    problem_code: ClassVar[ProblemCode] = ProblemCode.UPLOAD_MISMATCH


@strawberry.input
class FinishRecordUploadInput:
    """The record whose bytes have been sent."""

    record_id: strawberry.ID


@strawberry.type(directives=[PATIENT, PATIENT_DATA])
class RecordUploadFinished:
    """The record is READY."""

    record: MedicalRecord

    @classmethod
    def of(cls, model: models.MedicalRecord) -> Self:
        """Project the model."""
        return cls(record=MedicalRecord.of(model))


StartProblem = UnsupportedType | TooLarge | InvalidInput | IdempotencyConflict
StartRecordUploadResult = Annotated[RecordUploadStarted | StartProblem, strawberry.union("StartRecordUploadResult")]

FinishProblem = NotFound | UploadMissing | UploadMismatch
FinishRecordUploadResult = Annotated[RecordUploadFinished | FinishProblem, strawberry.union("FinishRecordUploadResult")]

_START_PROBLEMS: Final[Mapping[str, type[StartProblem]]] = {
    "UNSUPPORTED_TYPE": UnsupportedType,
    "TOO_LARGE": TooLarge,
    "INVALID_REQUEST": InvalidInput,
    "IDEMPOTENCY_CONFLICT": IdempotencyConflict,
}
_FINISH_PROBLEMS: Final[Mapping[str, type[FinishProblem]]] = {
    "NOT_FOUND": NotFound,
    "UPLOAD_MISSING": UploadMissing,
    "UPLOAD_MISMATCH": UploadMismatch,
}


async def start_record_upload(info: PatientInfo, input: StartRecordUploadInput) -> StartRecordUploadResult:
    """Announce a file; the answer says where to send its bytes."""
    call = info.context.records.start_upload(input.model())
    return await outcome(call, RecordUploadStarted.of, _START_PROBLEMS)


async def finish_record_upload(info: PatientInfo, input: FinishRecordUploadInput) -> FinishRecordUploadResult:
    """Say that the bytes have been sent; the record becomes READY."""
    call = info.context.records.finish_upload(RecordId(input.record_id))
    return await outcome(call, RecordUploadFinished.of, _FINISH_PROBLEMS)
