"""What follows from a doctor's registration or suspension: an account, and an entry in the directory."""

from dataclasses import dataclass

from clients.cognito.admin import CognitoAdmin
from clients.erp.models import Registration
from clients.scheduling.models import Clinic, Crm, DoctorProfile, DoctorStatus
from services.common.outbox import Event
from services.events.payload import DoctorChanged, payload
from services.events.platform import Platform


class UnknownDoctorError(LookupError):
    """The ERP does not have a doctor whom its own event names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doctors:
    """Consumers of a doctor's events. They read the registration as it is now, so an old event does no harm."""

    platform: Platform
    accounts: CognitoAdmin

    async def invite(self, event: Event) -> None:
        """Create the doctor's Cognito user: the username is the doctor's id, and Cognito sends the invitation."""
        registration = await self._registration(event)
        await self.accounts.invite(registration.id, registration.email)

    async def lock_out(self, event: Event) -> None:
        """Disable the doctor's Cognito user."""
        await self.accounts.disable(payload(event, DoctorChanged).doctor_id)

    async def project(self, event: Event) -> None:
        """Tell the directory in scheduling, which ignores a version that it has passed."""
        registration = await self._registration(event)
        await self.platform.scheduling.put_doctor(registration.id, profile_of(registration))

    async def _registration(self, event: Event) -> Registration:
        doctor_id = payload(event, DoctorChanged).doctor_id
        for registration in await self.platform.erp.registrations([doctor_id]):
            return registration
        raise UnknownDoctorError(doctor_id)


def profile_of(registration: Registration) -> DoctorProfile:
    """Project a registration into the directory; the doctor's calendar is the one of their e-mail address."""
    clinic = registration.clinic
    return DoctorProfile(
        name=registration.name,
        crm=Crm(number=registration.crm.number, state=registration.crm.state),
        specialties=registration.specialties,
        bio=registration.bio,
        clinic=Clinic(
            name=clinic.name,
            city=clinic.city,
            state=clinic.state,
            latitude=clinic.latitude,
            longitude=clinic.longitude,
        ),
        time_zone=registration.time_zone,
        price_cents=registration.price_cents,
        currency=registration.currency,
        calendar_id=registration.email,
        status=DoctorStatus(registration.status.value),
        version=registration.version,
    )
