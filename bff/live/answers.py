"""What an operation that was admitted gives: its answers, one after the other."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any

from bff.engine.execution import Content

# An answer is the JSON object of GraphQL over HTTP: one for a query or a mutation, one an event for a subscription.
# Closing the generator ends the operation and what it waits for.
Answers = AsyncGenerator[Content, None]

# Errors as an answer's `errors` shows them.
Errors = Sequence[Mapping[str, Any]]
