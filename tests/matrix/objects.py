"""What was decided about every id that a client may send: whose objects it opens, and what the services say of others'.

An id that is not here fails the matrix.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from schema.common.principals import Audience
from tests.schema import samples

# The own alone. By the policies: also where a service answers with another's. By the service: it says NOT_FOUND, or
# nothing. Anybody's: the id is of nobody's in particular, such as a doctor's in the directory.
Rule = Literal["own, by the policies", "own, by the service", "anybody's"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Object:
    """One place for an id: how it is asked for (`$id`), by the call that decides, and what that says of another's."""

    rule: Rule
    operation: str
    kind: str
    call: str
    answer: object = None

    @property
    def own(self) -> str:
        """Return an id of what is one's own."""
        return f"{self.kind}_1"

    @property
    def others(self) -> str:
        """Return an id of what is another's."""
        return f"{self.kind}_2"

    @property
    def absent(self) -> str:
        """Return an id that nothing has."""
        return f"{self.kind}_9"


APPOINTMENTS: Final = "scheduling GET /appointments"
RECORDS: Final = "records GET /records"
PATIENTS: Final = "records GET /patients"
DOCTORS: Final = "scheduling GET /doctors"
OPEN_TO_ANOTHER: Final = {"doctorId": "doc_2", "until": "2026-12-24T12:00:00Z"}
OVER: Final = {"doctorId": "doc_1", "until": "2026-11-24T12:00:00Z"}


def _read(query: str, kind: str, call: str, answer: object, rule: Rule = "own, by the policies") -> Object:
    return Object(rule=rule, operation=f"query ($id: ID!) {{ {query} }}", call=call, answer=[answer], kind=kind)


def _write(mutation: str, given: str, kind: str, call: str, rule: Rule = "own, by the service") -> Object:
    field = f"{mutation}(input: {{{given}}}) {{ __typename ... on Problem {{ code message }} }}"
    return Object(rule=rule, operation=f"mutation ($id: ID!) {{ {field} }}", call=call, kind=kind)


_PATIENT: Final[Mapping[str, Object]] = {
    "Query.appointment id": _read(
        "appointment(id: $id) { id reason doctor { name } }", "apt", APPOINTMENTS, samples.appointment("apt_2")
    ),
    "Query.record id": _read(
        "record(id: $id) { id downloadUrl shares { id } }", "rec", RECORDS, samples.record("rec_2", patientId="pat_2")
    ),
    "Query.doctor id": _read("doctor(id: $id) { name }", "doc", DOCTORS, samples.doctor("doc_2"), "anybody's"),
    "Query.node id apt": _read("node(id: $id) { id }", "apt", APPOINTMENTS, samples.appointment("apt_2")),
    "Query.node id rec": _read("node(id: $id) { id }", "rec", RECORDS, samples.record("rec_2", patientId="pat_2")),
    "Query.node id pat": _read(
        "node(id: $id) { id ... on Patient { cpf } }", "pat", PATIENTS, samples.patient("pat_2")
    ),
    "Query.node id doc": _read("node(id: $id) { id }", "doc", DOCTORS, samples.doctor("doc_2"), "anybody's"),
    "Mutation.bookAppointment doctorId": _write(
        "bookAppointment",
        'doctorId: $id, startsAt: "2026-11-25T13:00:00Z", reason: "r", telemedicineConsent: true, idempotencyKey: "k"',
        "doc",
        "scheduling POST /appointments",
        "anybody's",
    ),
    "Mutation.cancelAppointment appointmentId": _write(
        "cancelAppointment",
        'appointmentId: $id, justification: "Travelling"',
        "apt",
        "scheduling POST /appointments/{id}/cancel",
    ),
    "Mutation.finishRecordUpload recordId": _write(
        "finishRecordUpload", "recordId: $id", "rec", "records POST /records/{id}/finish"
    ),
    "Mutation.shareRecords recordIds": _write(
        "shareRecords",
        'recordIds: [$id], doctorId: "doc_1", expiresAt: "2026-12-24T12:00:00Z"',
        "rec",
        "records POST /shares",
    ),
    "Mutation.shareRecords doctorId": _write(
        "shareRecords",
        'recordIds: ["rec_1"], doctorId: $id, expiresAt: "2026-12-24T12:00:00Z"',
        "doc",
        "records POST /shares",
        "anybody's",
    ),
    "Mutation.revokeShare shareId": _write("revokeShare", "shareId: $id", "shr", "records DELETE /shares/{id}"),
}
_DOCTOR: Final[Mapping[str, Object]] = {
    "Query.appointment id": _read(
        "appointment(id: $id) { id reason patient { name } notes { text } }",
        "apt",
        APPOINTMENTS,
        samples.appointment("apt_2"),
    ),
    "Query.record id": _read(
        "record(id: $id) { id title downloadUrl }", "rec", RECORDS, samples.record("rec_2", openTo=OPEN_TO_ANOTHER)
    ),
    "Query.patient id": _read(
        "patient(id: $id) { name sharedRecords { nodes { id } } }",
        "pat",
        PATIENTS,
        samples.patient("pat_2"),
        "own, by the service",
    ),
    "Query.node id apt": _read("node(id: $id) { id }", "apt", APPOINTMENTS, samples.appointment("apt_2")),
    "Query.node id rec": _read("node(id: $id) { id }", "rec", RECORDS, samples.record("rec_2", openTo=OVER)),
    "Query.node id pat": _read(
        "node(id: $id) { id }", "pat", PATIENTS, samples.patient("pat_2"), "own, by the service"
    ),
    "Query.node id doc": _read("node(id: $id) { id }", "doc", DOCTORS, samples.doctor("doc_2")),
    **{
        f"Mutation.{name}Appointment appointmentId": _write(
            f"{name}Appointment", f"appointmentId: $id{more}", "apt", f"scheduling POST /appointments/{{id}}/{name}"
        )
        for name, more in {
            "confirm": "",
            "complete": "",
            "cancel": ', justification: "Ill"',
            "decline": ', reason: "Away"',
        }.items()
    },
    "Mutation.writeNote appointmentId": _write(
        "writeNote", 'appointmentId: $id, text: "t", idempotencyKey: "k"', "apt", "records POST /notes"
    ),
    "Mutation.requestEmergencyAccess patientId": _write(
        "requestEmergencyAccess",
        'patientId: $id, reason: "Unconscious"',
        "pat",
        "records POST /emergency-accesses",
        "anybody's",
    ),
}
_ERP: Final[Mapping[str, Object]] = {
    "Query.appointment id": _read(
        "appointment(id: $id) { id }", "apt", APPOINTMENTS, samples.appointment("apt_2"), "anybody's"
    ),
    "Query.doctor id": _read(
        "doctor(id: $id) { id }", "doc", "erp GET /doctors", samples.registration("doc_2"), "anybody's"
    ),
    "Query.patient id": _read("patient(id: $id) { id }", "pat", PATIENTS, samples.patient("pat_2"), "anybody's"),
    "Query.node id apt": _read("node(id: $id) { id }", "apt", APPOINTMENTS, samples.appointment("apt_2"), "anybody's"),
    "Query.node id doc": _read(
        "node(id: $id) { id }", "doc", "erp GET /doctors", samples.registration("doc_2"), "anybody's"
    ),
    "Query.node id pat": _read("node(id: $id) { id }", "pat", PATIENTS, samples.patient("pat_2"), "anybody's"),
    "Query.node id inv": _read("node(id: $id) { id }", "inv", "erp GET /invoices", samples.invoice(2), "anybody's"),
    "Query.node id adm": _read("node(id: $id) { id }", "adm", "erp GET /admins", samples.admin("adm_2")),
    "Mutation.suspendDoctor doctorId": _write(
        "suspendDoctor", 'doctorId: $id, reason: "Fraud"', "doc", "erp POST /doctors/{id}/suspend", "anybody's"
    ),
}
OBJECTS: Final[Mapping[Audience, Mapping[str, Object]]] = {"patient": _PATIENT, "doctor": _DOCTOR, "erp": _ERP}
# Not a question but a filter of what is told or done: nothing is, of another's as of an absent one.
FILTERS: Final[Mapping[Audience, frozenset[str]]] = {
    "patient": frozenset({"Mutation.confirmRegistration patientId", "Subscription.appointmentChanged appointmentId"}),
    "doctor": frozenset(),
    "erp": frozenset({"Query.auditEvents actorId", "Query.auditEvents patientId"}),
}
