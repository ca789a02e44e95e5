"""Which operations have a plan, how plans are kept, and what one says of itself."""

import asyncio
import gc
import logging
import weakref
from collections import Counter
from typing import Any

import pytest
import strawberry
from graphql import FieldNode, Token, parse

from bff.admission.body import GraphQLRequest
from bff.admission.limits import Limits
from bff.admission.parsing import parse_within
from bff.engine.documents import Document
from bff.engine.errors import ErrorPolicy
from bff.engine.execution import Execution, prepared
from bff.engine.fields import AttributeField
from bff.engine.plan import Selection
from bff.engine.plans import Plans
from bff.engine.shapes import Leaf
from clients.loaders import BatchLoader
from schema.doctor.schema import schema as doctor_schema
from schema.erp.schema import schema as erp_schema
from schema.patient.schema import schema as patient_schema
from tests.schema import samples
from tests.schema.asking import Asking
from tests.schema.downstreams import Downstreams

pytestmark = pytest.mark.anyio

HOME = """query Home($first: Int) { me {
    name email
    appointments(first: $first) { nodes { id status startsAt doctor { name } meeting { url } } }
    records(first: $first) { nodes { id title shares { expiresAt doctor { name } } } }
} }"""
AGENDA = """{ me { name agenda(from: "2026-11-24", to: "2026-11-30") { days {
    date busy { startsAt endsAt }
    appointments { id patient { name birthDate } meeting { url calendarEvent { deleted status url } } }
} } } }"""

PATIENT = patient_schema._schema
POLICY = ErrorPolicy(request_id="request-0001", language="en", max_errors=10)


Asked = tuple[Execution, Document]


def asked(query: str, schema: strawberry.Schema = patient_schema, **variables: object) -> Asked:
    """Return an execution of a new document, and the document."""
    return again(Document(parse(query)), schema, **variables)


def again(document: Document, schema: strawberry.Schema = patient_schema, **variables: object) -> Asked:
    """Return an execution of a document, and the document."""
    request = GraphQLRequest(query=None, variables=variables)
    return prepared(schema._schema, document.node, request, max_errors=10, hide_suggestions=True), document


@pytest.fixture
def reasons() -> list[str]:
    return []


@pytest.fixture
def plans(reasons: list[str]) -> Plans:
    return Plans(PATIENT, unplanned=reasons.append)


@pytest.mark.parametrize("schema", [patient_schema, doctor_schema, erp_schema])
def test_each_graph_can_be_planned(schema: strawberry.Schema) -> None:
    reasons: list[str] = []
    assert Plans(schema._schema, unplanned=reasons.append).plan(*asked("{ me { id } }", schema)) is not None
    assert reasons == []


async def test_a_subscription_is_left_to_graphql_core_which_is_counted_and_logged(
    plans: Plans, reasons: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bff.engine")
    watching = asked("subscription { notificationReceived { id } }")
    assert plans.plan(*watching) is None
    assert reasons == []
    for _ in range(2):
        await plans.run(*watching, Asking(downstreams=Downstreams()).patient_context(), POLICY)
    assert reasons == ["subscription"] * 2
    logged = [record.getMessage() for record in caplog.records if record.name == "bff.engine"]
    assert logged == ["subscription is left to graphql-core: subscription"]


async def test_types_that_have_to_be_waited_for_are_left_to_graphql_core() -> None:
    async def later(*_: object) -> str:
        return "Doctor"

    graph = strawberry.Schema(patient_schema.query)._schema
    graph.type_map["Node"].resolve_type = later  # type: ignore[attr-defined]
    reasons: list[str] = []
    plans = Plans(graph, unplanned=reasons.append)
    await plans.run(*asked("{ __typename }"), Asking(downstreams=Downstreams()).patient_context(), POLICY)
    assert reasons == ["types resolved later"]


def test_a_plan_is_made_once(plans: Plans) -> None:
    execution, document = asked(HOME, first=3)
    assert plans.plan(execution, document) is plans.plan(*again(document, first=5))


def test_a_plan_is_made_for_each_value_of_its_switches_and_remembers_no_other_variable(plans: Plans) -> None:
    query = "query ($on: Boolean!, $id: ID!) { doctor(id: $id) { name bio @include(if: $on) } }"
    document = Document(parse(query))
    with_bio = plans.plan(*again(document, on=True, id="doc_1"))
    without = plans.plan(*again(document, on=False, id="doc_2"))
    assert without is not with_bio
    assert plans.plan(*again(document, on=True, id="doc_3")) is with_bio
    assert without is not None
    (doctor,) = without.root.fields
    compiler = vars(doctor)["_selections"].__self__
    assert compiler._known[-1].coerced == {"on": False}
    assert [field.name for field in doctor.selection(vars(PATIENT)["type_map"]["Doctor"]).fields] == ["name"]


def test_a_plan_says_what_each_level_asks_for(plans: Plans) -> None:
    planned = plans.plan(*asked(HOME))
    assert planned is not None
    assert planned.describe() == [
        {
            "PatientByIdLoader": ["me.name", "me.email"],
            "AppointmentsByPatientLoader": ["me.appointments"],
            "RecordsByPatientLoader": ["me.records"],
        },
        {"DoctorByIdLoader": ["me.appointments.nodes.doctor"], "SharesByRecordLoader": ["me.records.nodes.shares"]},
        {"DoctorByIdLoader": ["me.records.nodes.shares.doctor"]},
    ]


def test_a_plan_says_what_it_would_ask_of_each_type(plans: Plans) -> None:
    planned = plans.plan(*asked('{ node(id: "apt_1") { ... on Appointment { doctor { name } } } }'))
    assert planned is not None
    assert planned.describe() == [{"called": ["node"]}, {"DoctorByIdLoader": ["node<Appointment>.doctor"]}]


async def test_what_is_the_same_is_one_object_in_the_answer() -> None:
    """A doctor of two appointments is loaded, projected and shown once, in two places."""
    asking = Asking(downstreams=Downstreams())
    page = [samples.appointment(f"apt_{n}", patientId="pat_1", doctorId="doc_7") for n in (1, 2)]
    asking.downstreams.answers["scheduling GET /appointments/of-patients"] = [
        {"patientId": "pat_1", "items": page, "next": None}
    ]
    query = "{ me { appointments { nodes { doctor { name } } } } }"
    answer = await Plans(PATIENT, unplanned=print).run(*asked(query), asking.patient_context(), POLICY)
    one, two = answer["data"]["me"]["appointments"]["nodes"]
    assert one["doctor"] == {"name": "Doctor 7"}
    assert one["doctor"] is two["doctor"]


async def test_who_leaves_ends_all_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both the loads of a level and what resolvers wait for."""
    began: list[str] = []
    ended: list[str] = []

    async def endless(self: BatchLoader[Any, Any, Any], _keys: object) -> None:
        began.append(type(self).__name__)
        try:
            await asyncio.sleep(3600)
        finally:
            ended.append(type(self).__name__)

    monkeypatch.setattr(BatchLoader, "values_of", endless)
    asking = Asking(downstreams=Downstreams())
    query = '{ me { name appointments { nodes { id } } } node(id: "rec_1") { id } }'
    running = asyncio.ensure_future(
        Plans(PATIENT, unplanned=print).run(*asked(query), asking.patient_context(), POLICY)
    )
    await asyncio.sleep(0.05)
    assert sorted(began) == ["AppointmentsByPatientLoader", "PatientByIdLoader", "RecordByIdLoader"]
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert sorted(ended) == sorted(began)


@pytest.mark.parametrize("query", [HOME, 'mutation { revokeShare(input: {shareId: "shr_1"}) { __typename } }'])
async def test_what_was_loaded_does_not_wait_for_the_garbage_collector(query: str) -> None:
    context = Asking(downstreams=Downstreams()).patient_context()
    loaders = weakref.ref(context.loaders)
    execution, document = asked(query)
    gc.disable()
    try:
        await Plans(PATIENT, unplanned=print).run(execution, document, context, POLICY)
        del context
        assert loaders() is None
    finally:
        gc.enable()


async def test_a_resolver_and_a_field_that_ask_the_same_loader_share_a_call() -> None:
    asking = Asking(downstreams=Downstreams())
    query = '{ node(id: "apt_1") { id } appointment(id: "apt_2") { id } }'
    await Plans(PATIENT, unplanned=print).run(*asked(query), asking.patient_context(), POLICY)
    assert asking.downstreams.calls == {"scheduling GET /appointments": 1}


async def test_what_is_known_already_costs_no_level() -> None:
    """The appointment's doctor is there before the appointment is, and so is that doctor's next slot."""
    asking = Asking(downstreams=Downstreams())
    query = """{
        doctor(id: "doc_1001") { nextSlot { startsAt } specialties { name } }
        me { appointments { nodes { doctor { nextSlot { startsAt } } } } }
    }"""
    page = [samples.appointment("apt_1", patientId="pat_1", doctorId="doc_1001")]
    asking.downstreams.answers["scheduling GET /appointments/of-patients"] = [
        {"patientId": "pat_1", "items": page, "next": None}
    ]
    await Plans(PATIENT, unplanned=print).run(*asked(query), asking.patient_context(), POLICY)
    assert asking.downstreams.calls == {
        "scheduling GET /doctors": 1,
        "scheduling GET /appointments/of-patients": 1,
        "scheduling GET /next-slots": 1,
        "scheduling GET /specialties": 1,
    }


async def test_a_call_that_is_cancelled_by_itself_fails_its_fields(monkeypatch: pytest.MonkeyPatch) -> None:
    async def cancelled(*_: object) -> None:
        raise asyncio.CancelledError

    monkeypatch.setattr(BatchLoader, "values_of", cancelled)
    asking = Asking(downstreams=Downstreams())
    answer = await Plans(PATIENT, unplanned=print).run(
        *asked('{ record(id: "rec_1") { id } }'), asking.patient_context(), POLICY
    )
    assert answer["data"] == {"record": None}
    assert [each["extensions"]["code"] for each in answer["errors"]] == ["INTERNAL"]


def test_the_agenda_is_planned_to_its_last_call() -> None:
    planned = Plans(doctor_schema._schema, unplanned=print).plan(*asked(AGENDA, doctor_schema))
    assert planned is not None
    assert [sorted(level) for level in planned.describe()] == [
        ["AgendaByDoctorLoader", "DoctorByIdLoader"],
        ["BusyTimesByCalendarLoader", "DoctorByIdLoader", "PatientByIdLoader"],
        ["CalendarEventByIdLoader"],
    ]


@pytest.mark.parametrize("query", [HOME, '{ node(id: "x") { id ... on Appointment { doctor { name } } } }'])
def test_a_document_that_is_forgotten_takes_its_tokens_and_its_plan_along(query: str) -> None:
    """It is old by then: what waits for the garbage collector would wait for hours."""
    gc.collect()
    before = alive()
    document = Document(parse_within(query, Limits()))
    planned = Plans(PATIENT, unplanned=print).plan(*again(document))
    assert planned is not None
    planned.describe()
    gc.collect()
    gc.disable()
    try:
        kept = alive()
        assert all(kept[kind] > before[kind] for kind in kept)
        del planned, document
        assert alive() == before
    finally:
        gc.enable()


def alive() -> dict[type, int]:
    """Count what documents and plans are made of."""
    kinds = Counter(type(each) for each in gc.get_objects())
    return {kind: kinds[kind] for kind in (Token, FieldNode, Selection, Leaf, AttributeField)}
