"""The shape of every model at the border: frozen, camelCase on the wire, unknown fields ignored."""

import msgspec


class Wire(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A frozen JSON object. A missing or ill-typed field is a broken contract; a new one is not."""
