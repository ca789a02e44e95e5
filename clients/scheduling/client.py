"""The scheduling service: doctors, slots, appointments. Each method is one endpoint."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from clients.http import Downstream
from clients.ids import AppointmentId, DoctorId, PatientId, segment
from clients.pages import Page, PageRequest
from clients.scheduling.availability import Availability, AvailabilityInput
from clients.scheduling.figures import Figures, TimeBucket
from clients.scheduling.models import (
    Agenda,
    Appointment,
    AppointmentsOfDoctor,
    AppointmentsOfPatient,
    AppointmentStatus,
    BookingRequest,
    Doctor,
    DoctorProfile,
    DoctorSearch,
    FoundDoctor,
    Justification,
    Meeting,
    NextSlotOfDoctor,
    PendingCount,
    Reason,
    SlotsOfDoctor,
    Specialty,
)


@dataclass(frozen=True, slots=True)
class AppointmentPage:
    """Which page of a list of appointments: no `statuses` means any; starts in [starts_from, starts_before)."""

    page: PageRequest
    statuses: frozenset[AppointmentStatus] = frozenset()
    starts_from: datetime | None = None
    starts_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class SchedulingClient:
    """Calls scheduling as the caller in `downstream.headers`. At most 100 ids a call.

    Every method raises `UpstreamUnavailable` or `UpstreamContract`; writes also raise an `UpstreamRefusal` with the
    service's code.
    """

    downstream: Downstream

    async def specialties(self) -> Sequence[Specialty]:
        """Return all specialties by name."""
        return await self.downstream.get("/specialties", tuple[Specialty, ...])

    async def doctors(self, ids: Collection[DoctorId]) -> Sequence[Doctor]:
        """Return the doctors with these ids, suspended ones too, in no order; unknown ids are left out."""
        return await self.downstream.get("/doctors", tuple[Doctor, ...], ids=list(ids))

    async def search_doctors(self, search: DoctorSearch, page: PageRequest) -> Page[FoundDoctor]:
        """Return active doctors that match, in `search.order_by` order."""
        return await self.downstream.get(
            "/doctors/search",
            Page[FoundDoctor],
            specialty=search.specialty,
            latitude=search.latitude,
            longitude=search.longitude,
            maxDistanceKm=search.max_distance_km,
            minRating=search.min_rating,
            maxPriceCents=search.max_price_cents,
            name=search.name,
            availableOn=search.available_on,
            orderBy=search.order_by,
            limit=page.limit,
            after=page.after,
        )

    async def put_doctor(self, doctor_id: DoctorId, profile: DoctorProfile) -> None:
        """Tell the directory of a doctor; a version that it already passed is ignored. For the events worker."""
        await self.downstream.put(f"/doctors/{segment(doctor_id)}", type(None), profile)

    async def slots(self, ids: Collection[DoctorId], first_day: date, days: int) -> Sequence[SlotsOfDoctor]:
        """Return the free slots of `days` (at most 31) from `first_day` in each doctor's zone, ascending."""
        answer = tuple[SlotsOfDoctor, ...]
        return await self.downstream.get("/slots", answer, doctorIds=list(ids), days=days, **{"from": first_day})

    async def next_slots(self, ids: Collection[DoctorId]) -> Sequence[NextSlotOfDoctor]:
        """Return each doctor's first free slot within 30 days."""
        return await self.downstream.get("/next-slots", tuple[NextSlotOfDoctor, ...], doctorIds=list(ids))

    async def availability(self, ids: Collection[DoctorId]) -> Sequence[Availability]:
        """Return when these doctors can be booked."""
        return await self.downstream.get("/availability", tuple[Availability, ...], doctorIds=list(ids))

    async def set_availability(self, doctor_id: DoctorId, availability: AvailabilityInput) -> Availability:
        """Replace it; `AVAILABILITY_CONFLICT` where a booked appointment would fall outside, `INVALID_AVAILABILITY`."""
        return await self.downstream.put(f"/doctors/{segment(doctor_id)}/availability", Availability, availability)

    async def appointments(self, ids: Collection[AppointmentId]) -> Sequence[Appointment]:
        """Return those of these appointments that the caller may see, in no order."""
        return await self.downstream.get("/appointments", tuple[Appointment, ...], ids=list(ids))

    async def appointments_of_patients(
        self, ids: Collection[PatientId], asked: AppointmentPage
    ) -> Sequence[AppointmentsOfPatient]:
        """Return one page of each patient's appointments, newest start first."""
        path = "/appointments/of-patients"
        return await self.downstream.get(path, tuple[AppointmentsOfPatient, ...], patientIds=list(ids), **_query(asked))

    async def appointments_of_doctors(
        self, ids: Collection[DoctorId], asked: AppointmentPage
    ) -> Sequence[AppointmentsOfDoctor]:
        """Return one page of each doctor's appointments, earliest start first."""
        path = "/appointments/of-doctors"
        return await self.downstream.get(path, tuple[AppointmentsOfDoctor, ...], doctorIds=list(ids), **_query(asked))

    async def all_appointments(self, asked: AppointmentPage) -> Page[Appointment]:
        """Return one page of everybody's appointments, newest start first. For the ERP."""
        return await self.downstream.get("/appointments/all", Page[Appointment], **_query(asked))

    async def agendas(self, ids: Collection[DoctorId], first: date, last: date) -> Sequence[Agenda]:
        """Return each doctor's days [first, last] (at most 62) in the doctor's zone."""
        return await self.downstream.get(
            "/agenda", tuple[Agenda, ...], doctorIds=list(ids), **{"from": first, "to": last}
        )

    async def pending_counts(self, ids: Collection[DoctorId]) -> Sequence[PendingCount]:
        """Return how many requests wait for each doctor."""
        return await self.downstream.get("/appointments/pending-counts", tuple[PendingCount, ...], doctorIds=list(ids))

    async def care_relations(self, doctor_id: DoctorId, patient_ids: Collection[PatientId]) -> frozenset[PatientId]:
        """Return those of the patients who have, or had, an appointment with the doctor. For services."""
        answer = frozenset[PatientId]
        return await self.downstream.get("/care-relations", answer, doctorId=doctor_id, patientIds=list(patient_ids))

    async def patients_of_doctor(self, doctor_id: DoctorId, page: PageRequest) -> Page[PatientId]:
        """Return one page of the ids of the doctor's patients."""
        return await self.downstream.get(
            "/patients-of-doctors", Page[PatientId], doctorId=doctor_id, limit=page.limit, after=page.after
        )

    async def book(self, request: BookingRequest) -> Appointment:
        """Ask for an appointment as the calling patient.

        Refusals: SLOT_TAKEN, SLOT_UNAVAILABLE, CONSENT_REQUIRED, BOOKING_LIMIT_REACHED, IDEMPOTENCY_CONFLICT.
        """
        return await self.downstream.post("/appointments", Appointment, request)

    async def confirm(self, appointment_id: AppointmentId) -> Appointment:
        """Accept a request as its doctor. Refusals: NOT_FOUND, INVALID_TRANSITION."""
        return await self.downstream.post(f"/appointments/{segment(appointment_id)}/confirm", Appointment)

    async def decline(self, appointment_id: AppointmentId, reason: Reason) -> Appointment:
        """Refuse a request as its doctor. Refusals: NOT_FOUND, INVALID_TRANSITION, JUSTIFICATION_REQUIRED."""
        return await self.downstream.post(f"/appointments/{segment(appointment_id)}/decline", Appointment, reason)

    async def complete(self, appointment_id: AppointmentId) -> Appointment:
        """Close a consultation as its doctor. Refusals: NOT_FOUND, INVALID_TRANSITION, TOO_EARLY."""
        return await self.downstream.post(f"/appointments/{segment(appointment_id)}/complete", Appointment)

    async def cancel(self, appointment_id: AppointmentId, justification: Justification) -> Appointment:
        """Cancel as its patient or doctor. Refusals: NOT_FOUND, INVALID_TRANSITION, JUSTIFICATION_REQUIRED."""
        return await self.downstream.post(f"/appointments/{segment(appointment_id)}/cancel", Appointment, justification)

    async def set_meeting(self, appointment_id: AppointmentId, meeting: Meeting) -> None:
        """Store the online meeting. For the events worker."""
        await self.downstream.put(f"/appointments/{segment(appointment_id)}/meeting", type(None), meeting)

    async def figures(self, first_day: date, last_day: date, group_by: TimeBucket) -> Figures:
        """Count the appointments of the days [first_day, last_day]. For the ERP."""
        return await self.downstream.get("/figures", Figures, groupBy=group_by, **{"from": first_day, "to": last_day})


def _query(asked: AppointmentPage) -> dict[str, object]:
    return {
        "statuses": sorted(status.value for status in asked.statuses) or None,
        "limit": asked.page.limit,
        "after": asked.page.after,
        "from": asked.starts_from,
        "to": asked.starts_before,
    }
