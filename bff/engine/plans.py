"""Which plan an operation has. What has none goes to graphql-core, whole."""

import logging
from collections.abc import Callable
from inspect import iscoroutinefunction
from typing import Final, NamedTuple

from graphql import GraphQLSchema, OperationType, is_abstract_type, is_object_type
from graphql.execution.values import VariableValues

from bff.engine.documents import Document
from bff.engine.errors import ErrorPolicy
from bff.engine.execution import Content, Context, Execution, answer, run, within
from bff.engine.levels import Levels
from bff.engine.plan import Plan, plan, switches

_log: Final = logging.getLogger("bff.engine")


class _Operation(NamedTuple):
    """The variables that an operation's switches ask, and why it has no plan, if so."""

    switches: frozenset[str]
    unplanned: str | None


class Plans:
    """The plans of one schema. `unplanned` is told why an operation has none, each time that it is executed."""

    def __init__(self, schema: GraphQLSchema, *, unplanned: Callable[[str], None]) -> None:
        self._unplanned: Final = unplanned
        self._resolves_types_later: Final = _resolves_types_later(schema)

    async def run(self, execution: Execution, document: Document, context: Context, policy: ErrorPolicy) -> Content:
        """Execute an operation of a document and return the answer's JSON object; the context's loaders end with it."""
        operation = self._of(execution, document)
        if operation.unplanned:
            self._unplanned(operation.unplanned)
            return await run(execution, context, policy)
        planned = self._planned(execution, document, operation)
        async with within(execution, context):
            return answer(await Levels(execution, context).run(planned.root), policy)

    def told(self, execution: Execution, document: Document, context: Context) -> Content:
        """Return what developers are told of an execution: each level's loaders with their fields, and the batches."""
        planned = self.plan(execution, document)
        levels = planned.describe() if planned else []
        return {"levels": levels, "batches": context.loaders.batch_sizes()}

    def plan(self, execution: Execution, document: Document) -> Plan | None:
        """Return an operation's plan, which is kept as long as its document; None where it is left to graphql-core."""
        operation = self._of(execution, document)
        return None if operation.unplanned else self._planned(execution, document, operation)

    def _planned(self, execution: Execution, document: Document, operation: _Operation) -> Plan:
        coerced = execution.variable_values.coerced
        switched = frozenset((name, coerced[name]) for name in operation.switches if name in coerced)
        return document.once(
            ("plan", id(execution.operation), switched),
            lambda: plan(execution, _only(execution.variable_values, operation.switches)),
        )

    def _of(self, execution: Execution, document: Document) -> _Operation:
        return document.once(("operation", id(execution.operation)), lambda: self._found_out(execution))

    def _found_out(self, execution: Execution) -> _Operation:
        unplanned = self._why_not(execution)
        if unplanned:
            _log.info("%s is left to graphql-core: %s", execution.operation.operation.value, unplanned)
        return _Operation(switches(execution.operation, execution.fragment_definitions), unplanned)

    def _why_not(self, execution: Execution) -> str | None:
        if execution.operation.operation is OperationType.SUBSCRIPTION:
            return "subscription"
        if execution.middleware_manager or execution.abort_signal or not execution.error_propagation:
            return "unusual execution"
        return "types resolved later" if self._resolves_types_later else None


def _only(variables: VariableValues, names: frozenset[str]) -> VariableValues:
    """Leave out the variables that say nothing about which fields there are: they may be patient data."""
    return VariableValues(
        {name: source for name, source in variables.sources.items() if name in names},
        {name: value for name, value in variables.coerced.items() if name in names},
    )


def _resolves_types_later(schema: GraphQLSchema) -> bool:
    """Say whether what an object is has to be waited for anywhere in the schema."""
    return any(
        (is_abstract_type(each) and iscoroutinefunction(each.resolve_type))
        or (is_object_type(each) and iscoroutinefunction(each.is_type_of))
        for each in schema.type_map.values()
    )
