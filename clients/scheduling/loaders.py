"""Loaders over scheduling: many ids at one level of a query, one call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from clients.ids import AppointmentId, DoctorId, PatientId
from clients.loaders import ArgumentLoader, Asked, BatchLoader, FanOutLoader, by
from clients.pages import Page, PageRequest
from clients.scheduling.availability import Availability
from clients.scheduling.client import AppointmentPage, SchedulingClient
from clients.scheduling.figures import Figures, TimeBucket
from clients.scheduling.models import (
    Agenda,
    Appointment,
    AppointmentsOfDoctor,
    AppointmentsOfPatient,
    Doctor,
    DoctorSearch,
    FoundDoctor,
    Slot,
    Specialty,
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


@dataclass(frozen=True, slots=True)
class SearchPage:
    """Which page of which search."""

    search: DoctorSearch
    page: PageRequest


class DoctorsBySearchLoader(FanOutLoader[SchedulingClient, SearchPage, Page[FoundDoctor]]):
    """Pages of searches, in the order that each search wants."""

    client_type = SchedulingClient

    async def fetch_one(self, key: SearchPage) -> Page[FoundDoctor]:
        """One call a page."""
        return await self.client.search_doctors(key.search, key.page)


Catalogue = Mapping[str, Specialty]
WHOLE: Final = "whole"


class SpecialtiesByCatalogueLoader(FanOutLoader[SchedulingClient, str, Catalogue]):
    """The catalogue of specialties by code, in the order of their names. Its one key is `WHOLE`: there are a dozen."""

    client_type = SchedulingClient

    async def fetch_one(self, key: str) -> Catalogue:  # noqa: ARG002  there is but one
        """One call a request."""
        return by(lambda specialty: specialty.code, await self.client.specialties())


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


@dataclass(frozen=True, slots=True)
class Dates:
    """The days [first, last], in the doctor's zone."""

    first: date
    last: date


class AgendaByDoctorLoader(ArgumentLoader[SchedulingClient, DoctorId, Dates, Agenda | None]):
    """Each doctor's days with their appointments; absent is None."""

    client_type = SchedulingClient

    async def fetch_as(self, keys: Sequence[DoctorId], how: Dates) -> Mapping[DoctorId, Agenda]:
        """One call for all doctors asked for the same days."""
        return by(lambda agenda: agenda.doctor_id, await self.client.agendas(keys, how.first, how.last))


@dataclass(frozen=True, slots=True)
class Period:
    """The days [first, last] in America/Sao_Paulo, in steps of `group_by`."""

    first: date
    last: date
    group_by: TimeBucket


class FiguresByPeriodLoader(FanOutLoader[SchedulingClient, Period, Figures]):
    """How many appointments there were in each period."""

    client_type = SchedulingClient

    async def fetch_one(self, key: Period) -> Figures:
        """One call a period."""
        return await self.client.figures(key.first, key.last, key.group_by)


class AppointmentsByPageLoader(FanOutLoader[SchedulingClient, AppointmentPage, Page[Appointment]]):
    """Pages of everybody's appointments, newest first. For the ERP."""

    client_type = SchedulingClient

    async def fetch_one(self, key: AppointmentPage) -> Page[Appointment]:
        """One call a page."""
        return await self.client.all_appointments(key)
