"""Loaders over the ERP: many ids at one level of a query, one call."""

from collections.abc import Mapping, Sequence

from clients.erp.client import ErpClient
from clients.erp.models import Admin, Registration
from clients.ids import AdminId, DoctorId
from clients.loaders import BatchLoader, by


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
