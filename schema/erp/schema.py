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
from clients.records.loaders import AuditBySearchLoader, PatientByIdLoader, PatientsByPageLoader
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
from schema.erp.audit import AuditEvent, audit_connection, audit_key
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
from schema.erp.permissions import ADMIN, AUDIT, CARE, MONEY, STAFF
from schema.erp.registrations import (
    RegisterDoctorResult,
    SuspendDoctorResult,
    register_doctor,
    suspend_doctor,
)

KINDS: Final[Kinds] = {
    "adm": (AdminByIdLoader, Admin),
    "apt": (AppointmentByIdLoader, Appointment),
    "doc": (RegistrationByDoctorLoader, Doctor),
    "inv": (InvoiceByIdLoader, Invoice),
    "pat": (PatientByIdLoader, Patient),
}


@strawberry.type
class Query:
    """What the people of the ERP may ask. Lists are nullable, so that one that fails leaves the others."""

    doctors: Connection[Doctor] | None = loaded(
        RegistrationsByPageLoader, key=doctors_key, within=doctor_connection, directives=[PAGE, STAFF]
    )
    doctor: Doctor | None = loaded(RegistrationByDoctorLoader, key=id_key, into=Doctor.of, directives=[STAFF])
    patients: Connection[Patient] | None = loaded(
        PatientsByPageLoader, key=patients_key, within=patient_connection, directives=[PAGE, CARE]
    )
    patient: Patient | None = loaded(PatientByIdLoader, key=id_key, into=Patient.of, directives=[CARE])
    appointments: Connection[Appointment] | None = loaded(
        AppointmentsByPageLoader, key=appointments_key, within=appointment_connection, directives=[PAGE, STAFF]
    )
    appointment: Appointment | None = loaded(AppointmentByIdLoader, key=id_key, into=Appointment.of, directives=[STAFF])
    invoices: Connection[Invoice] | None = loaded(
        InvoicesByPageLoader, key=invoices_key, within=invoice_connection, directives=[PAGE, MONEY]
    )

    audit_events: Connection[AuditEvent] | None = loaded(
        AuditBySearchLoader, key=audit_key, within=audit_connection, directives=[PAGE, AUDIT]
    )

    @strawberry.field(directives=[STAFF])
    def me(self, info: ErpInfo) -> Admin:
        """The signed-in person."""
        return Admin.asking(info)

    @strawberry.field(directives=[cost(10), STAFF])
    def dashboard(self, period: PeriodInput, group_by: TimeBucket | None = TimeBucket.DAY) -> Dashboard:
        """The figures of a period, in steps of `groupBy`."""
        return Dashboard.over(period, group_by or TimeBucket.DAY)

    @strawberry.field(directives=[STAFF])
    async def node(self, info: ErpInfo, id: strawberry.ID) -> Node | None:
        """Any object of this graph by its id."""
        return await node_by_id(info, id, KINDS)


@strawberry.type
class Mutation:
    """What the people of the ERP may do."""

    register_doctor: RegisterDoctorResult = strawberry.mutation(resolver=register_doctor, directives=[ADMIN])
    suspend_doctor: SuspendDoctorResult = strawberry.mutation(resolver=suspend_doctor, directives=[ADMIN])
    answer_challenge: AnswerChallengeResult = strawberry.mutation(resolver=answer_challenge, directives=[PUBLIC])
    refresh_session: RefreshSessionResult = strawberry.mutation(resolver=refresh_session, directives=[PUBLIC])
    sign_out: SignOutResult = strawberry.mutation(resolver=sign_out, directives=[STAFF])
    forgot_password: ForgotPasswordResult = strawberry.mutation(resolver=forgot_password, directives=[PUBLIC])
    reset_password: ResetPasswordResult = strawberry.mutation(resolver=reset_password, directives=[PUBLIC])
    enrol_totp: EnrolTotpResult = strawberry.mutation(resolver=enrol_totp, directives=[STAFF])
    confirm_totp: ConfirmTotpResult = strawberry.mutation(resolver=confirm_totp, directives=[STAFF])

    @strawberry.mutation(directives=[PUBLIC])
    async def sign_in(self, info: ErpInfo, input: SignInInput) -> SignInResult:
        """Sign in with an e-mail address."""
        return await sign_in(info.context.accounts, input)


schema = build("erp", Query, Mutation)
