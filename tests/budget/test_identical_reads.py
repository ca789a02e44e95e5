"""No two identical reads fly within a request: every read goes through a loader, which asks for a key once."""

import asyncio
from dataclasses import dataclass, field, replace

import httpx
import pytest
from graphql import (
    FieldNode,
    InlineFragmentNode,
    NameNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    parse,
    print_ast,
)

from clients.ids import PatientId
from clients.loaders import Loaders
from clients.records.loaders import PatientByIdLoader
from tests.budget.budgets import Budget
from tests.budget.test_calls import BUDGETS, asked
from tests.schema.asking import Asking
from tests.schema.downstreams import Downstreams

pytestmark = pytest.mark.anyio

SIZE = 2
LEVELS = 5


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
    """Return an operation that asks for each of its fields two times, at as many levels as its tokens allow."""
    document = parse(query)
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    doubled = replace(operation, selection_set=_twice(operation.selection_set, LEVELS))
    return print_ast(replace(document, definitions=(doubled, *document.definitions[1:])))


def _twice(selected: SelectionSetNode, levels: int) -> SelectionSetNode:
    if levels == 0:
        return selected
    again: list[SelectionNode] = []
    for each in selected.selections:
        match each:
            case FieldNode():
                field = replace(
                    each, selection_set=_twice(each.selection_set, levels - 1) if each.selection_set else None
                )
                name = each.alias or each.name
                again += [field, replace(field, alias=NameNode(value=f"again_{name.value}"))]
            case InlineFragmentNode():
                again.append(replace(each, selection_set=_twice(each.selection_set, levels - 1)))
            case _:
                again.append(each)
    return replace(selected, selections=tuple(again))


@pytest.mark.parametrize("budget", BUDGETS, ids=lambda each: f"{each.audience} {each.name}")
async def test_an_operation_that_asks_for_everything_twice(budget: Budget) -> None:
    query = budget.of(SIZE)
    once, doubled = Noting(size=SIZE), Noting(size=SIZE)
    for downstreams, sent in ((once, query), (doubled, twice(query))):
        downstreams.answers |= budget.answers(SIZE)
        _, errors = await asked(Asking(downstreams=downstreams), budget, sent)
        assert errors == {}
    assert len(set(doubled.reads)) == len(doubled.reads)
    assert sorted(doubled.reads) == sorted(once.reads)


async def test_a_key_that_is_asked_for_while_it_flies(ask: Asking, downstreams: Downstreams) -> None:
    """Whoever comes later waits for the same call."""
    loader = Loaders([ask.records])[PatientByIdLoader]
    first = asyncio.ensure_future(loader.load(PatientId("pat_1")))
    await asyncio.sleep(0)
    later = asyncio.ensure_future(loader.load(PatientId("pat_1")))
    assert await first is await later
    assert downstreams.calls == {"records GET /patients": 1}
