"""The budgets of the doctor graph's queries."""

from collections.abc import Mapping
from functools import partial
from typing import Final

from tests.budget.budgets import PER_50, PER_100, TWICE_PER_100, Budget, once
from tests.schema import samples

_row: Final = partial(Budget, audience="doctor")


def _own_appointments(size: int) -> Mapping[str, object]:
    own = [samples.appointment(f"apt_{n}", doctorId="doc_1") for n in range(1, size + 1)]
    return {"scheduling GET /appointments": own}


QUERIES: Final = (
    _row(
        name="profile",
        document="""{ me {
            id name crm { number } specialties { name } bio clinic { name } timeZone priceCents currency
            rating { average }
        } }""",
        calls={"scheduling GET /doctors": once, "scheduling GET /specialties": once},
        grows=False,
    ),
    _row(
        name="hours",
        document="{ me { availability { slotMinutes rules { weekday } exceptions { date } } pendingCount } }",
        calls={"scheduling GET /availability": once, "scheduling GET /appointments/pending-counts": once},
        grows=False,
    ),
    # Google answers for 50 meetings a call, and once for the busy times of all days.
    _row(
        name="agenda",
        document="""{ me { name agenda(from: "2026-11-24", to: "2026-11-30") { days {
            date busy { startsAt endsAt }
            appointments { id patient { name birthDate } meeting { url calendarEvent { deleted status url } } }
        } } } }""",
        calls={
            "scheduling GET /agenda": once,
            "scheduling GET /doctors": once,
            "records GET /patients": PER_100,
            "google POST /calendar/v3/freeBusy": once,
            "google POST /batch/calendar/v3": PER_50,
        },
    ),
    # All patients share the same records here, a hundred at most.
    _row(
        name="waiting",
        document="""{ me { pendingCount appointments(first: $size) {
            nodes { id reason patient { name } sharedRecords { id title downloadUrl } notes { text } }
            pageInfo { endCursor }
        } } }""",
        calls={
            "scheduling GET /appointments/pending-counts": once,
            "scheduling GET /appointments/of-doctors": PER_100,
            "records GET /patients": PER_100,
            "records GET /records/of-patients": PER_100,
            "records GET /download-urls": once,
            "records GET /notes": PER_100,
        },
    ),
    # Two lists of a level: their patients, who are the same here, are asked for together.
    _row(
        name="two lists",
        document="""{ me {
            requested: appointments(first: $size, filter: {statuses: [REQUESTED]}) { ...Visits }
            confirmed: appointments(first: $size, filter: {statuses: [CONFIRMED]}) { ...Visits }
        } }
        fragment Visits on AppointmentConnection {
            nodes { id patient { name } notes { text } } pageInfo { endCursor }
        }""",
        calls={
            "scheduling GET /appointments/of-doctors": TWICE_PER_100,
            "records GET /patients": PER_100,
            "records GET /notes": PER_100,
        },
    ),
    # All patients share the same records here, a hundred at most.
    _row(
        name="appointment",
        document="""{ appointment(id: $apt) { ...Shown } } fragment Shown on Appointment {
            status patient { name } sharedRecords { id downloadUrl } notes { text }
            meeting { calendarEvent { status } }
        }""",
        calls={
            "scheduling GET /appointments": PER_100,
            "scheduling GET /doctors": once,
            "records GET /patients": PER_100,
            "records GET /records/of-patients": PER_100,
            "records GET /download-urls": once,
            "records GET /notes": PER_100,
            "google POST /batch/calendar/v3": PER_50,
        },
        answers=_own_appointments,
    ),
    _row(
        name="patient",
        document="""{ patient(id: $pat) { ...Shown } } fragment Shown on Patient {
            name sharedRecords(first: 5) { nodes { title } }
        }""",
        calls={"records GET /patients": PER_100, "records GET /records/of-patients": PER_100},
    ),
    _row(
        name="records of a patient",
        document="""{ patient(id: "pat_1") { sharedRecords(first: $size) {
            nodes { title downloadUrl } pageInfo { endCursor }
        } } }""",
        calls={
            "records GET /patients": once,
            "records GET /records/of-patients": PER_100,
            "records GET /download-urls": PER_100,
        },
    ),
    _row(
        name="record",
        document="{ record(id: $rec) { ...Shown } } fragment Shown on MedicalRecord { title downloadUrl }",
        calls={"records GET /records": PER_100, "records GET /download-urls": PER_100},
    ),
    _row(
        name="appointments as nodes",
        document="{ node(id: $apt) { ...Shown } } fragment Shown on Appointment { status notes { text } }",
        calls={"scheduling GET /appointments": PER_100, "records GET /notes": PER_100},
        answers=_own_appointments,
    ),
    _row(
        name="patients as nodes",
        document="{ node(id: $pat) { ...Shown } } fragment Shown on Patient { name birthDate }",
        calls={"records GET /patients": PER_100},
    ),
    _row(
        name="records as nodes",
        document="{ node(id: $rec) { ...Shown } } fragment Shown on MedicalRecord { title downloadUrl }",
        calls={"records GET /records": PER_100, "records GET /download-urls": PER_100},
    ),
)
