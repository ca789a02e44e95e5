"""graphql-core is the oracle: an operation is executed by it and by the engine, and both must say the same."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLError, GraphQLSchema, parse, validate

from bff.admission.body import GraphQLRequest
from bff.engine.errors import ErrorPolicy
from bff.engine.execution import Content, Context, prepared, run
from bff.engine.plans import Plans
from bff.refusals import InvalidRequest

Calls = Counter[str]
DEEP = 3


class Telling(ErrorPolicy):
    """Tells beside what a client is told what was wrong, which a client is not."""

    def told(self, errors: Sequence[GraphQLError]) -> list[dict[str, Any]]:
        return [
            {**shown, "said": error.message} for shown, error in zip(super().told(errors), errors, strict=True)
        ]


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


@dataclass(frozen=True, kw_only=True)
class Oracle:
    """Compares the two on one schema. `context` makes what an execution sees, and what counts its calls."""

    schema: GraphQLSchema
    context: Callable[[], tuple[Context, Calls]]
    plans: Plans
    tally: Tally

    async def compare(self, query: str, variables: Mapping[str, Any]) -> None:
        """Execute an operation twice by each, since the second time the plan is known; fail where they differ."""
        document = parse(query)
        request = GraphQLRequest(query=query, variables=variables)
        if validate(self.schema, document, max_errors=1):
            self.tally.refused += 1
            return
        answers: list[tuple[Content, Calls]] = []
        for planned in (False, True, True):
            context, calls = self.context()
            try:
                execution = prepared(self.schema, document, request, max_errors=9, hide_suggestions=True)
            except InvalidRequest:
                self.tally.refused += 1
                return
            runner = self.plans.run if planned else run
            answers.append((await runner(execution, context, POLICY), calls))
        (expected, oracles), *ours = answers
        for given, calls in ours:
            check(expected, given)
            assert not calls - oracles, f"{calls} instead of {oracles}"
        self._count(expected, oracles, ours[0][1])

    def _count(self, expected: Content, oracles: Calls, ours: Calls) -> None:
        self.tally.cases += 1
        self.tally.deep += is_deep(expected["data"], DEEP)
        errors = expected.get("errors", [])
        self.tally.failed += bool(errors)
        self.tally.propagated += any(_null_of(expected["data"], each) != _path(each) for each in errors)
        self.tally.calls += oracles.total()
        self.tally.spared += (oracles - ours).total()


def check(expected: Content, given: Content) -> None:
    """Fail unless both have the same data, in the same order, and the same errors.

    Of what is wrong below one parent that became null, each may tell another part: as much as was known by then.
    """
    assert given["data"] == expected["data"]
    assert _order(given["data"]) == _order(expected["data"])
    ours, oracles = _by_null(given), _by_null(expected)
    assert ours.keys() == oracles.keys()
    for null, errors in oracles.items():
        assert len(set(ours[null])) == len(ours[null]), f"told twice: {ours[null]}"
        if all(path == null for path, *_ in (*errors, *ours[null])):
            assert set(ours[null]) == set(errors)


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


def _null_of(data: Any, error: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the path of the null that stands for an error."""
    path = _path(error)
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
