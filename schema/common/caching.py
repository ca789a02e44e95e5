"""What is printed into the SDL about how long anybody may keep what a field shows: `@cacheControl`.

Without a hint, a root field's answer is for its asker alone; any other field may be kept as long as its parent.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Final

import strawberry
from strawberry.schema_directive import Location
from strawberry.types.base import StrawberryObjectDefinition


@strawberry.enum(description="Who may keep an answer.")
class CacheControlScope(Enum):
    """The two words of HTTP's `Cache-Control`."""

    PUBLIC = "PUBLIC"
    PRIVATE = "PRIVATE"


@strawberry.schema_directive(locations=[Location.FIELD_DEFINITION])
class CacheControl:
    """For at most `max_age` seconds, caches may answer with this field's value; none may where it is PRIVATE."""

    max_age: int
    scope: CacheControlScope | None = strawberry.UNSET


# Said of a field of a public object that is the asker's own.
PRIVATE: Final = CacheControl(max_age=0, scope=CacheControlScope.PRIVATE)


def cached(seconds: int) -> CacheControl:
    """Return the hint that everybody may be shown this value for so long."""
    return CacheControl(max_age=seconds)


def public_seconds(hint: CacheControl) -> int:
    """Return for how many seconds anybody may keep the value; 0 is not at all."""
    return 0 if hint.scope is CacheControlScope.PRIVATE else hint.max_age


def cache_hints(schema: strawberry.Schema) -> Mapping[str, CacheControl]:
    """Return the hints of a graph by their fields' coordinates, as `Query.doctors`."""
    names = schema.config.name_converter
    return {
        f"{name}.{names.get_graphql_name(field)}": directive
        for name, concrete in schema.schema_converter.type_map.items()
        if isinstance(concrete.definition, StrawberryObjectDefinition)
        for field in concrete.definition.fields
        for directive in field.directives
        if isinstance(directive, CacheControl)
    }
