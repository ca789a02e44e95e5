"""The parts of a doctor that every graph shows alike; each graph has its own `Doctor`."""

from typing import Protocol, Self

import strawberry

from clients.scheduling.loaders import WHOLE, Catalogue, SpecialtiesByCatalogueLoader
from schema.common.loaded import loaded
from schema.common.permissions import PUBLIC


class CrmModel(Protocol):
    """A CRM as any service says it."""

    @property
    def number(self) -> str:
        """The number."""

    @property
    def state(self) -> str:
        """The UF."""


class ClinicModel(Protocol):
    """A clinic as any service says it."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def city(self) -> str:
        """The city."""

    @property
    def state(self) -> str:
        """The UF."""

    @property
    def latitude(self) -> float:
        """Degrees."""

    @property
    def longitude(self) -> float:
        """Degrees."""


@strawberry.type(directives=[PUBLIC])
class Crm:
    """A doctor's registration with the regional council: the number counts within its state (UF)."""

    number: str
    state: str

    @classmethod
    def of(cls, model: CrmModel) -> Self:
        """Project a service's model."""
        return cls(number=model.number, state=model.state)


@strawberry.type(directives=[PUBLIC])
class Clinic:
    """Where a doctor is: degrees, WGS 84."""

    name: str
    city: str
    state: str
    latitude: float
    longitude: float

    @classmethod
    def of(cls, model: ClinicModel) -> Self:
        """Project a service's model."""
        return cls(
            name=model.name,
            city=model.city,
            state=model.state,
            latitude=model.latitude,
            longitude=model.longitude,
        )


@strawberry.type(directives=[PUBLIC])
class Specialty:
    """A specialty of medicine."""

    code: str
    name: str | None = loaded(
        SpecialtiesByCatalogueLoader,
        key=lambda _: WHOLE,
        within=lambda specialty, _, catalogue: name_in(catalogue, specialty.code),
    )


def name_in(catalogue: Catalogue, code: str) -> str | None:
    """Return the name of a specialty (pt-BR); None for a code that the catalogue does not know."""
    found = catalogue.get(code)
    return found.name if found else None


def all_specialties(catalogue: Catalogue) -> list[Specialty]:
    """Return every specialty, in the catalogue's order."""
    return [Specialty(code=code) for code in catalogue]
