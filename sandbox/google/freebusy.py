"""calendar.freebusy.query."""

from collections.abc import Iterable
from typing import Any, Final

from sandbox.google.calls import Answer, Call
from sandbox.google.errors import GoogleError
from sandbox.google.moments import aware, milliseconds, written
from sandbox.google.store import EventStore, StoredEvent

MAX_CALENDARS: Final = 50
MAX_DAYS: Final = 90
_DAY_MS: Final = 86_400_000


def query(store: EventStore, call: Call) -> Answer:
    """Answer the busy times of calendars, and for each calendar beyond reach its own `errors`.

    Every calendar of the caller's own domain is within reach, as in a Workspace with its default sharing.
    """
    earliest, latest = _moment(call, "timeMin"), _moment(call, "timeMax")
    if latest <= earliest:
        raise GoogleError(400, "timeRangeEmpty", "The specified time range is empty.", domain="calendar")
    if latest - earliest > MAX_DAYS * _DAY_MS:
        raise GoogleError(400, "timeRangeTooLong", "The requested time range is too long.", domain="calendar")
    asked = [str(item.get("id", "")) for item in call.body.get("items", ())]
    domain = call.principal.email.rpartition("@")[2]
    calendars: dict[str, Any] = {}
    for position, calendar_id in enumerate(asked):
        owner = call.principal.email if calendar_id == "primary" else calendar_id
        if position >= MAX_CALENDARS:
            calendars[calendar_id] = _error("tooManyCalendarsRequested")
        elif owner.rpartition("@")[2] != domain:
            calendars[calendar_id] = _error("notFound")
        else:
            calendars[calendar_id] = {"busy": _busy(store.between(owner, earliest, latest))}
    period = {"timeMin": written(earliest), "timeMax": written(latest)}
    return Answer(200, {"kind": "calendar#freeBusy", **period, "calendars": calendars})


def _moment(call: Call, name: str) -> int:
    if name not in call.body:
        raise GoogleError(400, "required", f"Missing {name} parameter.")
    try:
        return milliseconds(aware(call.body[name]))
    except ValueError:
        raise GoogleError(400, "badRequest", f"Invalid {name} parameter.") from None


def _error(reason: str) -> dict[str, Any]:
    return {"errors": [{"domain": "global", "reason": reason}], "busy": []}


def _busy(events: Iterable[StoredEvent]) -> list[dict[str, str]]:
    periods: list[tuple[int, int]] = []
    for event in events:
        if not event.busy:
            continue
        if periods and event.starts_at_ms <= periods[-1][1]:
            periods[-1] = (periods[-1][0], max(periods[-1][1], event.ends_at_ms))
        else:
            periods.append((event.starts_at_ms, event.ends_at_ms))
    return [{"start": written(start), "end": written(end)} for start, end in periods]
