"""No two identical reads fly within a request: every read goes through a loader, which asks for a key once."""

import asyncio
from dataclasses import dataclass, field, replace

import httpx
import pytest
from graphql import FieldNode, NameNode, OperationDefinitionNode, SelectionSetNode, parse, print_ast

from clients.ids import PatientId
from clients.loaders import Loaders
from clients.records.loaders import PatientByIdLoader
from schema.common.principals import Audience
from tests.budget import test_calls as named
from tests.schema.asking import Asking
from tests.schema.downstreams import Downstreams

pytestmark = pytest.mark.anyio

OPERATIONS: dict[str, tuple[Audience, str]] = {
    "a patient's home": ("patient", named.HOME),
    "a search": ("patient", named.SEARCH),
    "an access log": ("patient", named.ACCESS_LOG),
    "an agenda": ("doctor", named.AGENDA),
    "what waits for a doctor": ("doctor", named.WAITING),
    "a list": ("erp", named.ADMINISTRATION),
    "invoices": ("erp", named.INVOICES),
    "a dashboard": ("erp", named.DASHBOARD),
    "an auditor's search": ("erp", named.AUDIT),
}


@dataclass(kw_only=True)
class Noting(Downstreams):
    """Notes each read as it was sent."""

    reads: list[str] = field(default_factory=list)

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Note, and answer as ever."""
        if request.method == "GET":
            self.reads.append(str(request.url))
        return super().answer(request)


def twice(query: str) -> str:
    """Return an operation that asks for each of its fields two times, at every level."""
    document = parse(query)
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    doubled = replace(operation, selection_set=_twice(operation.selection_set))
    return print_ast(replace(document, definitions=(doubled, *document.definitions[1:])))


def _twice(selected: SelectionSetNode) -> SelectionSetNode:
    again = []
    for each in selected.selections:
        assert isinstance(each, FieldNode)
        below = _twice(each.selection_set) if each.selection_set else None
        again += [
            replace(each, selection_set=below),
            replace(each, selection_set=below, alias=NameNode(value=f"again_{each.name.value}")),
        ]
    return replace(selected, selections=tuple(again))


@pytest.mark.parametrize(("audience", "query"), OPERATIONS.values(), ids=OPERATIONS.keys())
async def test_an_operation_that_asks_for_everything_twice(audience: Audience, query: str) -> None:
    once, doubled = Noting(), Noting()
    variables = {"first": 3} if "$first" in query else {}
    for downstreams, asked in ((once, query), (doubled, twice(query))):
        _, errors = await getattr(Asking(downstreams=downstreams), audience)(asked, **variables)
        assert errors == {}
    assert len(set(doubled.reads)) == len(doubled.reads) > 0
    assert sorted(doubled.reads) == sorted(once.reads)


async def test_a_key_that_is_asked_for_while_it_flies(ask: Asking, downstreams: Downstreams) -> None:
    """Whoever comes later waits for the same call."""
    loader = Loaders([ask.records])[PatientByIdLoader]
    first = asyncio.ensure_future(loader.load(PatientId("pat_1")))
    await asyncio.sleep(0)
    later = asyncio.ensure_future(loader.load(PatientId("pat_1")))
    assert await first is await later
    assert downstreams.calls == {"records GET /patients": 1}
