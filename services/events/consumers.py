"""Who consumes which event."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

from services.common.outbox import Event
from services.events.doctors import Doctors
from services.events.invoices import Invoices
from services.events.meetings import Meetings
from services.events.relay import Consume


class Consumers:
    """Hands each event to all of its consumers; an event that nobody consumes is done."""

    def __init__(self, doctors: Doctors, meetings: Meetings, invoices: Invoices) -> None:
        self._of_type: Final[Mapping[str, Sequence[Consume]]] = {
            "doctor.registered": (doctors.invite, doctors.project),
            "doctor.suspended": (doctors.lock_out, doctors.project),
            "appointment.confirmed": (meetings.arrange,),
            "appointment.cancelled": (meetings.call_off,),
            "appointment.completed": (invoices.bill,),
        }

    async def consume(self, event: Event) -> None:
        """Let each consumer do its part, whether or not another fails; then raise the first failure, if any."""
        parts = (consume(event) for consume in self._of_type.get(event.type, ()))
        for outcome in await asyncio.gather(*parts, return_exceptions=True):
            if isinstance(outcome, BaseException):
                raise outcome
