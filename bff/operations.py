"""One audience's operations, however they come: admitted in one order, then executed."""

from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Final

import strawberry
from graphql import GraphQLSchema, OperationDefinitionNode, OperationType

from bff.admission.actual import actual_cost
from bff.admission.body import GraphQLRequest
from bff.admission.limits import Limits, check
from bff.admission.measure import measure
from bff.admission.operation import admit, chosen_operation, coordinate, root_fields
from bff.admission.rate import RateLimiter, Subject
from bff.admission.sizes import Sizes
from bff.admission.trusted import Mode, TrustedDocuments
from bff.admission.uses import ONE_REQUEST, operation_uses
from bff.admission.weights import Weights
from bff.answers.caching import shareable_seconds
from bff.asking import Asker
from bff.audit.audit import Audit, Audited
from bff.audit.recorder import MAX_NAME, Recorder
from bff.engine.documents import Document, Documents
from bff.engine.errors import ErrorPolicy
from bff.engine.execution import Content, Context, Execution, prepared
from bff.engine.plans import Plans
from bff.engine.subscription import subscribe
from bff.telemetry.metrics import CostMetrics, UnplannedMetrics
from clients.records.audit import AuditKind
from schema.common.building import public_root_fields
from schema.common.caching import cache_hints
from schema.common.patient_data import patients_writes
from schema.common.principals import Audience

ContextMaker = Callable[[Asker, Recorder], Context]


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """An operation that may run, once, with its variables coerced.

    `tells_cost`: the client asked what it costs; `tells_plan`: and how it is executed.
    """

    document: Document
    execution: Execution
    estimated_cost: int
    tells_cost: bool
    tells_plan: bool

    @property
    def operation(self) -> OperationDefinitionNode:
        """The one of the document's operations that runs."""
        return self.execution.operation

    @property
    def is_subscription(self) -> bool:
        """Whether it has more than one answer."""
        return self.operation.operation is OperationType.SUBSCRIPTION


class Operations:
    """Admits and executes the operations of one schema. `context` makes what their resolvers see."""

    def __init__(  # noqa: PLR0913  what an operation has to do with, each by its name
        self,
        *,
        audience: Audience,
        schema: strawberry.Schema,
        context: ContextMaker,
        audit: Audit,
        rates: RateLimiter,
        limits: Limits,
        introspection: bool,
        max_errors: int,
        costs: CostMetrics | None = None,
        unplanned: UnplannedMetrics | None = None,
        trusted_mode: Mode = "off",
        trusted_documents: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._audience: Final = audience
        self._schema: Final[GraphQLSchema] = schema._schema  # noqa: SLF001  Strawberry has no public name for it
        self._public: Final = public_root_fields(schema)
        self._cache_hints: Final = cache_hints(schema)
        self._context: Final = context
        self._audit: Final = audit
        self._patients_writes: Final = patients_writes(schema)
        self._rates: Final = rates
        self._limits: Final = limits
        self._weights: Final = Weights(schema.as_str())
        self._documents: Final = Documents(self._schema, introspection=introspection, limits=limits)
        self._trusted: Final = TrustedDocuments(trusted_documents, trusted_mode, self._documents)
        self._max_errors: Final = max_errors
        self._costs: Final = costs
        self._unplanned: Final = unplanned
        self._plans: Final = Plans(self._schema, unplanned=self._count_unplanned)
        # "Did you mean" tells names of a graph that shows itself to nobody.
        self._hide_suggestions: Final = not introspection

    async def count(self, asker: Asker) -> None:
        """Count one request, before any work is done for it; raise `Refused` 429."""
        await self._rates.check(_subject(asker), ONE_REQUEST)

    def admitted(self, asked: GraphQLRequest, asker: Asker, *, tells_plan: bool = False) -> Admitted:
        """Return the operation that is asked for; raise `Refused` and `InvalidRequest`.

        It is measured before it is validated, since validating takes longest.
        """
        query = self._trusted.resolve(asked)
        document = self._documents.parsed(query)
        operation = chosen_operation(document.node, asked.operation_name)
        measured = document.once(
            ("measured", id(operation), Sizes(operation, asked.variables).values),
            lambda: measure(document.node, operation, asked.variables, self._weights),
        )
        check(measured, self._limits)
        self._documents.valid(query, document)
        admit(document.node, operation, asker.principal, self._public)
        execution = prepared(
            self._schema, document.node, asked, max_errors=self._max_errors, hide_suggestions=self._hide_suggestions
        )
        return Admitted(
            document=document,
            execution=execution,
            estimated_cost=measured.cost,
            tells_cost=asked.extensions.get("cost") is True,
            tells_plan=tells_plan,
        )

    async def run(self, admitted: Admitted, asker: Asker) -> Content:
        """Execute a query or a mutation and return its answer; raise `Refused` 429 where its fields ran too often."""
        await self._count_uses(admitted, asker)
        return await self._executed(admitted.execution, admitted=admitted, asker=asker)

    async def start(self, admitted: Admitted, asker: Asker) -> AsyncGenerator[Content, None]:
        """Start an operation of any kind and return its answers; as `run`, where it is no subscription."""
        if not admitted.is_subscription:
            return _only(await self.run(admitted, asker))
        await self._count_uses(admitted, asker)
        answer_to = partial(self._executed, admitted=admitted, asker=asker)
        recorder = self._audit.recorder(asker)
        async with self._audit.of(self._audited(admitted, recorder)):
            return await subscribe(admitted.execution, self._context(asker, recorder), self.policy(asker), answer_to)

    def shareable_seconds(self, admitted: Admitted) -> int:
        """Return for how long anybody may keep the operation's answers, in seconds; 0: not at all."""
        return shareable_seconds(self._schema, self._cache_hints, admitted.document.node, admitted.operation)

    def policy(self, asker: Asker) -> ErrorPolicy:
        """Return how errors are told to the asker."""
        return ErrorPolicy(request_id=asker.request_id, language=asker.language, max_errors=self._max_errors)

    async def _count_uses(self, admitted: Admitted, asker: Asker) -> None:
        execution = admitted.execution
        uses = operation_uses(self._schema, admitted.document.node, admitted.operation, execution.variable_values)
        await self._rates.check(_subject(asker), uses)

    async def _executed(self, execution: Execution, *, admitted: Admitted, asker: Asker) -> Content:
        """Execute an operation, or one event of it, in a context of its own."""
        recorder = self._audit.recorder(asker)
        context = self._context(asker, recorder)
        async with self._audit.of(self._audited(admitted, recorder)):
            content = await self._plans.run(execution, admitted.document, context, self.policy(asker))
        self._tell_cost(admitted, content)
        if admitted.tells_plan:
            content.setdefault("extensions", {})["plan"] = self._plans.told(execution, admitted.document, context)
        return content

    def _audited(self, admitted: Admitted, recorder: Recorder) -> Audited:
        operation = admitted.operation
        names = dict.fromkeys(node.name.value for node in root_fields(admitted.document.node, operation))
        fields = [coordinate(operation, name) for name in names if not name.startswith("__")]
        return Audited(
            recorder=recorder,
            kind=AuditKind(operation.operation.name),
            name=operation.name.value[:MAX_NAME] if operation.name else None,
            root_fields=fields,
            writes=not self._patients_writes.isdisjoint(fields),
        )

    def _count_unplanned(self, reason: str) -> None:
        if self._unplanned:
            self._unplanned.count(self._audience, reason)

    def _tell_cost(self, admitted: Admitted, content: Content) -> None:
        if not (admitted.tells_cost or self._costs):
            return
        actual = actual_cost(admitted.document.node, admitted.operation, content["data"], self._weights)
        if self._costs:
            kind = admitted.operation.operation.value
            self._costs.observe(self._audience, kind, estimated=admitted.estimated_cost, actual=actual)
        if admitted.tells_cost:
            cost = {"estimated": admitted.estimated_cost, "actual": actual, "maximum": self._limits.cost}
            content.setdefault("extensions", {})["cost"] = cost


def _subject(asker: Asker) -> Subject:
    return Subject(person=asker.principal.id, address=asker.address)


async def _only(content: Content) -> AsyncGenerator[Content, None]:
    yield content
