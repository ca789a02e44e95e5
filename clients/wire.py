"""The shape of every model at the border: frozen, camelCase on the wire, unknown fields ignored."""

from datetime import datetime
from typing import Annotated, Final

import msgspec

# What decoding may raise for bytes that are not what was promised: the last, for JSON nested without end.
UNDECODABLE: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)

# A time without its offset would be taken for this machine's local time: it breaks the contract.
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class Wire(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A frozen JSON object. A missing or ill-typed field is a broken contract; a new one is not."""
