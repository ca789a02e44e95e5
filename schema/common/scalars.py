"""Scalars: times are aware and go out in UTC."""

from datetime import UTC, datetime
from typing import Final, NewType

import strawberry
from graphql import GraphQLError
from strawberry.schema.config import StrawberryConfig
from strawberry.types.scalar import ScalarDefinition

_EXPECTED: Final = "A DateTime is RFC 3339 with its offset, such as 2026-11-24T13:00:00Z."


def _serialize(value: datetime) -> datetime:
    """Return the instant in UTC: who encodes the answer writes it, as `2026-11-24T13:00:00Z`."""
    # Services say times in UTC, and this runs for each time of an answer.
    return value if value.tzinfo is UTC else value.astimezone(UTC)


def _parse(value: object) -> datetime:
    try:
        parsed = datetime.fromisoformat(value) if isinstance(value, str) else None
        instant = parsed.astimezone(UTC) if parsed and parsed.tzinfo else None
    except (ValueError, OverflowError):
        instant = None
    if instant is None:
        raise GraphQLError(_EXPECTED)
    return instant


DATE_TIME: Final[ScalarDefinition] = strawberry.scalar(
    name="DateTime",
    description="An instant, RFC 3339 with its offset; UTC on the way out.",
    serialize=_serialize,
    parse_value=_parse,
    specified_by_url="https://scalars.graphql.org/andimarek/date-time.html",
)

BigInt = NewType("BigInt", int)

BIG_INT: Final[ScalarDefinition] = strawberry.scalar(
    name="BigInt",
    description="An integer within 2^53 of zero: sums of cents outgrow Int.",
    serialize=int,
    parse_value=int,
)

CONFIG: Final = StrawberryConfig(scalar_map={datetime: DATE_TIME, BigInt: BIG_INT})
