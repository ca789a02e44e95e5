"""What is printed into the SDL about who may ask."""

from typing import Final

import strawberry
from strawberry.schema_directive import Location


@strawberry.schema_directive(locations=[Location.FIELD_DEFINITION])
class Public:
    """This root field answers without a token; an operation of public root fields alone runs for anybody."""


PUBLIC: Final = Public()
