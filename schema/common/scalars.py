"""Scalars: times are aware and go out in UTC."""

from datetime import UTC, datetime
from typing import Final

import strawberry
from strawberry.schema.config import StrawberryConfig
from strawberry.types.scalar import ScalarDefinition


def _serialize(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _parse(value: object) -> datetime:
    if not isinstance(value, str):
        message = "a DateTime is a string, such as 2026-11-24T13:00:00Z"
        raise TypeError(message)
    parsed = datetime.fromisoformat(value)
    if parsed.tzinfo is None:
        message = "a DateTime needs its offset, such as 2026-11-24T13:00:00Z"
        raise ValueError(message)
    return parsed.astimezone(UTC)


DATE_TIME: Final[ScalarDefinition] = strawberry.scalar(
    name="DateTime",
    description="An instant, RFC 3339 with its offset; UTC on the way out.",
    serialize=_serialize,
    parse_value=_parse,
    specified_by_url="https://scalars.graphql.org/andimarek/date-time.html",
)

CONFIG: Final = StrawberryConfig(scalar_map={datetime: DATE_TIME})
