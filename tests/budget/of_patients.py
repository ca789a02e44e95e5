"""The budgets of the patient graph's queries."""

from collections.abc import Mapping
from functools import partial
from typing import Final

from tests.budget.budgets import PER_50, PER_100, TWICE_PER_100, Budget, once
from tests.schema import samples

_row: Final = partial(Budget, audience="patient")


def _own_appointments(size: int) -> Mapping[str, object]:
    own = [samples.appointment(f"apt_{n}", patientId="pat_1") for n in range(1, size + 1)]
    return {"scheduling GET /appointments": own}


def _shares(size: int) -> Mapping[str, object]:
    return {"records GET /shares/of-patients": [samples.share(n, f"rec_{n}") for n in range(1, size + 1)]}


def _specialties(size: int) -> Mapping[str, object]:
    return {"scheduling GET /specialties": [{"code": f"code{n}", "name": f"Name {n}"} for n in range(size)]}


QUERIES: Final = (
    _row(
        name="account",
        document="{ me { id name email cpf phone birthDate timeZone } }",
        calls={"records GET /patients": once},
        grows=False,
    ),
    # Doctors are asked for at two levels: those of the appointments, then those of the shares.
    _row(
        name="home",
        document="""{ me {
            name email
            appointments(first: $size) { nodes { id status doctor { name } meeting { url } } pageInfo { endCursor } }
            records(first: $size) { nodes { id title shares { doctor { name } } } pageInfo { endCursor } }
        } }""",
        calls={
            "records GET /patients": once,
            "scheduling GET /appointments/of-patients": PER_100,
            "records GET /records/of-patients": PER_100,
            "records GET /shares/of-records": PER_100,
            "scheduling GET /doctors": TWICE_PER_100,
        },
    ),
    _row(
        name="appointments",
        document="""{ me { appointments(first: $size) {
            nodes { id doctor { specialties { name } slots(from: "2026-11-24") { startsAt } nextSlot { startsAt } } }
            pageInfo { endCursor }
        } } }""",
        calls={
            "scheduling GET /appointments/of-patients": PER_100,
            "scheduling GET /doctors": PER_100,
            "scheduling GET /specialties": once,
            "scheduling GET /slots": PER_100,
            "scheduling GET /next-slots": PER_100,
        },
    ),
    _row(
        name="records",
        document="""{ me { records(first: $size) {
            nodes { id downloadUrl shares { expiresAt doctor { name } } } pageInfo { endCursor }
        } } }""",
        calls={
            "records GET /records/of-patients": PER_100,
            "records GET /download-urls": PER_100,
            "records GET /shares/of-records": PER_100,
            "scheduling GET /doctors": PER_100,
        },
    ),
    _row(
        name="shares",
        document="{ me { shares { id expiresAt doctor { name } } } }",
        calls={"records GET /shares/of-patients": once, "scheduling GET /doctors": PER_100},
        answers=_shares,
    ),
    # The lists come at different times; their doctors, twice as many as either has, are asked for together.
    _row(
        name="own doctors",
        document="""{ me {
            appointments(first: $size) { nodes { id doctor { name } } pageInfo { endCursor } }
            shares { doctor { name } }
        } }""",
        calls={
            "scheduling GET /appointments/of-patients": PER_100,
            "records GET /shares/of-patients": once,
            "scheduling GET /doctors": PER_50,
        },
        answers=_shares,
    ),
    _row(
        name="access log",
        document="{ me { accessLog(first: $size) { nodes { fields doctor { name } } pageInfo { endCursor } } } }",
        calls={"records GET /audit/of-patients": PER_100, "scheduling GET /doctors": PER_100},
    ),
    _row(
        name="search",
        document="""{ doctors(first: $size) {
            nodes { id specialties { name } rating { average } nextSlot { startsAt } } pageInfo { endCursor }
        } }""",
        calls={
            "scheduling GET /doctors/search": PER_100,
            "scheduling GET /specialties": once,
            "scheduling GET /next-slots": PER_100,
        },
    ),
    _row(
        name="doctor",
        document="""{ doctor(id: $doc) { ...Shown } } fragment Shown on Doctor {
            name specialties { name } slots(from: "2026-11-24", days: 2) { startsAt } nextSlot { startsAt }
        }""",
        calls={
            "scheduling GET /doctors": PER_100,
            "scheduling GET /specialties": once,
            "scheduling GET /slots": PER_100,
            "scheduling GET /next-slots": PER_100,
        },
    ),
    _row(
        name="specialties",
        document="{ specialties { code name } }",
        calls={"scheduling GET /specialties": once},
        answers=_specialties,
    ),
    _row(
        name="appointment",
        document="""{ appointment(id: $apt) { ...Shown } } fragment Shown on Appointment {
            status doctor { name } meeting { url } history { status }
        }""",
        calls={"scheduling GET /appointments": PER_100, "scheduling GET /doctors": PER_100},
        answers=_own_appointments,
    ),
    _row(
        name="record",
        document="""{ record(id: $rec) { ...Shown } } fragment Shown on MedicalRecord {
            title downloadUrl shares { doctor { name } }
        }""",
        calls={
            "records GET /records": PER_100,
            "records GET /download-urls": PER_100,
            "records GET /shares/of-records": PER_100,
            "scheduling GET /doctors": PER_100,
        },
    ),
    _row(
        name="appointments as nodes",
        document="{ node(id: $apt) { ...Shown } } fragment Shown on Appointment { status doctor { name } }",
        calls={"scheduling GET /appointments": PER_100, "scheduling GET /doctors": PER_100},
        answers=_own_appointments,
    ),
    _row(
        name="doctors as nodes",
        document="{ node(id: $doc) { ...Shown } } fragment Shown on Doctor { name nextSlot { startsAt } }",
        calls={"scheduling GET /doctors": PER_100, "scheduling GET /next-slots": PER_100},
    ),
    _row(
        name="records as nodes",
        document="{ node(id: $rec) { ...Shown } } fragment Shown on MedicalRecord { title downloadUrl }",
        calls={"records GET /records": PER_100, "records GET /download-urls": PER_100},
    ),
)
