"""Times as Google reads and writes them; inside the fake they are milliseconds since 1970 in UTC."""

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sandbox.google.errors import GoogleError


def aware(text: str) -> datetime:
    """Read an RFC 3339 time. Raises ValueError for another text or one without an offset."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        message = "a time needs an offset"
        raise ValueError(message)
    return moment


def milliseconds(moment: datetime) -> int:
    """Count from 1970 in UTC."""
    return round(moment.timestamp() * 1000)


def written(at_ms: int) -> str:
    """Write a time as `2026-11-24T10:00:00.000Z`."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def event_time(side: str, value: Mapping[str, str]) -> tuple[dict[str, str], int]:
    """Read an event's start or end (`side`): as Google gives it back, and as milliseconds.

    Either `date` (an all-day event, midnight in UTC here) or `dateTime`, whose offset may be left to `timeZone`.
    """
    try:
        if "date" in value:
            day = datetime.strptime(value["date"], "%Y-%m-%d").replace(tzinfo=UTC)
            return {"date": value["date"]}, milliseconds(day)
        zone = ZoneInfo(value.get("timeZone", "UTC"))
        moment = datetime.fromisoformat(value["dateTime"])
    except (KeyError, ValueError):
        raise GoogleError(400, "invalid", f"Missing or invalid {side} time.") from None
    except ZoneInfoNotFoundError:
        raise GoogleError(400, "invalid", f"Invalid time zone definition for {side} time.") from None
    if moment.tzinfo is None and "timeZone" not in value:
        raise GoogleError(400, "invalid", f"Missing time zone definition for {side} time.")
    local = moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)
    return {"dateTime": local.isoformat().replace("+00:00", "Z"), "timeZone": zone.key}, milliseconds(local)
