"""The signed-in doctor."""

from operator import attrgetter
from typing import Self

import strawberry

from clients.ids import DoctorId
from clients.scheduling import models
from clients.scheduling.loaders import (
    AgendaByDoctorLoader,
    AppointmentsByDoctorLoader,
    AvailabilityByDoctorLoader,
    DoctorByIdLoader,
    PendingCountByDoctorLoader,
)
from schema.common.costs import PAGE, list_size
from schema.common.doctors import Clinic, Crm, Specialty
from schema.common.loaded import loaded
from schema.common.nodes import Node
from schema.common.pagination import Connection
from schema.common.permissions import DOCTOR
from schema.common.principals import person_id
from schema.doctor.agenda import Agenda, agenda_key
from schema.doctor.appointments import Appointment, appointment_connection, appointments_key
from schema.doctor.availability import Availability
from schema.doctor.context import DoctorInfo


@strawberry.type(directives=[DOCTOR])
class Rating:
    """What patients gave, 1 to 5; no average while nobody has rated."""

    average: float | None
    count: int

    @classmethod
    def of(cls, model: models.Rating) -> Self:
        """Project the model."""
        return cls(average=model.average, count=model.count)


def _own_id(doctor: "Doctor") -> DoctorId:
    return DoctorId(doctor.id)


def _specialties_of(doctor: models.Doctor) -> list[Specialty]:
    return [Specialty(code=code) for code in doctor.specialties]


@strawberry.type(directives=[DOCTOR])
class Doctor(Node):
    """The signed-in doctor: the profile that patients see, and the days. `pendingCount` requests wait for an answer."""

    name: str | None = loaded(DoctorByIdLoader, key=_own_id, into=attrgetter("name"))
    crm: Crm | None = loaded(DoctorByIdLoader, key=_own_id, into=lambda doctor: Crm.of(doctor.crm))
    specialties: list[Specialty] | None = loaded(
        DoctorByIdLoader, key=_own_id, into=_specialties_of, directives=[list_size(3)]
    )
    bio: str | None = loaded(DoctorByIdLoader, key=_own_id, into=attrgetter("bio"))
    clinic: Clinic | None = loaded(DoctorByIdLoader, key=_own_id, into=lambda doctor: Clinic.of(doctor.clinic))
    time_zone: str | None = loaded(DoctorByIdLoader, key=_own_id, into=attrgetter("time_zone"))
    price_cents: int | None = loaded(DoctorByIdLoader, key=_own_id, into=attrgetter("price_cents"))
    currency: str | None = loaded(DoctorByIdLoader, key=_own_id, into=attrgetter("currency"))
    rating: Rating | None = loaded(DoctorByIdLoader, key=_own_id, into=lambda doctor: Rating.of(doctor.rating))
    availability: Availability | None = loaded(AvailabilityByDoctorLoader, key=_own_id, into=Availability.of)
    agenda: Agenda | None = loaded(AgendaByDoctorLoader, key=agenda_key, into=Agenda.of)
    pending_count: int | None = loaded(PendingCountByDoctorLoader, key=_own_id)
    appointments: Connection[Appointment] | None = loaded(
        AppointmentsByDoctorLoader, key=appointments_key, within=appointment_connection, directives=[PAGE]
    )

    @classmethod
    def of(cls, model: models.Doctor) -> Self:
        """Project the model: the profile's fields load it again, from the request's cache."""
        return cls(id=strawberry.ID(model.id))

    @classmethod
    def asking(cls, info: DoctorInfo) -> Self:
        """Return the doctor whose token came with the request."""
        return cls(id=strawberry.ID(person_id(info.context.principal)))
