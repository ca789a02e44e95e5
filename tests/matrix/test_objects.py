"""Every id that a client may send x whose object it is of: another's gives the bytes and the calls of an absent one."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

import orjson
import pytest
from graphql import GraphQLInputObjectType, GraphQLInputType, get_named_type

from schema.__main__ import GRAPHS
from schema.common.principals import Audience
from schema.doctor.schema import KINDS as DOCTOR_KINDS
from schema.erp.schema import KINDS as ERP_KINDS
from schema.patient.schema import KINDS as PATIENT_KINDS
from tests.matrix.objects import FILTERS, OBJECTS, Object
from tests.schema.asking import Answer, Asking
from tests.schema.downstreams import Downstreams
from tests.schema.happening import change

pytestmark = pytest.mark.anyio

KINDS: Final = {"patient": PATIENT_KINDS, "doctor": DOCTOR_KINDS, "erp": ERP_KINDS}
CASES: Final = [(audience, place) for audience, objects in OBJECTS.items() for place in objects]
each_place = pytest.mark.parametrize(("audience", "place"), CASES)
each_own = pytest.mark.parametrize(
    ("audience", "place"), [(each, place) for each, place in CASES if OBJECTS[each][place].rule != "anybody's"]
)


def places(audience: Audience) -> Iterator[str]:
    """Find every id that a client may send: arguments, members of inputs, and each kind of node."""
    graph = GRAPHS[audience]._schema
    for root in filter(None, (graph.query_type, graph.mutation_type, graph.subscription_type)):
        for name, field in root.fields.items():
            for argument, each in field.args.items():
                for found in _ids(argument, each.type):
                    kinds = [f" {kind}" for kind in KINDS[audience]] if name == "node" else [""]
                    yield from (f"{root.name}.{name} {found}{kind}" for kind in kinds)


def _ids(name: str, kind: GraphQLInputType) -> Iterator[str]:
    named = get_named_type(kind)
    if named.name == "ID":
        yield name
    elif isinstance(named, GraphQLInputObjectType):
        for member, each in named.fields.items():
            yield from _ids(member, each.type)


@pytest.mark.parametrize("audience", GRAPHS)
def test_somebody_has_decided_about_every_id(audience: Audience) -> None:
    assert sorted(places(audience)) == sorted({*OBJECTS[audience], *FILTERS[audience]})


@pytest.mark.parametrize("audience", GRAPHS)
def test_below_the_roots_no_field_takes_an_id(audience: Audience) -> None:
    graph = GRAPHS[audience]._schema
    roots = {each.name for each in (graph.query_type, graph.mutation_type, graph.subscription_type) if each}
    below = [each for each in graph.type_map.values() if hasattr(each, "fields") and each.name not in roots]
    arguments = [
        found
        for each in below
        if not isinstance(each, GraphQLInputObjectType)
        for field in each.fields.values()
        for name, argument in field.args.items()
        for found in _ids(name, argument.type)
    ]
    assert arguments == []


class Room:
    """Services of one question's own."""

    def __init__(self, case: Object) -> None:
        self.case = case
        self.downstreams = Downstreams()
        self.ask = Asking(downstreams=self.downstreams)

    def refuse(self) -> None:
        """Let the service say of an id what it says of an absent one."""
        self.downstreams.refusals[self.case.call] = (404, "NOT_FOUND")

    def answer(self, answer: object) -> None:
        """Let the service say this, whatever the id."""
        self.downstreams.answers[self.case.call] = answer

    async def asked(self, audience: Audience, identifier: str) -> tuple[Answer, Counter[str]]:
        """Return the answer, and the calls that it took."""
        asking = {"patient": self.ask.patient, "doctor": self.ask.doctor, "erp": self.ask.erp}[audience]
        return await asking(self.case.operation, id=identifier), self.downstreams.calls

    async def seen(self, audience: Audience, identifier: str) -> tuple[bytes, Counter[str]]:
        """Return the answer's bytes, and the calls that it took."""
        answer, calls = await self.asked(audience, identifier)
        return orjson.dumps([*answer]), calls


@each_place
async def test_the_own_is_there(audience: Audience, place: str) -> None:
    case = OBJECTS[audience][place]
    (data, errors), calls = await Room(case).asked(audience, case.own)
    assert errors == {}
    assert data is not None
    assert "NOT_FOUND" not in str(data)
    assert None not in data.values()
    assert calls[case.call] == 1


@each_own
async def test_anothers_is_as_an_absent_one(audience: Audience, place: str) -> None:
    """The services say so; the BFF adds nothing to tell them apart by, neither in the answer nor in its calls."""
    case = OBJECTS[audience][place]
    others, absent = Room(case), Room(case)
    for room in (others, absent):
        room.refuse() if case.operation.startswith("mutation") else room.answer([])
    answer, calls = await others.seen(audience, case.others)
    assert (answer, calls) == await absent.seen(audience, case.absent)
    assert calls == {case.call: 1}
    assert b"null},{}]" in answer or b"NOT_FOUND" in answer


@pytest.mark.parametrize(
    ("audience", "place"),
    [(each, place) for each, place in CASES if OBJECTS[each][place].rule == "own, by the policies"],
)
async def test_what_a_service_answers_by_mistake_is_as_absent(audience: Audience, place: str) -> None:
    """The third ring of the BFF's own: the service answers with another's object, and it is not shown."""
    case = OBJECTS[audience][place]
    others, absent = Room(case), Room(case)
    others.answer(case.answer)
    absent.answer([])
    assert await others.seen(audience, case.others) == await absent.seen(audience, case.absent)


async def test_nothing_is_told_of_anothers_appointment_as_of_an_absent_one() -> None:
    ask = Asking(downstreams=Downstreams())
    ask.happened.changes = [change(1), change(2, patient_id="pat_2", appointment_id="apt_2")]
    watch = "subscription ($id: ID) { appointmentChanged(appointmentId: $id) { id } }"
    assert len(await ask.watch_as_patient(watch, id="apt_1")) == 1
    assert await ask.watch_as_patient(watch, id="apt_2") == await ask.watch_as_patient(watch, id="apt_9") == []
    assert ask.downstreams.calls.total() == 1
