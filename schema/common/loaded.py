"""`loaded`: a field that loads says so, once.

    doctor: Doctor | None = loaded(DoctorByIdLoader, key=lambda appointment: appointment.doctor_id, into=Doctor.of)

From the declaration comes an ordinary resolver: it loads the key through the request's loader and projects what came.
The declaration itself stays readable on the field (`field.metadata[LOADED]`), for whoever plans loads ahead.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import strawberry
from strawberry.types import Info

from clients.loaders import BatchLoader, Loaders
from schema.common.policies import HasPolicies, visible
from schema.common.trail import HasTrail

LOADED: Final = "loaded"


class HasLoaders(HasPolicies, HasTrail, Protocol):
    """What a context must offer for its graph to load."""

    @property
    def loaders(self) -> Loaders:
        """The request's loaders."""


@dataclass(frozen=True, slots=True)
class Load:
    """One declaration: which loader, how a parent (and the field's arguments) gives the key, what the value becomes.

    A key of None loads nothing. `into` takes the value; `within` takes the parent, the key and the value. Neither is
    called for None.
    """

    loader: type[BatchLoader[Any, Any, Any]]
    key: Callable[..., Any]
    into: Callable[[Any], Any] | None = None
    within: Callable[[Any, Any, Any], Any] | None = None

    def show(self, context: HasLoaders, coordinate: str, parent: object, key: object, value: Any) -> Any:  # noqa: ANN401  whatever the loader gives
        """Turn a loaded value into what the field shows of it; note that there was nothing that may be shown."""
        shown = visible(value, context.allows)
        if shown is None:
            context.trail.missed(key, coordinate)
            if value is not None:
                context.trail.denied(getattr(value, "patient_id", None), coordinate)
            return None
        if self.within:
            return self.within(parent, key, shown)
        return self.into(shown) if self.into else shown


def loaded(
    loader: type[BatchLoader[Any, Any, Any]],
    *,
    key: Callable[..., Any],
    into: Callable[[Any], Any] | None = None,
    within: Callable[[Any, Any, Any], Any] | None = None,
    directives: Sequence[object] = (),
) -> Any:  # noqa: ANN401  the field's type is the annotation that it is assigned to
    """Declare a field that loads; `key` takes the parent, then the field's arguments by keyword.

    A key that needs the principal has a parameter `info`.
    """
    load = Load(loader, key, into, within)
    return strawberry.field(
        resolver=resolver(load),
        directives=directives,
        metadata={LOADED: load},
    )


def resolver(load: Load) -> Callable[..., Any]:
    """Return the resolver of a declaration: it takes the parent, the context's `info`, and the field's arguments."""
    arguments = [
        parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)
        for parameter in list(inspect.signature(load.key).parameters.values())[1:]
        if parameter.name != "info"
    ]
    asks_who = "info" in inspect.signature(load.key).parameters

    async def resolve(root: object, info: Info[HasLoaders, None], **given: object) -> object:
        key = load.key(root, info=info, **given) if asks_who else load.key(root, **given)
        if key is None:
            return None
        value = await info.context.loaders[load.loader].load(key)
        return load.show(info.context, f"{info.path.typename}.{info.field_name}", root, key, value)

    _sign(resolve, arguments)
    return resolve


def _sign(resolve: Callable[..., Any], arguments: list[inspect.Parameter]) -> None:
    """Give the resolver the signature that Strawberry reads a field's arguments from."""
    positional = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameters = [
        inspect.Parameter("root", positional),
        inspect.Parameter("info", positional, annotation=Info),
        *arguments,
    ]
    annotations: Mapping[str, Any] = {each.name: each.annotation for each in parameters[1:]}
    vars(resolve)["__signature__"] = inspect.Signature(parameters)
    resolve.__annotations__ = dict(annotations)
