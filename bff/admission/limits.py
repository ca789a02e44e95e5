"""How much one operation may ask for: what exceeds a maximum is refused, or only noted."""

import logging
from typing import Final, Literal, get_args

from pydantic.dataclasses import dataclass

from bff.admission.measure import Measured
from bff.answers.messages import Message
from bff.refusals import Refused

_log: Final = logging.getLogger("bff.limits")

LimitName = Literal["tokens", "depth", "height", "aliases", "root_fields", "directives", "cost"]
_SHOWN: Final = {"root_fields": "rootFields"}


# Pydantic's, so that each field is a setting, also the list.
@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The maximum of each figure of `Measured`; those in `measured_only` refuse nothing, what exceeds them is logged.

    The depth is introspection's, of 15, and the height, of 239; the graphs themselves are 9 deep. The root fields and
    the aliases are what Apollo's router proposes, the directives and the cost GraphQL Armor's.
    """

    tokens: int = 2_000
    depth: int = 16
    height: int = 300
    aliases: int = 30
    root_fields: int = 20
    directives: int = 50
    cost: int = 5_000
    measured_only: frozenset[LimitName] = frozenset()

    def maximum(self, name: LimitName) -> int:
        """Return a maximum by its name."""
        value: int = getattr(self, name)
        return value


def check(measured: Measured, limits: Limits) -> None:
    """Let a document pass that is within the limits; raise `Refused` with LIMIT_EXCEEDED, or for its fault."""
    if measured.fault:
        raise Refused(400, "BAD_USER_INPUT", Message.INVALID_DOCUMENT, extensions={"fault": measured.fault})
    for name in get_args(LimitName):
        value: int = getattr(measured, name)
        if value <= limits.maximum(name):
            continue
        if name not in limits.measured_only:
            raise exceeded(name, value, limits)
        _log.warning("limit %s measured only: %d of %d", name, value, limits.maximum(name))


def exceeded(name: LimitName, value: int, limits: Limits) -> Refused:
    """Return the refusal of a value that exceeds a limit: its extensions say which, how much, and the maximum."""
    maximum, shown = limits.maximum(name), _SHOWN.get(name, name)
    extensions = {"limit": shown, "value": value, "maximum": maximum}
    return Refused(400, "LIMIT_EXCEEDED", Message.LIMIT, extensions=extensions)
