"""What records asks scheduling, in its own name: who is in whose care."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Final

import httpx

from clients.errors import UpstreamError
from clients.http import Downstream
from clients.ids import AppointmentId, DoctorId, PatientId
from clients.scheduling.client import SchedulingClient
from clients.scheduling.models import Appointment, DoctorStatus
from clients.transports.over_httpx import OverHttpx
from services.common.access import Denied
from services.common.service_token import ServiceToken
from services.common.wire import NotFound, Problem


class SchedulingUnavailable(Problem):
    """Scheduling did not say: nothing is shown and nothing is written."""

    def __init__(self) -> None:
        super().__init__(503, "SCHEDULING_UNAVAILABLE", "It could not be checked who is in whose care.")


class Care:
    """Asks scheduling over HTTP with the records service's own token."""

    def __init__(self, http: httpx.AsyncClient, scheduling_url: str, token: ServiceToken) -> None:
        self._http: Final = http
        self._url: Final = scheduling_url
        self._token: Final = token

    async def patients_of(self, doctor_id: str, patient_ids: Collection[str]) -> frozenset[str]:
        """Return those of the patients who have or had an appointment with the doctor, in one call; none for none."""
        if not patient_ids:
            return frozenset()
        async with self._scheduling() as scheduling:
            return frozenset(await scheduling.care_relations(DoctorId(doctor_id), [*map(PatientId, patient_ids)]))

    async def appointment_of(self, doctor_id: str, appointment_id: str) -> Appointment:
        """Return the doctor's own appointment; raise `NotFound` where it is absent, `Denied` where another doctor's."""
        async with self._scheduling() as scheduling:
            for appointment in await scheduling.appointments([AppointmentId(appointment_id)]):
                if appointment.id == appointment_id and appointment.doctor_id == doctor_id:
                    return appointment
                if appointment.id == appointment_id:
                    raise Denied((appointment.patient_id, appointment.id))
        raise NotFound

    async def is_active(self, doctor_id: str) -> bool:
        """Say whether there is such a doctor, and not suspended."""
        async with self._scheduling() as scheduling:
            return any(
                doctor.id == doctor_id and doctor.status is DoctorStatus.ACTIVE
                for doctor in await scheduling.doctors([DoctorId(doctor_id)])
            )

    @asynccontextmanager
    async def _scheduling(self) -> AsyncIterator[SchedulingClient]:
        downstream = Downstream(
            name="scheduling", base_url=self._url, http=OverHttpx(self._http), headers=self._token.headers()
        )
        try:
            yield SchedulingClient(downstream)
        except UpstreamError as failure:
            raise SchedulingUnavailable from failure
