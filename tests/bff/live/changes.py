"""Changes as the services tell them, and a source that tests tell them through."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from clients.changes.models import Change, Concerns
from clients.ids import AppointmentId, DoctorId, PatientId

ANA, DAVI = PatientId("pat_ana"), PatientId("pat_davi")
BRUNO, ELISA = DoctorId("doc_bruno"), DoctorId("doc_elisa")


def change(number: int = 1, patient: PatientId | None = ANA, doctor: DoctorId | None = BRUNO) -> Change:
    """Return the nth change: of an appointment of the two."""
    concerns = Concerns(patient_id=patient, doctor_id=doctor, appointment_id=AppointmentId(f"apt_{number}"))
    at = datetime(2026, 11, 24, 12, tzinfo=UTC)
    return Change(
        id=f"evt_{number}", type="appointment.confirmed", entity="apt_1", version=number, at=at, data=concerns
    )


class Source:
    """Tells what it is told."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Change] = asyncio.Queue()

    async def __aiter__(self) -> AsyncIterator[Change]:
        while True:
            yield await self._queue.get()
            self._queue.task_done()

    async def tell(self, *changes: Change) -> None:
        """Tell these, and return when they have been passed on."""
        for each in changes:
            self._queue.put_nowait(each)
        await self._queue.join()
