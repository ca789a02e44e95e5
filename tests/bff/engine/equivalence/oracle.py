"""graphql-core is the oracle: an operation is executed by it and by the engine, and both must say the same."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLError, GraphQLSchema, parse, validate

from bff.admission.body import GraphQLRequest
from bff.engine.documents import Document
from bff.engine.errors import ErrorPolicy
from bff.engine.execution import Content, Context, Execution, prepared, run
from bff.engine.plans import Plans
from bff.refusals import InvalidRequest
from tests.schema.noted import NotedTrail

Calls = Counter[str]
# What an execution sees, made anew, what counts its calls, and what it notes.
World = Callable[[], tuple[Context, Calls, NotedTrail]]
Runner = Callable[[Execution, Document, Context, ErrorPolicy], Awaitable[Content]]
DEEP = 3


class Telling(ErrorPolicy):
    """Tells beside what a client is told what was wrong, which a client is not."""

    def told(self, errors: Sequence[GraphQLError]) -> list[dict[str, Any]]:
        """Add each error's own message."""
        return [{**shown, "said": error.message} for shown, error in zip(super().told(errors), errors, strict=True)]


POLICY = Telling(request_id="request-0001", language="en", max_errors=1_000_000)


@dataclass(slots=True)
class Tally:
    """What a run of cases was made of: how many ran, showed something `DEEP` levels down, had errors, lost a parent."""

    cases: int = 0
    refused: int = 0
    deep: int = 0
    failed: int = 0
    propagated: int = 0
    calls: int = 0
    spared: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    def unplanned(self, reason: str) -> None:
        """Count an execution that had no plan."""
        self.reasons[reason] += 1


@dataclass(frozen=True, kw_only=True)
class Oracle:
    """Compares the two on one schema."""

    schema: GraphQLSchema
    plans: Plans
    tally: Tally

    async def compare(
        self, query: str, variables: Mapping[str, Any], worlds: Sequence[World], *, uneven: Sequence[World] = ()
    ) -> None:
        """Execute an operation in each of the worlds by each of the two; fail where they differ.

        Where calls take uneven times, graphql-core may happen to ask together for what different levels want: there
        the number of calls is not compared.
        """
        document = Document(parse(query))
        request = GraphQLRequest(query=query, variables=variables)
        if validate(self.schema, document.node, max_errors=1):
            self.tally.refused += 1
            return
        for world in (*worlds, *uneven):
            try:
                (expected, oracles, theirs), (given, ours, own) = [
                    await self._executed(runner, document, request, world)
                    for runner in (_by_graphql_core, self.plans.run)
                ]
            except InvalidRequest:
                self.tally.refused += 1
                return
            check(expected, given)
            check_trails(theirs, own, had_errors="errors" in expected)
            assert world in uneven or not ours - oracles, f"{ours} instead of {oracles}"
            self._count(expected, oracles, ours)

    async def _executed(
        self, runner: Runner, document: Document, request: GraphQLRequest, world: World
    ) -> tuple[Content, Calls, NotedTrail]:
        context, calls, trail = world()
        execution = prepared(self.schema, document.node, request, max_errors=9, hide_suggestions=True)
        before = asyncio.all_tasks()
        content = await runner(execution, document, context, POLICY)
        # graphql-core leaves tasks alone whose parent has become null.
        left = asyncio.all_tasks() - before
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        return content, calls, trail

    def _count(self, expected: Content, oracles: Calls, ours: Calls) -> None:
        self.tally.cases += 1
        self.tally.deep += is_deep(expected["data"], DEEP)
        errors = expected.get("errors", [])
        self.tally.failed += bool(errors)
        self.tally.propagated += any(_null_of(expected["data"], each) != _path(each) for each in errors)
        self.tally.calls += oracles.total()
        self.tally.spared += (oracles - ours).total()


async def _by_graphql_core(execution: Execution, _: Document, context: Context, policy: ErrorPolicy) -> Content:
    return await run(execution, context, policy)


def check(expected: Content, given: Content) -> None:
    """Fail unless both have the same data, in the same order, and the same errors.

    Of what is wrong below one parent that became null, each may tell another part: as much as was known by then.
    """
    assert given["data"] == expected["data"]
    assert _order(given["data"]) == _order(expected["data"])
    ours, oracles = _by_null(given), _by_null(expected)
    assert ours.keys() == oracles.keys(), (ours, oracles)
    for null, errors in oracles.items():
        assert len(set(ours[null])) == len(ours[null]), f"told twice: {ours[null]}"
        if all(path == null for path, *_ in (*errors, *ours[null])):
            assert set(ours[null]) == set(errors)


def check_trails(expected: NotedTrail, given: NotedTrail, *, had_errors: bool) -> None:
    """Fail unless both have noted the same; below what became null, each may have come less far."""
    if not had_errors:
        assert given.shown == expected.shown
        assert set(given.refused) == set(expected.refused)
        assert set(given.absent) == set(expected.absent)


def is_deep(data: object, levels: int) -> bool:
    """Say whether something that is not null is shown so many levels down."""
    match data:
        case None:
            return False
        case dict():
            return any(is_deep(each, levels - 1) for each in data.values())
        case list():
            return any(is_deep(each, levels) for each in data)
        case _:
            return levels <= 0


def _by_null(content: Content) -> dict[tuple[Any, ...], list[tuple[Any, ...]]]:
    found: dict[tuple[Any, ...], list[tuple[Any, ...]]] = defaultdict(list)
    for error in content.get("errors", []):
        locations = tuple((each["line"], each["column"]) for each in error.get("locations", ()))
        said = (error["message"], error["said"], error["extensions"]["code"])
        found[_null_of(content["data"], error)].append((_path(error), locations, *said))
    return found


def _path(error: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(error["path"])


def _null_of(content_data: object, error: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the path of the null that stands for an error."""
    path = _path(error)
    data: Any = content_data
    for position, key in enumerate(path):
        if data is None:
            return path[:position]
        data = data[key]
    assert data is None, f"{path} has an error and a value"
    return path


def _order(data: object) -> object:
    match data:
        case dict():
            return [(key, _order(value)) for key, value in data.items()]
        case list():
            return [_order(each) for each in data]
        case _:
            return None
