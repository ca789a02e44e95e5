"""What travels inside the fake: a checked call in, an answer out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.google.errors import not_found
from sandbox.google.tokens import Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call whose token, scope, parameters and body have been checked against the discovery document."""

    principal: Principal
    path: Mapping[str, str]
    query: Mapping[str, Any]
    body: Mapping[str, Any]
    if_match: str | None
    now_ms: int

    def own_calendar(self) -> str:
        """Return the path's calendar. Raises 404 for another's: inside a Workspace only free/busy is shared."""
        calendar_id = self.path["calendarId"]
        if calendar_id not in {"primary", self.principal.email}:
            raise not_found()
        return self.principal.email


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP status and its JSON body; None for no body."""

    status: int
    body: Mapping[str, Any] | None
