"""The budgets of the ERP graph's queries."""

from collections.abc import Mapping
from functools import partial
from typing import Final

from tests.budget.budgets import PER_100, Budget, once
from tests.schema import samples

_row: Final = partial(Budget, audience="erp")


def _roles(size: int) -> Mapping[str, object]:
    return {"erp GET /admins": [samples.admin("adm_1") | {"roles": [f"role{n}" for n in range(size)]}]}


def _tops(size: int) -> Mapping[str, object]:
    return {"scheduling GET /figures": samples.appointment_figures(size)}


QUERIES: Final = (
    _row(
        name="account",
        document="{ me { id name email roles } }",
        calls={"erp GET /admins": once},
        answers=_roles,
        grows=False,
    ),
    _row(
        name="doctors",
        document="{ doctors(first: $size) { nodes { id name specialties { name } } pageInfo { endCursor } } }",
        calls={"erp GET /doctors/all": PER_100, "scheduling GET /specialties": once},
    ),
    _row(
        name="doctor",
        document="{ doctor(id: $doc) { ...Shown } } fragment Shown on Doctor { name status specialties { name } }",
        calls={"erp GET /doctors": PER_100, "scheduling GET /specialties": once},
    ),
    _row(
        name="patients",
        document="{ patients(first: $size) { nodes { id name cpf email } pageInfo { endCursor } } }",
        calls={"records GET /patients/all": PER_100},
    ),
    _row(
        name="patient",
        document="{ patient(id: $pat) { ...Shown } } fragment Shown on Patient { name cpf status }",
        calls={"records GET /patients": PER_100},
    ),
    _row(
        name="appointments",
        document="""{ appointments(first: $size) {
            nodes { id status doctor { name specialties { name } } patient { name } } pageInfo { endCursor }
        } }""",
        calls={
            "scheduling GET /appointments/all": PER_100,
            "scheduling GET /specialties": once,
            "erp GET /doctors": PER_100,
            "records GET /patients": PER_100,
        },
    ),
    _row(
        name="appointment",
        document="""{ appointment(id: $apt) { ...Shown } } fragment Shown on Appointment {
            status doctor { name } patient { name } history { status }
        }""",
        calls={
            "scheduling GET /appointments": PER_100,
            "erp GET /doctors": PER_100,
            "records GET /patients": PER_100,
        },
    ),
    # The appointment's doctor and patient are the invoice's, but are known one level later: loaded already by then.
    _row(
        name="invoices",
        document="""{ invoices(first: $size) {
            nodes { id doctor { name } patient { name } appointment { doctor { name } patient { name } } }
            pageInfo { endCursor }
        } }""",
        calls={
            "erp GET /invoices/all": PER_100,
            "erp GET /doctors": PER_100,
            "records GET /patients": PER_100,
            "scheduling GET /appointments": PER_100,
        },
    ),
    _row(
        name="audit",
        document="""{ auditEvents(first: $size) {
            nodes { fields patient { name } doctor { name } } pageInfo { endCursor }
        } }""",
        calls={"records GET /audit/events": PER_100, "records GET /patients": PER_100, "erp GET /doctors": PER_100},
    ),
    # Each service counts once, and the busiest doctors are asked for together.
    _row(
        name="dashboard",
        document="""{ dashboard(period: {from: "2026-11-01", to: "2026-11-30"}) {
            appointments { total byStatus { status count } series { startsOn count } }
            revenue { netCents series { startsOn grossCents } }
            newPatients cancellationRate
            topSpecialties { specialty { name } count } topDoctors { doctor { name } count }
        } }""",
        calls={
            "scheduling GET /figures": once,
            "erp GET /figures": once,
            "records GET /figures": once,
            "scheduling GET /specialties": once,
            "erp GET /doctors": PER_100,
        },
        answers=_tops,
    ),
    _row(
        name="appointments as nodes",
        document="{ node(id: $apt) { ...Shown } } fragment Shown on Appointment { status doctor { name } }",
        calls={"scheduling GET /appointments": PER_100, "erp GET /doctors": PER_100},
    ),
    _row(
        name="doctors as nodes",
        document="{ node(id: $doc) { ...Shown } } fragment Shown on Doctor { name status }",
        calls={"erp GET /doctors": PER_100},
    ),
    _row(
        name="patients as nodes",
        document="{ node(id: $pat) { ...Shown } } fragment Shown on Patient { name status }",
        calls={"records GET /patients": PER_100},
    ),
    _row(
        name="invoices as nodes",
        document="{ node(id: $inv) { ...Shown } } fragment Shown on Invoice { amountCents patient { name } }",
        calls={"erp GET /invoices": PER_100, "records GET /patients": PER_100},
    ),
)
