"""The doctor graph: what a doctor may ask and do, in one list."""

from typing import Final

import strawberry

from clients.records.loaders import PatientByIdLoader, RecordByIdLoader
from clients.scheduling.loaders import AppointmentByIdLoader, DoctorByIdLoader
from schema.common.answers import AnswerChallengeResult, answer_challenge
from schema.common.building import build
from schema.common.loaded import loaded
from schema.common.nodes import Kinds, Node, id_key, node_by_id
from schema.common.permissions import DOCTOR, PUBLIC
from schema.common.recovery import ForgotPasswordResult, ResetPasswordResult, forgot_password, reset_password
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
from schema.doctor.account import Doctor
from schema.doctor.appointments import Appointment
from schema.doctor.availability import SetAvailabilityResult, set_availability
from schema.doctor.context import DoctorInfo
from schema.doctor.decisions import (
    CancelAppointmentResult,
    CompleteAppointmentResult,
    ConfirmAppointmentResult,
    DeclineAppointmentResult,
    cancel_appointment,
    complete_appointment,
    confirm_appointment,
    decline_appointment,
)
from schema.doctor.emergency import RequestEmergencyAccessResult, request_emergency_access
from schema.doctor.live import Subscription
from schema.doctor.notes import WriteNoteResult, write_note
from schema.doctor.patients import Patient
from schema.doctor.records import MedicalRecord

KINDS: Final[Kinds] = {
    "apt": (AppointmentByIdLoader, Appointment),
    "doc": (DoctorByIdLoader, Doctor),
    "pat": (PatientByIdLoader, Patient),
    "rec": (RecordByIdLoader, MedicalRecord),
}


@strawberry.type
class Query:
    """What a doctor may ask."""

    appointment: Appointment | None = loaded(
        AppointmentByIdLoader, key=id_key, into=Appointment.of, directives=[DOCTOR]
    )
    patient: Patient | None = loaded(PatientByIdLoader, key=id_key, into=Patient.of, directives=[DOCTOR])
    record: MedicalRecord | None = loaded(RecordByIdLoader, key=id_key, into=MedicalRecord.of, directives=[DOCTOR])

    @strawberry.field(directives=[DOCTOR])
    def me(self, info: DoctorInfo) -> Doctor:
        """The signed-in doctor."""
        return Doctor.asking(info)

    @strawberry.field(directives=[DOCTOR])
    async def node(self, info: DoctorInfo, id: strawberry.ID) -> Node | None:
        """Any object of this graph by its id."""
        return await node_by_id(info, id, KINDS)


@strawberry.type
class Mutation:
    """What a doctor may do."""

    set_availability: SetAvailabilityResult = strawberry.mutation(resolver=set_availability, directives=[DOCTOR])
    confirm_appointment: ConfirmAppointmentResult = strawberry.mutation(
        resolver=confirm_appointment, directives=[DOCTOR]
    )
    decline_appointment: DeclineAppointmentResult = strawberry.mutation(
        resolver=decline_appointment, directives=[DOCTOR]
    )
    complete_appointment: CompleteAppointmentResult = strawberry.mutation(
        resolver=complete_appointment, directives=[DOCTOR]
    )
    cancel_appointment: CancelAppointmentResult = strawberry.mutation(resolver=cancel_appointment, directives=[DOCTOR])
    write_note: WriteNoteResult = strawberry.mutation(resolver=write_note, directives=[DOCTOR])
    request_emergency_access: RequestEmergencyAccessResult = strawberry.mutation(
        resolver=request_emergency_access, directives=[DOCTOR]
    )
    answer_challenge: AnswerChallengeResult = strawberry.mutation(resolver=answer_challenge, directives=[PUBLIC])
    refresh_session: RefreshSessionResult = strawberry.mutation(resolver=refresh_session, directives=[PUBLIC])
    sign_out: SignOutResult = strawberry.mutation(resolver=sign_out, directives=[DOCTOR])
    forgot_password: ForgotPasswordResult = strawberry.mutation(resolver=forgot_password, directives=[PUBLIC])
    reset_password: ResetPasswordResult = strawberry.mutation(resolver=reset_password, directives=[PUBLIC])
    enrol_totp: EnrolTotpResult = strawberry.mutation(resolver=enrol_totp, directives=[DOCTOR])
    confirm_totp: ConfirmTotpResult = strawberry.mutation(resolver=confirm_totp, directives=[DOCTOR])

    @strawberry.mutation(directives=[PUBLIC])
    async def sign_in(self, info: DoctorInfo, input: SignInInput) -> SignInResult:
        """Sign in with a CRM, such as `123456/SP`, or an e-mail address."""
        return await sign_in(info.context.accounts, input)


schema = build("doctor", Query, Mutation, subscription=Subscription)
