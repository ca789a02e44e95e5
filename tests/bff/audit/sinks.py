"""Where the audit's events go in tests: memory, which can be down."""

import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bff.audit.audit import Audit
from bff.audit.spool import Spool
from clients.errors import UpstreamError, UpstreamUnavailable
from clients.records.audit import Appended, AuditEvent, AuditEvents

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


_UNANSWERED = UpstreamUnavailable("records", "ReadTimeout")


@dataclass(slots=True)
class Sink:
    """Takes each event once; fails with `fault` while there is one. `lost_answers` are taken, and not acknowledged."""

    taken: dict[tuple[str, str | None], AuditEvent] = field(default_factory=dict)
    fault: UpstreamError | None = None
    lost_answers: int = 0
    asked: int = 0

    @property
    def events(self) -> list[AuditEvent]:
        """What was taken, in order."""
        return list(self.taken.values())

    def fail(self) -> None:
        """Be down."""
        self.fault = UpstreamUnavailable("records", "status 503")

    async def append_audit_events(self, events: AuditEvents) -> Appended:
        """Take events."""
        if self.fault:
            raise self.fault
        new: dict[tuple[str, str | None], AuditEvent] = {
            (each.operation_id, each.patient_id): each for each in events.events
        }
        appended = len(new.keys() - self.taken.keys())
        self.taken = {**new, **self.taken}
        if self.lost_answers:
            self.lost_answers -= 1
            raise _UNANSWERED
        return Appended(appended=appended)

    async def audit_ready(self) -> None:
        """Say whether events would be taken."""
        self.asked += 1
        if self.fault:
            raise self.fault


@dataclass(slots=True)
class Forgetful(Sink):
    """Takes events, and keeps none: for tests that count what stays."""

    async def append_audit_events(self, events: AuditEvents) -> Appended:
        """Take events."""
        return Appended(appended=len(events.events))


def down() -> Sink:
    """Return a sink that takes nothing."""
    sink = Sink()
    sink.fail()
    return sink


def audit_to(sink: Sink) -> Audit:
    """Return an audit to a sink; what an operation that was cut short leaves waits where nobody looks."""
    spool = Spool(Path(tempfile.gettempdir(), "healthmed-tests-audit"))
    return Audit(sink=lambda: sink, spool=spool, when_down="refuse", clock=lambda: NOON)
