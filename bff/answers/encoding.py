"""Answers become JSON, once."""

from typing import Any

import orjson


def encoded(answer: Any) -> bytes:  # noqa: ANN401  whatever an operation gave
    """Return the JSON of an answer. Times in it are in UTC, and end in Z."""
    return orjson.dumps(answer, option=orjson.OPT_UTC_Z)
