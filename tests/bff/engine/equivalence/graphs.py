"""The three graphs over downstreams of memory: what to ask them, and the worlds in which they are asked."""

import base64
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from random import Random
from typing import Final

import httpx
import strawberry
from graphql import ArgumentNode, DocumentNode, FieldNode, ObjectFieldNode, Visitor, parse_value, print_schema, visit
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import from_schema, nodes

from bff.engine.execution import Context
from schema.common.principals import ERP_ROLES, Audience
from schema.doctor.schema import schema as doctor_schema
from schema.erp.schema import schema as erp_schema
from schema.patient.schema import schema as patient_schema
from tests.bff.engine.equivalence.oracle import Calls
from tests.bff.engine.equivalence.world import turns
from tests.schema.asking import Asking
from tests.schema.downstreams import Downstreams
from tests.schema.noted import NotedTrail

GRAPHS: Final[Mapping[Audience, strawberry.Schema]] = {
    "patient": patient_schema,
    "doctor": doctor_schema,
    "erp": erp_schema,
}
_CONTEXTS: Final[Mapping[Audience, Callable[[Asking], Context]]] = {
    "patient": Asking.patient_context,
    "doctor": Asking.doctor_context,
    "erp": Asking.erp_context,
}
_PREFIXES: Final = {"appointment": "apt", "doctor": "doc", "record": "rec", "patient": "pat", "share": "shr"}
_SERVICES: Final = ("scheduling", "records", "erp", "google")
_SCALARS: Final = {
    "DateTime": st.sampled_from(["2026-11-25T13:00:00Z", "2026-11-26T13:00:00-03:00"]).map(nodes.String),
    "Date": st.sampled_from(["2026-11-24", "2026-11-25"]).map(nodes.String),
    "BigInt": st.integers(0, 9).map(nodes.Int),
}


def suggest(chance: Random, field: str, argument: str) -> str | int | None:
    """Return what the downstreams know: ids of people and things, sizes and cursors of pages, mostly."""
    kind = argument.removesuffix("Ids").removesuffix("Id") if argument != "id" else field
    if kind == "node":
        kind = chance.choice(list(_PREFIXES))
    if kind in _PREFIXES:
        return f"{_PREFIXES[kind]}_{chance.randint(1, 5)}" if chance.random() < 0.95 else "absent_1"
    match argument:
        case "first":
            return chance.randint(1, 5) if chance.random() < 0.95 else chance.choice([0, 101])
        case "after":
            return base64.urlsafe_b64encode(json.dumps([None, chance.randint(0, 2)]).encode()).decode()
        case "days":
            return chance.randint(1, 9)
        case _:
            return None


def worlds(audience: Audience, seed: int) -> list[Callable[[], tuple[Context, Calls, NotedTrail]]]:
    """Return a world where all is well, one without a service, one where calls are refused, one of less to be seen."""
    return [partial(_world, audience, seed, trouble) for trouble in range(4)]


def _world(audience: Audience, seed: int, trouble: int) -> tuple[Context, Calls, NotedTrail]:
    chance = Random(f"{seed} {trouble}")  # noqa: S311  cases are to be the same each time
    asking = _asking()
    downstreams = asking.downstreams
    downstreams.size = chance.choice([0, 1, 2, 2, 3, 3, 4])
    downstreams.calls = Counter()
    downstreams.down = {chance.choice(_SERVICES)} if trouble == 1 else set()
    downstreams.refusals, downstreams.answers = {}, {}
    asking.trail = NotedTrail()
    asking.roles = frozenset(chance.sample(ERP_ROLES, 1)) if trouble == 3 else frozenset({"admin"})
    asking.as_nobody = trouble == 3 and chance.random() < 0.1
    if trouble == 2:
        chosen = chance.sample(_READS, 3)
        downstreams.refusals = {each: chance.choice([(403, "FORBIDDEN"), (404, "NOT_FOUND")]) for each in chosen[:2]}
        downstreams.answers = {chosen[2]: "what nobody promised"}
    return _CONTEXTS[audience](asking), downstreams.calls, asking.trail


@cache
def _asking() -> Asking:
    """Return the one that asks in all worlds: making Google's credentials takes longer than a case."""
    return Asking(downstreams=Distant())


class Distant(Downstreams):
    """Takes longer for a call than anything takes that needs none, as networks do: else levels would meet by chance."""

    def http(self) -> httpx.AsyncClient:
        """Make a client that reaches nothing but this."""

        async def answer(request: httpx.Request) -> httpx.Response:
            await turns(40)
            return self.answer(request)

        return httpx.AsyncClient(transport=httpx.MockTransport(answer))


_READS: Final = (
    "scheduling GET /doctors",
    "scheduling GET /appointments",
    "scheduling GET /appointments/of-patients",
    "scheduling GET /appointments/of-doctors",
    "scheduling GET /appointments/all",
    "scheduling GET /specialties",
    "scheduling GET /agenda",
    "scheduling GET /figures",
    "records GET /patients",
    "records GET /records/of-patients",
    "records GET /shares/of-records",
    "records GET /download-urls",
    "erp GET /doctors",
    "erp GET /admins",
    "erp GET /figures",
)


def generated(audience: Audience, count: int) -> Iterator[DocumentNode]:
    """Return documents that hypothesis-graphql generates from the SDL, with ids that the downstreams know."""
    found: list[DocumentNode] = []

    @settings(
        max_examples=count,
        database=None,
        derandomize=True,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(from_schema(print_schema(GRAPHS[audience]._schema), custom_scalars=_SCALARS, print_ast=lambda each: each))
    def collect(document: DocumentNode) -> None:
        found.append(document)

    collect()
    for number, document in enumerate(found):
        yield visit(document, _Suggesting(Random(number)))  # noqa: S311  as above


class _Suggesting(Visitor):
    """Puts what is suggested in place of what was generated."""

    def __init__(self, chance: Random) -> None:
        super().__init__()
        self._chance = chance
        self._field = ""

    def enter_field(self, node: FieldNode, *_: object) -> None:
        """Remember whose arguments follow."""
        self._field = node.name.value

    def enter_argument(self, node: ArgumentNode, *_: object) -> ArgumentNode | None:
        """Replace an argument."""
        value = suggest(self._chance, self._field, node.name.value)
        return None if value is None else ArgumentNode(name=node.name, value=parse_value(json.dumps(value)))

    def enter_object_field(self, node: ObjectFieldNode, *_: object) -> ObjectFieldNode | None:
        """Replace a field of an input."""
        value = suggest(self._chance, "", node.name.value)
        return None if value is None else ObjectFieldNode(name=node.name, value=parse_value(json.dumps(value)))
