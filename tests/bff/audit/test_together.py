import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from bff.asking import Asker
from bff.audit.recorder import Recorder
from bff.audit.together import Together
from clients.errors import UpstreamInvalid, UpstreamUnavailable
from clients.records.audit import Appended, AuditEvent, AuditEvents, AuditKind
from schema.common.principals import Principal
from tests.bff.audit.sinks import NOON

pytestmark = pytest.mark.anyio

ASKER = Asker(principal=Principal(audience="doctor", id="doc_1"), language="en", address="", request_id="ab" * 16)
REFUSAL = UpstreamInvalid("records", "INVALID_REQUEST")
DOWN = UpstreamUnavailable("records", "status 503")


def events_of(*patients: str) -> Sequence[AuditEvent]:
    recorder = Recorder(ASKER, lambda: NOON)
    recorder.touched(patients, "Patient.name")
    return recorder.events(AuditKind.QUERY, None, ())


@dataclass(slots=True)
class Sink:
    """Notes whose events came in which call; refuses calls with anything of `refused`, and fails with `fault`."""

    calls: list[list[str | None]] = field(default_factory=list)
    called: asyncio.Event = field(default_factory=asyncio.Event)
    refused: str | None = None
    fault: Exception | None = None

    async def append_audit_events(self, events: AuditEvents) -> Appended:
        """Take a call's events, a moment later."""
        patients = [each.patient_id for each in events.events]
        self.calls.append([*patients])
        self.called.set()
        await asyncio.sleep(0)
        if self.fault:
            raise self.fault
        if self.refused in patients:
            raise REFUSAL
        return Appended(appended=len(patients))


async def appended(sink: Sink, *operations: Sequence[AuditEvent]) -> list[object]:
    """Append for some operations at once; return what each is told."""
    together = Together(lambda: sink)
    return await asyncio.gather(*map(together.append, operations), return_exceptions=True)


async def test_operations_that_end_together_share_a_call() -> None:
    sink = Sink()
    assert await appended(sink, events_of("pat_1"), events_of("pat_2", "pat_3")) == [None, None]
    assert sink.calls == [["pat_1", "pat_2", "pat_3"]]


async def test_who_comes_while_a_call_is_under_way_does_not_wait_for_it() -> None:
    sink = Sink()
    together = Together(lambda: sink)
    first = asyncio.ensure_future(together.append(events_of("pat_1")))
    await sink.called.wait()
    await asyncio.gather(first, together.append(events_of("pat_2")))
    assert sink.calls == [["pat_1"], ["pat_2"]]


async def test_no_call_has_more_than_a_hundred_events() -> None:
    sink = Sink()
    many = [events_of(*(f"pat_{n}{i:02}" for i in range(60))) for n in range(3)]
    assert await appended(sink, *many, events_of("pat_9")) == [None] * 4
    assert [len(call) for call in sink.calls] == [60, 60, 61]


async def test_one_operation_that_is_refused_refuses_no_other() -> None:
    sink = Sink(refused="pat_2")
    first, second, third = await appended(sink, events_of("pat_1"), events_of("pat_2"), events_of("pat_3"))
    assert (first, third) == (None, None)
    assert isinstance(second, UpstreamInvalid)


@pytest.mark.parametrize("fault", [DOWN, ZeroDivisionError()], ids=["down", "our own"])
async def test_all_are_told_of_a_failure(fault: Exception) -> None:
    assert await appended(Sink(fault=fault), events_of("pat_1"), events_of("pat_2")) == [fault, fault]


async def test_who_leaves_takes_nobody_along() -> None:
    sink = Sink()
    together = Together(lambda: sink)
    leaving, staying = (asyncio.ensure_future(together.append(events_of(each))) for each in ("pat_1", "pat_2"))
    await asyncio.sleep(0)
    leaving.cancel()
    await staying
    assert leaving.cancelled()
    assert sink.calls == [["pat_1", "pat_2"]]
