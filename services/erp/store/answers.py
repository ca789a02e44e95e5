"""Answers that are remembered under an idempotency key, written in the transaction that they tell of."""

import hashlib
from dataclasses import dataclass
from typing import Final

from services.common.table import Key, Table, Write, put
from services.common.wire import Wire
from services.erp.problems import IdempotencyConflict

_SORT_KEY: Final = "ANSWER"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt of `actor` to do what `content` says under an idempotency `key`."""

    actor: str
    key: str
    content: Wire

    @property
    def item_key(self) -> Key:
        """Where its answer is remembered: keys of different actors never meet."""
        return f"IDEMPOTENCY#{self.actor}#{self.key}", _SORT_KEY

    @property
    def fingerprint(self) -> str:
        """A digest of the content, so that the content itself is not kept twice."""
        return hashlib.sha256(self.content.model_dump_json().encode()).hexdigest()


def remember(attempt: Attempt, answer: Wire) -> Write:
    """Return the write that remembers `answer`; its condition fails where the key was used before."""
    pk, sk = attempt.item_key
    body = answer.model_dump_json()
    return put({"pk": pk, "sk": sk, "fingerprint": attempt.fingerprint, "body": body}, new=True)


async def remembered(table: Table, attempt: Attempt) -> str:
    """Return the answer, as JSON, under the attempt's key, which must be there.

    Raises `IdempotencyConflict` where the key was used for other content.
    """
    item = (await table.get([attempt.item_key]))[attempt.item_key]
    if item["fingerprint"] != attempt.fingerprint:
        raise IdempotencyConflict
    body: str = item["body"]
    return body
