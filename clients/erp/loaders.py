"""Loaders over the ERP: many ids at one level of a query, one call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from clients.erp.client import ErpClient
from clients.erp.models import Admin, Figures, Invoice, InvoiceStatus, Registration, RegistrationStatus
from clients.ids import AdminId, DoctorId, InvoiceId
from clients.loaders import BatchLoader, FanOutLoader, by
from clients.pages import Page, PageRequest


class AdminByIdLoader(BatchLoader[ErpClient, AdminId, Admin | None]):
    """Admins by id; absent is None."""

    client_type = ErpClient

    async def fetch(self, keys: Sequence[AdminId]) -> Mapping[AdminId, Admin]:
        """One call for all ids."""
        return by(lambda admin: admin.id, await self.client.admins(keys))


class RegistrationByDoctorLoader(BatchLoader[ErpClient, DoctorId, Registration | None]):
    """Registrations by doctor; absent is None."""

    client_type = ErpClient

    async def fetch(self, keys: Sequence[DoctorId]) -> Mapping[DoctorId, Registration]:
        """One call for all doctors."""
        return by(lambda registration: registration.id, await self.client.registrations(keys))


@dataclass(frozen=True, slots=True)
class RegistrationPage:
    """Which page of all registrations; `search` is the beginning of a name, or a CRM."""

    page: PageRequest
    search: str | None
    status: RegistrationStatus | None


class RegistrationsByPageLoader(FanOutLoader[ErpClient, RegistrationPage, Page[Registration]]):
    """Pages of registrations by name."""

    client_type = ErpClient

    async def fetch_one(self, key: RegistrationPage) -> Page[Registration]:
        """One call a page."""
        return await self.client.all_registrations(key.search, key.status, key.page)


class InvoiceByIdLoader(BatchLoader[ErpClient, InvoiceId, Invoice | None]):
    """Invoices by id; absent is None."""

    client_type = ErpClient

    async def fetch(self, keys: Sequence[InvoiceId]) -> Mapping[InvoiceId, Invoice]:
        """One call for all ids."""
        return by(lambda invoice: invoice.id, await self.client.invoices(keys))


@dataclass(frozen=True, slots=True)
class InvoicePage:
    """Which page of all invoices."""

    page: PageRequest
    status: InvoiceStatus | None


class InvoicesByPageLoader(FanOutLoader[ErpClient, InvoicePage, Page[Invoice]]):
    """Pages of invoices, newest first."""

    client_type = ErpClient

    async def fetch_one(self, key: InvoicePage) -> Page[Invoice]:
        """One call a page."""
        return await self.client.all_invoices(key.status, key.page)


@dataclass(frozen=True, slots=True)
class Period:
    """The days [first, last] in America/Sao_Paulo, in steps of `group_by` (DAY, WEEK or MONTH)."""

    first: date
    last: date
    group_by: str


class FiguresByPeriodLoader(FanOutLoader[ErpClient, Period, Figures]):
    """The revenue of each period."""

    client_type = ErpClient

    async def fetch_one(self, key: Period) -> Figures:
        """One call a period."""
        return await self.client.figures(key.first, key.last, key.group_by)
