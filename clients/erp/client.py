"""The ERP service: registrations, invoices, figures. Each method is one endpoint."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from clients.erp.models import (
    Admin,
    Figures,
    Invoice,
    InvoiceStatus,
    Login,
    NewDoctor,
    NewInvoice,
    Registration,
    RegistrationStatus,
    Suspension,
    Username,
)
from clients.http import Downstream
from clients.ids import AdminId, AppointmentId, DoctorId, InvoiceId, segment
from clients.pages import Page, PageRequest


@dataclass(frozen=True, slots=True)
class ErpClient:
    """Calls the ERP as the caller in `downstream.headers`. At most 100 ids a call.

    Every method raises `UpstreamUnavailable`, `UpstreamContract`, or `UpstreamForbidden` for a role that may not;
    writes also raise an `UpstreamRefusal` with the service's code.
    """

    downstream: Downstream

    async def username(self, login: str) -> str:
        """Return the Cognito username behind a CRM or e-mail, in the caller's pool; refusal NOT_FOUND."""
        return (await self.downstream.post("/logins", Username, Login(login=login))).username

    async def admins(self, ids: Collection[AdminId]) -> Sequence[Admin]:
        """Return those of these admins whom the caller may see, in no order."""
        return await self.downstream.get("/admins", tuple[Admin, ...], ids=list(ids))

    async def register_doctor(self, doctor: NewDoctor) -> Registration:
        """Register a doctor. Refusals: ALREADY_REGISTERED, INVALID_CRM, IDEMPOTENCY_CONFLICT."""
        return await self.downstream.post("/doctors", Registration, doctor)

    async def suspend_doctor(self, doctor_id: DoctorId, suspension: Suspension) -> Registration:
        """Suspend a doctor. Refusals: NOT_FOUND, ALREADY_SUSPENDED."""
        return await self.downstream.post(f"/doctors/{segment(doctor_id)}/suspend", Registration, suspension)

    async def registrations(self, ids: Collection[DoctorId]) -> Sequence[Registration]:
        """Return these doctors' registrations, in no order."""
        return await self.downstream.get("/doctors", tuple[Registration, ...], ids=list(ids))

    async def all_registrations(
        self, search: str | None, status: RegistrationStatus | None, page: PageRequest
    ) -> Page[Registration]:
        """Return one page of registrations by name; `search` is the beginning of a name, or a CRM."""
        return await self.downstream.get(
            "/doctors/all", Page[Registration], search=search, status=status, limit=page.limit, after=page.after
        )

    async def put_invoice(self, appointment_id: AppointmentId, invoice: NewInvoice) -> None:
        """Issue the one invoice of a completed appointment; again changes nothing. For the events worker."""
        await self.downstream.put(f"/invoices/{segment(appointment_id)}", type(None), invoice)

    async def invoices(self, ids: Collection[InvoiceId]) -> Sequence[Invoice]:
        """Return these invoices, in no order."""
        return await self.downstream.get("/invoices", tuple[Invoice, ...], ids=list(ids))

    async def all_invoices(self, status: InvoiceStatus | None, page: PageRequest) -> Page[Invoice]:
        """Return one page of invoices, newest first."""
        return await self.downstream.get(
            "/invoices/all", Page[Invoice], status=status, limit=page.limit, after=page.after
        )

    async def figures(self, first_day: date, last_day: date, group_by: str) -> Figures:
        """Sum the revenue of the days [first_day, last_day] in America/Sao_Paulo; group_by DAY, WEEK or MONTH."""
        return await self.downstream.get("/figures", Figures, groupBy=group_by, **{"from": first_day, "to": last_day})
