"""Creating once: a key that the caller chose, remembered in the transaction that creates."""

import hashlib
from dataclasses import dataclass
from typing import Self

from services.common.table import Key, Table, Write, put
from services.common.wire import Problem, Wire


class IdempotencyConflict(Problem):
    """The key was used before, for something else."""

    def __init__(self) -> None:
        super().__init__(409, "IDEMPOTENCY_CONFLICT", "This idempotency key was used with another request.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """One caller's wish to do `operation` once; `fingerprint` is a digest of all that was asked."""

    actor: str
    operation: str
    key: str
    fingerprint: str

    @classmethod
    def of(cls, actor: str, operation: str, key: str, request: Wire) -> Self:
        """Make the intent of a request, which may hold personal data: only its digest is kept."""
        fingerprint = hashlib.sha256(request.model_dump_json().encode()).hexdigest()
        return cls(actor=actor, operation=operation, key=key, fingerprint=fingerprint)

    @property
    def at(self) -> Key:
        """Where the table remembers it."""
        return f"INTENT#{self.actor}#{self.operation}", self.key

    def write(self, made: str) -> Write:
        """Remember, in the transaction that creates it, the id of what was made; refused where it was before."""
        pk, sk = self.at
        return put({"pk": pk, "sk": sk, "fingerprint": self.fingerprint, "made": made}, new=True)


async def made_before(table: Table, intent: Intent) -> str:
    """Return the id of what this intent made, once its `write` was refused; raise `IdempotencyConflict`."""
    item = (await table.get([intent.at]))[intent.at]
    if item["fingerprint"] != intent.fingerprint:
        raise IdempotencyConflict
    return str(item["made"])
