"""Who works with HealthMed, and whom it looks after."""

from datetime import date, datetime
from operator import attrgetter
from typing import Self

import strawberry

from clients.erp import models as erp
from clients.erp.loaders import AdminByIdLoader, RegistrationPage
from clients.ids import AdminId, PatientId
from clients.pages import Page
from clients.records import models as records
from clients.records.loaders import PatientPage
from schema.common.costs import list_size
from schema.common.doctors import Clinic, Crm, Specialty
from schema.common.enums import PatientStatus, RegistrationStatus
from schema.common.loaded import loaded
from schema.common.nodes import Node
from schema.common.pagination import DEFAULT_PAGE_SIZE, After, Connection, First, connection, page_request
from schema.common.patient_data import PATIENT_DATA
from schema.common.principals import person_id
from schema.erp.context import ErpInfo
from schema.erp.permissions import CARE, STAFF


def _own_id(admin: "Admin") -> AdminId:
    return AdminId(admin.id)


@strawberry.type(directives=[STAFF])
class Admin(Node):
    """A person of the ERP. `roles` (admin, finance, support, auditor) say what one may see and do."""

    name: str | None = loaded(AdminByIdLoader, key=_own_id, into=attrgetter("name"))
    email: str | None = loaded(AdminByIdLoader, key=_own_id, into=attrgetter("email"))
    roles: list[str] | None = loaded(AdminByIdLoader, key=_own_id, into=attrgetter("roles"))

    @classmethod
    def of(cls, model: erp.Admin) -> Self:
        """Project the model: the fields load it again, from the request's cache."""
        return cls(id=strawberry.ID(model.id))

    @classmethod
    def asking(cls, info: ErpInfo) -> Self:
        """Return the person whose token came with the request."""
        return cls(id=strawberry.ID(person_id(info.context.principal)))


@strawberry.type(directives=[STAFF])
class Doctor(Node):
    """A doctor's registration."""

    name: str
    crm: Crm
    email: str
    specialties: list[Specialty] = strawberry.field(directives=[list_size(3)])
    bio: str
    clinic: Clinic
    time_zone: str
    price_cents: int
    currency: str
    status: RegistrationStatus
    registered_at: datetime

    @classmethod
    def of(cls, model: erp.Registration) -> Self:
        """Project the model."""
        return cls(
            id=strawberry.ID(model.id),
            name=model.name,
            crm=Crm.of(model.crm),
            email=model.email,
            specialties=[Specialty(code=code) for code in model.specialties],
            bio=model.bio,
            clinic=Clinic.of(model.clinic),
            time_zone=model.time_zone,
            price_cents=model.price_cents,
            currency=model.currency,
            status=model.status,
            registered_at=model.registered_at,
        )


@strawberry.type(directives=[CARE, PATIENT_DATA])
class Patient(Node):
    """A patient's registration; no medical record is part of it. An invoice shows whom it is for."""

    id: strawberry.ID = strawberry.field(directives=[STAFF])
    name: str = strawberry.field(directives=[STAFF])
    cpf: str | None = strawberry.field(directives=[STAFF])
    email: str | None
    phone: str | None
    birth_date: date
    time_zone: str
    status: PatientStatus
    registered_at: datetime

    @property
    def patient_id(self) -> PatientId:
        """Whose data it is."""
        return PatientId(self.id)

    @classmethod
    def of(cls, model: records.Patient) -> Self:
        """Project the model."""
        return cls(
            id=strawberry.ID(model.id),
            name=model.name,
            cpf=model.cpf,
            email=model.email,
            phone=model.phone,
            birth_date=model.birth_date,
            time_zone=model.time_zone,
            status=model.status,
            registered_at=model.registered_at,
        )


def doctors_key(
    _root: object,
    *,
    search: str | None = None,
    status: RegistrationStatus | None = None,
    first: First = DEFAULT_PAGE_SIZE,
    after: After = None,
) -> RegistrationPage:
    """Return which page of the registrations; `search` is the beginning of a name, or a CRM."""
    return RegistrationPage(page_request(first, after), search, status)


def doctor_connection(_root: object, asked: RegistrationPage, page: Page[erp.Registration]) -> Connection[Doctor]:
    """Project a page of registrations, by name."""
    return connection(page, asked.page, Doctor.of)


def patients_key(
    _root: object, *, search: str | None = None, first: First = DEFAULT_PAGE_SIZE, after: After = None
) -> PatientPage:
    """Return which page of the patients; `search` is the beginning of a name."""
    return PatientPage(page_request(first, after), search)


def patient_connection(_root: object, asked: PatientPage, page: Page[records.Patient]) -> Connection[Patient]:
    """Project a page of patients, by name."""
    return connection(page, asked.page, Patient.of)
