"""Which plan an operation has: the most recently used are kept. What has none goes to graphql-core, whole."""

import logging
from collections import OrderedDict
from collections.abc import Callable
from inspect import iscoroutinefunction
from typing import Any, Final

from graphql import (
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    is_abstract_type,
    is_object_type,
)
from graphql.execution.values import VariableValues

from bff.engine.documents import MAX_KEPT, MAX_KEPT_CHARACTERS
from bff.engine.errors import ErrorPolicy
from bff.engine.execution import Content, Context, Execution, answer, run
from bff.engine.levels import Levels
from bff.engine.plan import Plan, plan, switches

Switched = frozenset[tuple[str, object]]

_log: Final = logging.getLogger("bff.engine")


class _Known:
    """What is known of an operation: the variables that its switches ask, or why it has no plan."""

    __slots__ = ("operation", "plans", "switches", "unplanned")

    def __init__(self, execution: Execution, unplanned: str | None) -> None:
        # Held, so that no other can have its id.
        self.operation: Final[OperationDefinitionNode] = execution.operation
        self.unplanned: Final = unplanned
        self.switches: Final = switches(execution.operation, execution.fragment_definitions)
        self.plans: Final[OrderedDict[Switched, Plan]] = OrderedDict()


class Plans:
    """The plans of one schema. `unplanned` is told why an operation has none, each time that it is executed."""

    def __init__(self, schema: GraphQLSchema, *, unplanned: Callable[[str], None]) -> None:
        self._unplanned: Final = unplanned
        self._resolves_types_later: Final = _resolves_types_later(schema)
        self._known: Final[OrderedDict[int, _Known]] = OrderedDict()

    async def run(self, execution: Execution, context: Context, policy: ErrorPolicy) -> Content:
        """Execute an operation and return the answer's JSON object; the context's loaders end with it."""
        planned = self.plan(execution)
        if planned is None:
            return await run(execution, context, policy)
        execution.context_value = context
        try:
            return answer(await Levels(execution, context).run(planned.root), policy)
        finally:
            await context.loaders.cancel()

    def told(self, execution: Execution, context: Context) -> Content:
        """Return what developers are told of an execution: each level's loaders with their fields, and the batches."""
        planned = self.plan(execution)
        levels = planned.describe() if planned else []
        return {"levels": levels, "batches": context.loaders.batch_sizes()}

    def plan(self, execution: Execution) -> Plan | None:
        """Return an operation's plan; None where it is left to graphql-core."""
        known = self._of(execution)
        if known.unplanned:
            self._unplanned(known.unplanned)
            return None
        coerced = execution.variable_values.coerced
        switched = frozenset((name, coerced[name]) for name in known.switches if name in coerced)
        planned = known.plans.get(switched)
        if planned is None:
            planned = known.plans[switched] = plan(execution, _only(execution.variable_values, known.switches))
            _forget_oldest(known.plans, MAX_SWITCHED)
        return planned

    def _of(self, execution: Execution) -> _Known:
        operation = execution.operation
        known = self._known.get(id(operation))
        if known is not None:
            self._known.move_to_end(id(operation))
            return known
        known = _Known(execution, self._why_not(execution))
        if known.unplanned:
            _log.info("%s is left to graphql-core: %s", operation.operation.value, known.unplanned)
        if operation.loc is not None and len(operation.loc.source.body) <= MAX_KEPT_CHARACTERS:
            self._known[id(operation)] = known
            _forget_oldest(self._known, MAX_KEPT)
        return known

    def _why_not(self, execution: Execution) -> str | None:
        if execution.operation.operation is OperationType.SUBSCRIPTION:
            return "subscription"
        if execution.middleware_manager or execution.abort_signal or not execution.error_propagation:
            return "unusual execution"
        return "types resolved later" if self._resolves_types_later else None


# Of one operation: three switches have eight values; who asks for more pays for each.
MAX_SWITCHED: Final = 8


def _only(variables: VariableValues, names: frozenset[str]) -> VariableValues:
    """Leave out the variables that say nothing about which fields there are: they may be patient data."""
    return VariableValues(
        {name: source for name, source in variables.sources.items() if name in names},
        {name: value for name, value in variables.coerced.items() if name in names},
    )


def _forget_oldest(kept: OrderedDict[Any, Any], most: int) -> None:
    while len(kept) > most:
        kept.popitem(last=False)


def _resolves_types_later(schema: GraphQLSchema) -> bool:
    """Say whether what an object is has to be waited for anywhere in the schema."""
    return any(
        (is_abstract_type(each) and iscoroutinefunction(each.resolve_type))
        or (is_object_type(each) and iscoroutinefunction(each.is_type_of))
        for each in schema.type_map.values()
    )
