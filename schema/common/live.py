"""`live`: a subscription says which changes it waits for, and what it shows of each.

    agenda_changed: Appointment = live(agenda_changes, Load(AppointmentByIdLoader, key=..., into=Appointment.of))

The first is asked once, and opens the stream; the second is what each change becomes, in a context of its own, so that
it shows what is so by then.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, Final, Protocol, Self

import strawberry
from strawberry.types.base import StrawberryObjectDefinition

from clients.changes.models import Change
from schema.common.loaded import LOADED, Load, resolver
from schema.common.scalars import CONFIG

SHOWN: Final = "shown"
_ABOUT_APPOINTMENTS: Final = "appointment."


class Changes(Protocol):
    """What concerns one person, from the moment on in which it was asked for; to be closed."""

    def __aiter__(self) -> AsyncIterator[Change]:
        """Return itself."""

    async def __anext__(self) -> Change:
        """Wait for the next change."""

    async def aclose(self) -> None:
        """Leave nothing behind."""


class Relevant:
    """Those of a person's changes that a subscription is about. Closing it closes them."""

    def __init__(self, changes: Changes, is_relevant: Callable[[Change], bool]) -> None:
        self._changes: Final = changes
        self._is_relevant: Final = is_relevant

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Change:
        change = await anext(self._changes)
        while not self._is_relevant(change):
            change = await anext(self._changes)
        return change

    async def aclose(self) -> None:
        """Close the changes."""
        await self._changes.aclose()


def is_about_appointment(change: Change) -> bool:
    """Say whether an appointment itself has changed: not, for one, what is written about it."""
    return change.type.startswith(_ABOUT_APPOINTMENTS)


def live(
    changes: Callable[..., Relevant], shown: Load | Callable[[Change], object], *, directives: Sequence[object]
) -> Any:  # noqa: ANN401  the field's type is the annotation that it is assigned to
    """Declare a subscription: `changes` takes the context's `info` and the field's arguments."""
    if isinstance(shown, Load):
        return strawberry.subscription(
            resolver=changes, directives=directives, metadata={SHOWN: resolver(shown), LOADED: shown}
        )
    return strawberry.subscription(
        resolver=changes, directives=directives, metadata={SHOWN: lambda change, _info: shown(change)}
    )


def show_changes(definition: StrawberryObjectDefinition, implementation: Any) -> None:  # noqa: ANN401  graphql-core's type
    """Let the fields of the subscription root show what they declare; Strawberry's would show the change itself."""
    for field in definition.fields:
        name = CONFIG.name_converter.get_graphql_name(field)
        implementation.fields[name].resolve = _resolve(field.metadata[SHOWN])


def _resolve(shown: Callable[[Change, Any], object]) -> Callable[..., object]:
    # The field's arguments have chosen the change; what is shown of it does not depend on them.
    return lambda change, info, **_arguments: shown(change, info)
