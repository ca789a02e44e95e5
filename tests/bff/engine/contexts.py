"""A context for graphs of the tests' own: anybody may see anything there."""

from dataclasses import dataclass, field

from clients.loaders import Loaders
from schema.common.principals import Principal
from tests.schema.noted import NotedTrail


@dataclass(kw_only=True)
class OpenContext:
    """One execution's."""

    loaders: Loaders = field(default_factory=lambda: Loaders([]))
    principal: Principal = field(default_factory=lambda: Principal(audience="patient", id="pat_1"))
    trail: NotedTrail = field(default_factory=NotedTrail)

    def allows(self, model: object) -> bool:  # noqa: ARG002  nothing is anybody's
        """Allow everything."""
        return True
