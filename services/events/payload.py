"""An event's data, parsed at the border like any other JSON."""

from datetime import datetime
from typing import TypeVar

import msgspec

from clients.ids import AppointmentId, DoctorId, PatientId
from clients.wire import Wire
from services.common.outbox import Event

T = TypeVar("T")


class DoctorChanged(Wire, frozen=True):
    """The data of `doctor.registered` and `doctor.suspended`."""

    doctor_id: DoctorId
    version: int


class AppointmentChanged(Wire, frozen=True):
    """The data of every `appointment.*` event; the price is in cents."""

    appointment_id: AppointmentId
    patient_id: PatientId
    doctor_id: DoctorId
    starts_at: datetime
    ends_at: datetime
    price_cents: int
    currency: str


class InvalidEventError(ValueError):
    """An event whose data is not what its type promises."""


def payload(event: Event, model: type[T]) -> T:
    """Return the event's data as `model`, or raise `InvalidEventError`."""
    try:
        return msgspec.convert(event.data, model)
    except msgspec.ValidationError:
        # Not chained: msgspec's message may quote what it could not read.
        raise InvalidEventError(event.type) from None
