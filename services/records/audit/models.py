"""What the audit keeps: who did what with whose data, when, and whether that was allowed. Never what the data says.

Every text is an id, a name of the schema, or one of a few words: there is no place for a clinical value.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, StringConstraints

from services.common.wire import Wire
from services.records.models import Kept

MAX_EVENTS = 100

OperationId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
RequestId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f-]{32,36}$")]
PersonId = Annotated[str, StringConstraints(pattern=r"^[a-z]{3}_[0-9a-z]{1,60}$")]
Actor = Annotated[str, StringConstraints(pattern=r"^([a-z]{3}_[0-9a-z]{1,60}|anonymous)$")]
Role = Annotated[str, StringConstraints(pattern=r"^[a-z-]{1,30}$")]
OperationName = Annotated[str, StringConstraints(pattern=r"^[_A-Za-z][_0-9A-Za-z]{0,99}$")]
Coordinate = Annotated[str, StringConstraints(pattern=r"^[_A-Za-z][_0-9A-Za-z]{0,99}\.[_A-Za-z][_0-9A-Za-z]{0,99}$")]
Coordinates = Annotated[tuple[Coordinate, ...], Field(max_length=1000)]


Pool = Literal["patient", "doctor", "erp"]


class Decision(StrEnum):
    """How it was decided: by the usual rules, by an emergency access, or that it was not to be."""

    ALLOWED = "ALLOWED"
    DENIED = "DENIED"
    EMERGENCY = "EMERGENCY"


class Kind(StrEnum):
    """What was done: an operation of a graph, or an emergency access that was given."""

    QUERY = "QUERY"
    MUTATION = "MUTATION"
    SUBSCRIPTION = "SUBSCRIPTION"
    EMERGENCY_ACCESS = "EMERGENCY_ACCESS"


class AuditEvent(Wire):
    """One operation and one patient. `fields` are what was shown, `denied_fields` what was asked for in vain.

    `operation_id` is the operation's alone, made by whoever ran it; `request_id` is for correlation, and a client may
    have chosen it. A denial whose patient is not known has none: it belongs to the actor.
    """

    operation_id: OperationId
    request_id: RequestId
    actor: Actor
    pool: Pool
    roles: Annotated[tuple[Role, ...], Field(max_length=20)] = ()
    patient_id: PersonId | None
    operation: OperationName | None
    kind: Kind
    fields: Coordinates
    denied_fields: Coordinates = ()
    decision: Decision
    at: AwareDatetime

    @property
    def chain(self) -> str:
        """Whose chain it is a link of: the patient's; without one, the actor's."""
        return self.patient_id or self.actor

    @property
    def event_id(self) -> str:
        """The same for each delivery of this event."""
        return f"{self.operation_id}.{self.chain}"


class AuditEvents(Wire):
    """What the BFF tells at once."""

    events: tuple[AuditEvent, ...] = Field(min_length=1, max_length=MAX_EVENTS)


class Appended(Wire):
    """How many of the events were new."""

    appended: int


class Link(Kept):
    """An event in its place: `previous` is the hash of the link before it, 64 zeros for the first."""

    chain: str
    sequence: int
    previous: str
    recorded_at: datetime
    event: AuditEvent


class AuditEntry(Wire):
    """An event as it is shown, in its place in the chain."""

    id: str
    sequence: int
    operation_id: str
    request_id: str
    actor: str
    pool: Pool
    roles: tuple[str, ...]
    patient_id: str | None
    operation: str | None
    kind: Kind
    fields: tuple[str, ...]
    denied_fields: tuple[str, ...]
    decision: Decision
    at: datetime
    recorded_at: datetime

    @classmethod
    def of(cls, link: Link) -> Self:
        """Show a link."""
        return cls(
            **{name: getattr(link.event, name) for name in AuditEvent.model_fields},
            id=link.event.event_id,
            sequence=link.sequence,
            recorded_at=link.recorded_at,
        )


class AuditPage(Wire):
    """Some of the audit, newest first. It may be shorter than asked: `next` says whether there is more."""

    items: tuple[AuditEntry, ...]
    next: str | None


class AuditOfPatient(AuditPage):
    """One page of a patient's own."""

    patient_id: str
