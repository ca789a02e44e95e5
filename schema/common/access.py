"""What stands before a field's values: who may read them, and whom they tell of."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final, Protocol

from graphql import GraphQLField

from schema.common.permissions import require
from schema.common.principals import Principal
from schema.common.trail import HasTrail

ACCESS: Final = "access"
SUBJECT: Final = "subject"

Resolver = Callable[..., Any]
Subject = Callable[[Any], str | None]


class HasPrincipal(HasTrail, Protocol):
    """What a context must offer for its graph to be guarded."""

    @property
    def principal(self) -> Principal:
        """Who asks."""


@dataclass(frozen=True, slots=True)
class Access:
    """One field's: `roles` of which one is asked for (None: anybody), and whose data its parents are.

    `resolve` is the resolver that stands behind; readable at `field.extensions[ACCESS]` for whoever executes.
    """

    coordinate: str
    roles: frozenset[str] | None
    subject: Subject | None
    resolve: Resolver

    def check(self, context: HasPrincipal, parents: Iterable[object]) -> None:
        """Let who has one of the roles read the field of these parents; note a denial, and raise it."""
        if self.roles is not None and self.roles.isdisjoint(context.principal.held):
            for parent in parents:
                context.trail.denied(getattr(parent, "patient_id", None), self.coordinate)
            require(context.principal, self.roles)

    def note(self, context: HasTrail, patient_ids: Collection[str]) -> None:
        """Note that the field of these patients' objects is shown."""
        if patient_ids:
            context.trail.touched(patient_ids, self.coordinate)


def subjects(subject: Subject | None, shown: Iterable[object]) -> frozenset[str]:
    """Return whose data is shown; without `subject`, nobody's."""
    if subject is None:
        return frozenset()
    return frozenset(patient_id for patient_id in set(map(subject, shown)) if patient_id is not None)


def stand_before(field: GraphQLField, access: Access) -> None:
    """Let a field's resolver be called only by whom `access` lets through."""
    field.extensions = {**field.extensions, ACCESS: access}
    field.resolve = _entered(access, access.resolve)


def stand_before_stream(field: GraphQLField, access: Access) -> None:
    """Let a subscription be opened only by whom `access` lets through; what it opens is `access.resolve`."""
    field.subscribe = _entered(access, access.resolve)


def _entered(access: Access, resolve: Resolver) -> Resolver:
    @wraps(resolve)
    def entered(source: object, info: Any, **arguments: object) -> object:  # noqa: ANN401  graphql-core's, whose context is untyped
        access.check(info.context, (source,))
        access.note(info.context, subjects(access.subject, (source,)))
        return resolve(source, info, **arguments)

    return entered
