"""The ERP graph: what the people who run HealthMed may ask and do, in one list."""

from typing import Final

import strawberry

from clients.erp.loaders import (
    AdminByIdLoader,
    InvoiceByIdLoader,
    InvoicesByPageLoader,
    RegistrationByDoctorLoader,
    RegistrationsByPageLoader,
)
from clients.records.loaders import PatientByIdLoader, PatientsByPageLoader
from clients.scheduling.loaders import AppointmentByIdLoader, AppointmentsByPageLoader
from schema.common.answers import AnswerChallengeResult, answer_challenge
from schema.common.building import build
from schema.common.costs import PAGE, cost
from schema.common.enums import TimeBucket
from schema.common.loaded import loaded
from schema.common.nodes import Kinds, Node, id_key, node_by_id
from schema.common.pagination import Connection
from schema.common.permissions import PUBLIC
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
from schema.erp.appointments import Appointment, appointment_connection, appointments_key
from schema.erp.context import ErpInfo
from schema.erp.dashboard import Dashboard, PeriodInput
from schema.erp.finance import Invoice, invoice_connection, invoices_key
from schema.erp.people import (
    Admin,
    Doctor,
    Patient,
    doctor_connection,
    doctors_key,
    patient_connection,
    patients_key,
)
from schema.erp.registrations import (
    RegisterDoctorResult,
    SuspendDoctorResult,
    register_doctor,
    suspend_doctor,
)

KINDS: Final[Kinds] = {
    "adm": (AdminByIdLoader, Admin.of),
    "apt": (AppointmentByIdLoader, Appointment.of),
    "doc": (RegistrationByDoctorLoader, Doctor.of),
    "inv": (InvoiceByIdLoader, Invoice.of),
    "pat": (PatientByIdLoader, Patient.of),
}


@strawberry.type
class Query:
    """What the people of the ERP may ask. Lists are nullable, so that one that fails leaves the others."""

    doctors: Connection[Doctor] | None = loaded(
        RegistrationsByPageLoader, key=doctors_key, within=doctor_connection, directives=[PAGE]
    )
    doctor: Doctor | None = loaded(RegistrationByDoctorLoader, key=id_key, into=Doctor.of)
    patients: Connection[Patient] | None = loaded(
        PatientsByPageLoader, key=patients_key, within=patient_connection, directives=[PAGE]
    )
    patient: Patient | None = loaded(PatientByIdLoader, key=id_key, into=Patient.of)
    appointments: Connection[Appointment] | None = loaded(
        AppointmentsByPageLoader, key=appointments_key, within=appointment_connection, directives=[PAGE]
    )
    appointment: Appointment | None = loaded(AppointmentByIdLoader, key=id_key, into=Appointment.of)
    invoices: Connection[Invoice] | None = loaded(
        InvoicesByPageLoader, key=invoices_key, within=invoice_connection, directives=[PAGE]
    )

    @strawberry.field
    def me(self, info: ErpInfo) -> Admin:
        """The signed-in person."""
        return Admin.asking(info)

    @strawberry.field(directives=[cost(10)])
    def dashboard(self, period: PeriodInput, group_by: TimeBucket | None = TimeBucket.DAY) -> Dashboard:
        """The figures of a period, in steps of `groupBy`."""
        return Dashboard.over(period, group_by or TimeBucket.DAY)

    @strawberry.field
    async def node(self, info: ErpInfo, id: strawberry.ID) -> Node | None:
        """Any object of this graph by its id."""
        return await node_by_id(info.context.loaders, id, KINDS)


@strawberry.type
class Mutation:
    """What the people of the ERP may do."""

    register_doctor: RegisterDoctorResult = strawberry.mutation(resolver=register_doctor)
    suspend_doctor: SuspendDoctorResult = strawberry.mutation(resolver=suspend_doctor)
    answer_challenge: AnswerChallengeResult = strawberry.mutation(resolver=answer_challenge, directives=[PUBLIC])
    refresh_session: RefreshSessionResult = strawberry.mutation(resolver=refresh_session, directives=[PUBLIC])
    sign_out: SignOutResult = strawberry.mutation(resolver=sign_out)
    forgot_password: ForgotPasswordResult = strawberry.mutation(resolver=forgot_password, directives=[PUBLIC])
    reset_password: ResetPasswordResult = strawberry.mutation(resolver=reset_password, directives=[PUBLIC])
    enrol_totp: EnrolTotpResult = strawberry.mutation(resolver=enrol_totp)
    confirm_totp: ConfirmTotpResult = strawberry.mutation(resolver=confirm_totp)

    @strawberry.mutation(directives=[PUBLIC])
    async def sign_in(self, info: ErpInfo, input: SignInInput) -> SignInResult:
        """Sign in with an e-mail address."""
        return await sign_in(info.context.accounts, input)


schema = build(Query, Mutation)
