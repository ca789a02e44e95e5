"""CPU time that admitting a document takes, in milliseconds: the median of some runs.

python -m benchmarks.admission

A hostile document is parsed and measured, then refused. One that passes is validated too, once: it is kept. The largest
that pass show what the limits leave for validation, graphql-core's slowest part.
"""

import time
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any, Final

from graphql import DocumentNode, GraphQLSchema, OperationDefinitionNode, build_schema, validate

from bff.admission.limits import Limits, check
from bff.admission.measure import measure
from bff.admission.parsing import parse_within
from bff.admission.weights import Weights
from bff.graphiql.examples import examples_of
from bff.refusals import Refused
from schema.__main__ import GRAPHS, sdl
from schema.common.principals import Audience
from tests.bff.admission.hostile import HOSTILE, fragments

RUNS: Final = 15
LIMITS: Final = Limits()
LARGEST: Final = {
    "299 times the same field": "{ me { " + "name " * 299 + "} }",
    "149 fragments of the same field": fragments(149, "name"),
    "245 empty fragments": fragments(245, ""),
    "30 aliases of 9 fields": "{ me { " + " ".join(f"a{n}: shares {{ {'id ' * 8}}}" for n in range(30)) + " } }",
}


class Bench:
    """Times the steps of admission for one graph."""

    def __init__(self, audience: Audience) -> None:
        self.schema: Final[GraphQLSchema] = build_schema(sdl(audience))
        self.weights: Final = Weights(sdl(audience))

    def row(self, name: str, query: str) -> str:
        """Return a line of the table."""
        parsing, document = _timed(lambda: parse_within(query, LIMITS))
        if isinstance(document, Refused):
            return _line(name, len(query), parsing, None, None, _outcome(document))
        measuring, outcome = _timed(lambda: self._measured(document))
        if isinstance(outcome, Refused):
            return _line(name, len(query), parsing, measuring, None, _outcome(outcome))
        validating, errors = _timed(lambda: validate(self.schema, document, max_errors=10))
        return _line(name, len(query), parsing, measuring, validating, f"passes, {len(errors)} errors")

    def _measured(self, document: DocumentNode) -> None:
        operation = next(each for each in document.definitions if isinstance(each, OperationDefinitionNode))
        check(measure(document, operation, {}, self.weights), LIMITS)


def _timed(step: Callable[[], Any]) -> tuple[float, Any]:
    """Return the CPU time of a step in milliseconds, and what it returned or refused."""
    times, result = [], None
    for _ in range(RUNS):
        began = time.process_time()
        try:
            result = step()
        except Refused as refused:
            result = refused
        times.append((time.process_time() - began) * 1_000)
    return median(times), result


def _outcome(refused: Refused) -> str:
    return " ".join([refused.code, *(str(each) for each in refused.extensions.values())])


def _line(name: str, size: int, *columns: float | str | None) -> str:
    *times, outcome = columns
    shown = "".join(f"{each:9.2f}" if isinstance(each, float) else f"{'-':>9}" for each in times)
    return f"{name:<42}{size:>8}{shown}  {outcome}"


def table() -> Iterator[str]:
    """Yield the table: hostile documents, the largest that pass, and the examples of each graph."""
    yield f"{'document':<42}{'bytes':>8}{'parse':>9}{'measure':>9}{'validate':>9}  outcome"
    patient = Bench("patient")
    for name, hostile in HOSTILE.items():
        yield patient.row(name, hostile.query)
    for name, query in LARGEST.items():
        yield patient.row(name, query)
    for audience in GRAPHS:
        bench = Bench(audience)
        for example in examples_of(audience):
            yield bench.row(f"{audience}: {example.title}", example.query)


if __name__ == "__main__":
    for line in table():
        print(line, flush=True)
