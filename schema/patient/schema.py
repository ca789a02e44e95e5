"""The patient graph: what a patient may ask and do, in one list."""

from typing import Final

import strawberry

from clients.records.loaders import PatientByIdLoader, RecordByIdLoader
from clients.scheduling.loaders import (
    WHOLE,
    AppointmentByIdLoader,
    DoctorByIdLoader,
    DoctorsBySearchLoader,
    SpecialtiesByCatalogueLoader,
)
from schema.common.answers import AnswerChallengeResult, answer_challenge
from schema.common.building import build
from schema.common.caching import cached
from schema.common.costs import PAGE, list_size
from schema.common.doctors import Specialty, all_specialties
from schema.common.loaded import loaded
from schema.common.nodes import Kinds, Node, id_key, node_by_id
from schema.common.pagination import Connection
from schema.common.permissions import PATIENT, PUBLIC
from schema.common.recovery import (
    ForgotPasswordResult,
    ResendConfirmationResult,
    ResetPasswordResult,
    forgot_password,
    resend_confirmation,
    reset_password,
)
from schema.common.sessions import (
    RefreshSessionResult,
    SignInInput,
    SignInResult,
    SignOutResult,
    refresh_session,
    sign_in,
    sign_out,
)
from schema.common.totp import ConfirmTotpResult, EnrolTotpResult, confirm_totp, enrol_totp
from schema.patient.account import (
    ConfirmRegistrationResult,
    Patient,
    RegisterPatientResult,
    confirm_registration,
    register_patient,
)
from schema.patient.appointments import (
    Appointment,
    BookAppointmentResult,
    CancelAppointmentResult,
    book_appointment,
    cancel_appointment,
)
from schema.patient.context import PatientInfo
from schema.patient.doctors import Doctor, doctor_connection, doctors_key
from schema.patient.live import Subscription
from schema.patient.records import MedicalRecord
from schema.patient.shares import RevokeShareResult, ShareRecordsResult, revoke_share, share_records
from schema.patient.uploads import (
    FinishRecordUploadResult,
    StartRecordUploadResult,
    finish_record_upload,
    start_record_upload,
)

KINDS: Final[Kinds] = {
    "apt": (AppointmentByIdLoader, Appointment),
    "doc": (DoctorByIdLoader, Doctor),
    "pat": (PatientByIdLoader, Patient),
    "rec": (RecordByIdLoader, MedicalRecord),
}


@strawberry.type
class Query:
    """What a patient may ask."""

    doctors: Connection[Doctor] = loaded(
        DoctorsBySearchLoader, key=doctors_key, within=doctor_connection, directives=[PAGE, cached(60), PUBLIC]
    )
    doctor: Doctor | None = loaded(DoctorByIdLoader, key=id_key, into=Doctor.of, directives=[cached(60), PUBLIC])
    specialties: list[Specialty] = loaded(
        SpecialtiesByCatalogueLoader,
        key=lambda _: WHOLE,
        into=all_specialties,
        directives=[list_size(60), cached(3600), PUBLIC],
    )
    appointment: Appointment | None = loaded(
        AppointmentByIdLoader, key=id_key, into=Appointment.of, directives=[PATIENT]
    )
    record: MedicalRecord | None = loaded(RecordByIdLoader, key=id_key, into=MedicalRecord.of, directives=[PATIENT])

    @strawberry.field(directives=[PATIENT])
    def me(self, info: PatientInfo) -> Patient:
        """The signed-in patient."""
        return Patient.asking(info)

    @strawberry.field(directives=[PATIENT])
    async def node(self, info: PatientInfo, id: strawberry.ID) -> Node | None:
        """Any object of this graph by its id."""
        return await node_by_id(info, id, KINDS)


@strawberry.type
class Mutation:
    """What a patient may do."""

    register_patient: RegisterPatientResult = strawberry.mutation(resolver=register_patient, directives=[PUBLIC])
    resend_confirmation: ResendConfirmationResult = strawberry.mutation(
        resolver=resend_confirmation, directives=[PUBLIC]
    )
    confirm_registration: ConfirmRegistrationResult = strawberry.mutation(
        resolver=confirm_registration, directives=[PUBLIC]
    )
    book_appointment: BookAppointmentResult = strawberry.mutation(resolver=book_appointment, directives=[PATIENT])
    cancel_appointment: CancelAppointmentResult = strawberry.mutation(resolver=cancel_appointment, directives=[PATIENT])
    start_record_upload: StartRecordUploadResult = strawberry.mutation(
        resolver=start_record_upload, directives=[PATIENT]
    )
    finish_record_upload: FinishRecordUploadResult = strawberry.mutation(
        resolver=finish_record_upload, directives=[PATIENT]
    )
    share_records: ShareRecordsResult = strawberry.mutation(resolver=share_records, directives=[PATIENT])
    revoke_share: RevokeShareResult = strawberry.mutation(resolver=revoke_share, directives=[PATIENT])
    answer_challenge: AnswerChallengeResult = strawberry.mutation(resolver=answer_challenge, directives=[PUBLIC])
    refresh_session: RefreshSessionResult = strawberry.mutation(resolver=refresh_session, directives=[PUBLIC])
    sign_out: SignOutResult = strawberry.mutation(resolver=sign_out, directives=[PATIENT])
    forgot_password: ForgotPasswordResult = strawberry.mutation(resolver=forgot_password, directives=[PUBLIC])
    reset_password: ResetPasswordResult = strawberry.mutation(resolver=reset_password, directives=[PUBLIC])
    enrol_totp: EnrolTotpResult = strawberry.mutation(resolver=enrol_totp, directives=[PATIENT])
    confirm_totp: ConfirmTotpResult = strawberry.mutation(resolver=confirm_totp, directives=[PATIENT])

    @strawberry.mutation(directives=[PUBLIC])
    async def sign_in(self, info: PatientInfo, input: SignInInput) -> SignInResult:
        """Sign in with a CPF or an e-mail address."""
        return await sign_in(info.context.accounts, input)


schema = build("patient", Query, Mutation, types=[Patient], subscription=Subscription)
