"""What is printed into the SDL about how much a field costs: `@cost` and `@listSize`.

They are the directives of IBM's GraphQL cost specification (https://ibm.github.io/graphql-specs/cost-spec.html), on
fields alone and with whole weights. A field says one only where the defaults are wrong: an object costs 1, a scalar or
an enum nothing, a field of the mutation root 10, and each counts as often as its list is long.
"""

from typing import Final

import strawberry
from strawberry.schema_directive import Location


@strawberry.schema_directive(locations=[Location.FIELD_DEFINITION])
class Cost:
    """What one value of this field costs, instead of its type's default; the specification writes weights as text."""

    weight: str


@strawberry.schema_directive(locations=[Location.FIELD_DEFINITION])
class ListSize:
    """How long this list may be, or those of its object that `sized_fields` names.

    The largest of `slicing_arguments` says it (a default counts), and `assumed_size` where none has a value.
    """

    assumed_size: int | None = strawberry.UNSET
    slicing_arguments: list[str] | None = strawberry.UNSET
    sized_fields: list[str] | None = strawberry.UNSET
    require_one_slicing_argument: bool | None = True


def cost(weight: int) -> Cost:
    """Return the weight of a field that is dearer than the object or the scalar it shows."""
    return Cost(weight=str(weight))


def list_size(assumed: int) -> ListSize:
    """Return the size of a list that no argument bounds: what a long but usual one has."""
    return ListSize(assumed_size=assumed, require_one_slicing_argument=strawberry.UNSET)


# `first` has a default, so nobody needs to give it.
PAGE: Final = ListSize(slicing_arguments=["first"], sized_fields=["edges", "nodes"], require_one_slicing_argument=False)
