"""Loaders over scheduling: many ids at one level of a query, one call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from clients.ids import AppointmentId, DoctorId, PatientId
from clients.loaders import ArgumentLoader, Asked, BatchLoader, by
from clients.scheduling.client import SchedulingClient
from clients.scheduling.models import (
    Appointment,
    AppointmentPage,
    AppointmentsOfDoctor,
    AppointmentsOfPatient,
    Availability,
    Doctor,
    Slot,
)


class DoctorByIdLoader(BatchLoader[SchedulingClient, DoctorId, Doctor | None]):
    """Doctors by id; absent is None."""

    client_type = SchedulingClient

    async def fetch(self, keys: Sequence[DoctorId]) -> Mapping[DoctorId, Doctor]:
        """One call for all ids."""
        return by(lambda doctor: doctor.id, await self.client.doctors(keys))


class AppointmentByIdLoader(BatchLoader[SchedulingClient, AppointmentId, Appointment | None]):
    """Appointments by id; absent, or not for this caller, is None."""

    client_type = SchedulingClient

    async def fetch(self, keys: Sequence[AppointmentId]) -> Mapping[AppointmentId, Appointment]:
        """One call for all ids."""
        return by(lambda appointment: appointment.id, await self.client.appointments(keys))


class NextSlotByDoctorLoader(BatchLoader[SchedulingClient, DoctorId, Slot | None]):
    """The first free slot of each doctor within 30 days; absent is None."""

    client_type = SchedulingClient

    async def fetch(self, keys: Sequence[DoctorId]) -> Mapping[DoctorId, Slot | None]:
        """One call for all doctors."""
        return {each.doctor_id: each.slot for each in await self.client.next_slots(keys)}


@dataclass(frozen=True, slots=True)
class Days:
    """A span of `count` days from `first`, in the doctor's zone."""

    first: date
    count: int


class SlotsByDoctorLoader(ArgumentLoader[SchedulingClient, DoctorId, Days, tuple[Slot, ...]]):
    """Free slots of each doctor over some days; absent is none."""

    client_type = SchedulingClient

    async def fetch_as(self, keys: Sequence[DoctorId], how: Days) -> Mapping[DoctorId, tuple[Slot, ...]]:
        """One call for all doctors asked for the same days."""
        return {each.doctor_id: each.slots for each in await self.client.slots(keys, how.first, how.count)}

    def absent(self, key: Asked[DoctorId, Days]) -> tuple[Slot, ...]:  # noqa: ARG002  the same for all
        """Return no slots."""
        return ()


class AvailabilityByDoctorLoader(BatchLoader[SchedulingClient, DoctorId, Availability | None]):
    """When each doctor can be booked; absent is None."""

    client_type = SchedulingClient

    async def fetch(self, keys: Sequence[DoctorId]) -> Mapping[DoctorId, Availability]:
        """One call for all doctors."""
        return by(lambda availability: availability.doctor_id, await self.client.availability(keys))


class AppointmentsByPatientLoader(
    ArgumentLoader[SchedulingClient, PatientId, AppointmentPage, AppointmentsOfPatient | None]
):
    """A page of each patient's appointments, newest first; absent is None."""

    client_type = SchedulingClient

    async def fetch_as(
        self, keys: Sequence[PatientId], how: AppointmentPage
    ) -> Mapping[PatientId, AppointmentsOfPatient]:
        """One call for all patients asked for the same page."""
        pages = await self.client.appointments_of_patients(keys, how)
        return by(lambda page: page.patient_id, pages)


class AppointmentsByDoctorLoader(
    ArgumentLoader[SchedulingClient, DoctorId, AppointmentPage, AppointmentsOfDoctor | None]
):
    """A page of each doctor's appointments, earliest first; absent is None."""

    client_type = SchedulingClient

    async def fetch_as(self, keys: Sequence[DoctorId], how: AppointmentPage) -> Mapping[DoctorId, AppointmentsOfDoctor]:
        """One call for all doctors asked for the same page."""
        pages = await self.client.appointments_of_doctors(keys, how)
        return by(lambda page: page.doctor_id, pages)


class PendingCountByDoctorLoader(BatchLoader[SchedulingClient, DoctorId, int | None]):
    """How many requests wait for each doctor; absent is None."""

    client_type = SchedulingClient

    async def fetch(self, keys: Sequence[DoctorId]) -> Mapping[DoctorId, int]:
        """One call for all doctors."""
        return {each.doctor_id: each.count for each in await self.client.pending_counts(keys)}
