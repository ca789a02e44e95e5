"""The shape of every model at the border: frozen, camelCase on the wire, unknown fields ignored."""

from typing import Final

import msgspec

# What decoding may raise for bytes that are not what was promised: the last, for JSON nested without end.
UNDECODABLE: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


class Wire(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A frozen JSON object. A missing or ill-typed field is a broken contract; a new one is not."""
