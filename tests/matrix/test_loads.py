"""Every loader of every graph: which policy is asked about what it loads; lists leave out another's."""

import importlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest
from strawberry.types.base import StrawberryObjectDefinition

from schema.__main__ import GRAPHS
from schema.common.loaded import LOADED
from schema.common.principals import Audience
from schema.doctor.schema import KINDS as DOCTOR_KINDS
from schema.erp.schema import KINDS as ERP_KINDS
from schema.patient.schema import KINDS as PATIENT_KINDS
from tests.matrix.objects import OPEN_TO_ANOTHER
from tests.schema import samples
from tests.schema.asking import Asking
from tests.schema.downstreams import Downstreams

pytestmark = pytest.mark.anyio

KINDS: Final = {"patient": PATIENT_KINDS, "doctor": DOCTOR_KINDS, "erp": ERP_KINDS}
# None: what it loads is nobody's in particular, or is reached by a key that a policy has let through.
DECIDED: Final[Mapping[Audience, Mapping[str, str | None]]] = {
    "patient": {
        "AppointmentByIdLoader": "may_see_appointment",
        "AppointmentsByPatientLoader": "may_see_appointment",
        "AuditByPatientLoader": "may_see_audit_entry",
        "DoctorByIdLoader": None,
        "DoctorsBySearchLoader": None,
        "DownloadUrlByRecordLoader": None,
        "NextSlotByDoctorLoader": None,
        "PatientByIdLoader": "may_see_patient",
        "RecordByIdLoader": "may_read_record",
        "RecordsByPatientLoader": "may_read_record",
        "SharesByPatientLoader": "may_see_share",
        "SharesByRecordLoader": "may_see_share",
        "SlotsByDoctorLoader": None,
        "SpecialtiesByCatalogueLoader": None,
    },
    "doctor": {
        "AgendaByDoctorLoader": "may_see_agenda",
        "AppointmentByIdLoader": "may_see_own",
        "AppointmentsByDoctorLoader": "may_see_own",
        "AvailabilityByDoctorLoader": "may_see_own",
        "BusyTimesByCalendarLoader": None,
        "CalendarEventByIdLoader": None,
        "DoctorByIdLoader": "may_see_doctor",
        "DownloadUrlByRecordLoader": None,
        "NotesByAppointmentLoader": "may_see_own",
        "PatientByIdLoader": None,
        "PendingCountByDoctorLoader": None,
        "RecordByIdLoader": "may_read_record",
        "RecordsByPatientLoader": "may_read_record",
        "SpecialtiesByCatalogueLoader": None,
    },
    "erp": {
        "AdminByIdLoader": "may_see_admin",
        "AppointmentByIdLoader": None,
        "AppointmentsByPageLoader": None,
        "AuditBySearchLoader": None,
        "FiguresByDaysLoader": None,
        "FiguresByPeriodLoader": None,
        "InvoiceByIdLoader": None,
        "InvoicesByPageLoader": None,
        "PatientByIdLoader": None,
        "PatientsByPageLoader": None,
        "RegistrationByDoctorLoader": None,
        "RegistrationsByPageLoader": None,
        "SpecialtiesByCatalogueLoader": None,
    },
}
PAGE: Final = {"next": None}
AGENDA: Final = 'agenda(from: "2026-11-24", to: "2026-11-24") { days { date } }'


def _agenda(doctor_id: str, appointment: samples.Json) -> samples.Json:
    times = {"startsAt": "2026-11-24T03:00:00Z", "endsAt": "2026-11-25T03:00:00Z"}
    who = {"doctorId": doctor_id, "calendarId": "c", "timeZone": "America/Sao_Paulo"}
    return who | times | {"days": [times | {"date": "2026-11-24", "appointments": [appointment]}]}


# A question, the call that it takes, what of another's the service answers by mistake, and what is shown.
LISTS: Final[Mapping[str, tuple[Audience, str, str, Any, Any]]] = {
    "a patient's access log": (
        "patient",
        "{ me { accessLog { nodes { id } } } }",
        "records GET /audit/of-patients",
        [{"patientId": "pat_1", "items": [samples.audit_entry(1), samples.audit_entry(2)], **PAGE}],
        {"me": {"accessLog": {"nodes": [{"id": samples.audit_entry(1)["id"]}]}}},
    ),
    "a patient's appointments": (
        "patient",
        "{ me { appointments { nodes { id } } } }",
        "scheduling GET /appointments/of-patients",
        [{"patientId": "pat_1", "items": [samples.appointment("apt_1"), samples.appointment("apt_2")], **PAGE}],
        {"me": {"appointments": {"nodes": [{"id": "apt_1"}]}}},
    ),
    "a patient's records": (
        "patient",
        "{ me { records { nodes { id } } } }",
        "records GET /records/of-patients",
        [{"patientId": "pat_1", "items": [samples.record("rec_2", patientId="pat_2")], **PAGE}],
        {"me": {"records": {"nodes": []}}},
    ),
    "a patient's shares": (
        "patient",
        '{ record(id: "rec_1") { shares { id } } }',
        "records GET /shares/of-records",
        [samples.share(1, "rec_1"), samples.share(2, "rec_1") | {"patientId": "pat_2"}],
        {"record": {"shares": [{"id": "shr_1"}]}},
    ),
    "a doctor's appointments": (
        "doctor",
        "{ me { appointments { nodes { id } } } }",
        "scheduling GET /appointments/of-doctors",
        [{"doctorId": "doc_1", "items": [samples.appointment("apt_2"), samples.appointment("apt_1")], **PAGE}],
        {"me": {"appointments": {"nodes": [{"id": "apt_1"}]}}},
    ),
    "an agenda with another's appointment": (
        "doctor",
        f"{{ me {{ {AGENDA} }} }}",
        "scheduling GET /agenda",
        [_agenda("doc_1", samples.appointment("apt_2"))],
        {"me": {"agenda": None}},
    ),
    "an agenda": (
        "doctor",
        f"{{ me {{ {AGENDA} }} }}",
        "scheduling GET /agenda",
        [_agenda("doc_1", samples.appointment("apt_1"))],
        {"me": {"agenda": {"days": [{"date": "2026-11-24"}]}}},
    ),
    "shared records": (
        "doctor",
        '{ patient(id: "pat_1") { sharedRecords { nodes { id } } } }',
        "records GET /records/of-patients",
        [
            {
                "patientId": "pat_1",
                "items": [
                    samples.record("rec_1"),
                    samples.record("rec_2", openTo=OPEN_TO_ANOTHER),
                    samples.record("rec_3", openTo=None),
                    samples.record("rec_4", status="PENDING"),
                ],
                **PAGE,
            }
        ],
        {"patient": {"sharedRecords": {"nodes": [{"id": "rec_1"}]}}},
    ),
    "notes": (
        "doctor",
        '{ appointment(id: "apt_1") { notes { id } } }',
        "records GET /notes",
        [samples.note("apt_1"), samples.note("apt_1") | {"id": "note_2", "doctorId": "doc_2"}],
        {"appointment": {"notes": [{"id": "note_1"}]}},
    ),
}


def loaders(audience: Audience) -> Iterator[str]:
    """Name the loaders of a graph."""
    for concrete in GRAPHS[audience].schema_converter.type_map.values():
        if isinstance(concrete.definition, StrawberryObjectDefinition):
            loads = [each.metadata[LOADED] for each in concrete.definition.fields if LOADED in each.metadata]
            yield from (load.loader.__name__ for load in loads)
    yield from (loader.__name__ for loader, _ in KINDS[audience].values())


@pytest.mark.parametrize("audience", GRAPHS)
def test_somebody_has_decided_about_every_loader(audience: Audience) -> None:
    assert set(loaders(audience)) == DECIDED[audience].keys()
    policies = importlib.import_module(f"schema.{audience}.policies")
    assert all(hasattr(policies, policy) for policy in DECIDED[audience].values() if policy)


@pytest.mark.parametrize("name", LISTS)
async def test_a_list_leaves_out_what_is_anothers(name: str) -> None:
    """Even where the service answers with it."""
    audience, query, call, answer, shown = LISTS[name]
    downstreams = Downstreams()
    downstreams.answers[call] = answer
    ask = Asking(downstreams=downstreams)
    assert await {"patient": ask.patient, "doctor": ask.doctor, "erp": ask.erp}[audience](query) == (shown, {})
