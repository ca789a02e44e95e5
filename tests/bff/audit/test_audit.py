import asyncio
from pathlib import Path

import anyio
import pytest

from bff.asking import Asker
from bff.audit.audit import Audit, Audited, Pace, WhenDown
from bff.audit.spool import Spool
from bff.refusals import Refused
from clients.errors import UpstreamForbidden, UpstreamInvalid
from clients.records.audit import AuditKind
from schema.common.principals import Principal
from tests.bff.audit.sinks import NOON, Sink

pytestmark = pytest.mark.anyio

ASKER = Asker(principal=Principal(audience="doctor", id="doc_1"), language="en", address="", request_id="ab" * 16)
FAST = Pace(idle_seconds=0.01, retry_seconds=0.01)


@pytest.fixture
def sink() -> Sink:
    return Sink()


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool")


class Time:
    """A monotonic clock that stands still until it is moved."""

    seconds = 100.0

    def __call__(self) -> float:
        """Say what time it is."""
        return self.seconds


@pytest.fixture
def time() -> Time:
    return Time()


def audit_over(sink: Sink, spool: Spool, when_down: WhenDown = "queue", time: Time | None = None) -> Audit:
    return Audit(
        sink=lambda: sink, spool=spool, when_down=when_down, clock=lambda: NOON, pace=FAST, monotonic=time or Time()
    )


@pytest.fixture
def audit(sink: Sink, spool: Spool, time: Time) -> Audit:
    return audit_over(sink, spool, time=time)


def operation(audit: Audit, kind: AuditKind = AuditKind.QUERY, patients: int = 1) -> Audited:
    recorder = audit.recorder(ASKER)
    for number in range(patients):
        recorder.touched([f"pat_{number}"], "Patient.name")
    writes = kind is AuditKind.MUTATION
    return Audited(recorder=recorder, kind=kind, name=None, root_fields=(), writes=writes)


async def emptied(spool: Spool) -> None:
    """Wait until nothing waits."""
    with anyio.fail_after(5):
        while True:
            if not list(spool.waiting()):
                return
            await anyio.sleep(0.01)


async def test_events_are_taken_before_the_operation_ends(audit: Audit, sink: Sink) -> None:
    async with audit.of(operation(audit, patients=250)):
        assert sink.events == []

    assert len(sink.events) == 250


async def test_an_operation_without_patients_asks_nothing(audit: Audit, sink: Sink) -> None:
    async with audit.of(operation(audit, patients=0)):
        pass

    assert (sink.events, sink.asked) == ([], 0)


async def test_a_write_is_refused_while_the_sink_is_down(audit: Audit, sink: Sink) -> None:
    sink.fail()

    with pytest.raises(Refused) as refused:
        async with audit.of(operation(audit, AuditKind.MUTATION)):
            pytest.fail("nothing runs")

    assert (refused.value.status, refused.value.code) == (503, "UPSTREAM_UNAVAILABLE")


async def test_a_read_is_served_while_the_sink_is_down_and_its_event_waits(
    audit: Audit, sink: Sink, spool: Spool
) -> None:
    sink.fail()

    async with audit.of(operation(audit)):
        pass

    [waiting] = spool.waiting()
    kept = spool.read(waiting)
    assert kept is not None
    assert [each.patient_id for each in kept.events] == ["pat_0"]


async def test_a_read_is_refused_while_the_sink_is_down_where_it_is_so_set(sink: Sink, spool: Spool) -> None:
    audit = audit_over(sink, spool, "refuse")
    sink.fail()

    with pytest.raises(Refused):
        async with audit.of(operation(audit)):
            pass

    assert list(spool.waiting()) == []


@pytest.mark.parametrize("when_down", ["queue", "refuse"])
async def test_a_write_that_is_done_loses_no_event(sink: Sink, spool: Spool, when_down: WhenDown) -> None:
    audit = audit_over(sink, spool, when_down)

    async with audit.of(operation(audit, AuditKind.MUTATION)):
        sink.fail()

    assert len(list(spool.waiting())) == 1


@pytest.mark.parametrize("fault", [UpstreamForbidden("records", "FORBIDDEN"), UpstreamInvalid("records", "INVALID")])
async def test_a_sink_that_refuses_is_as_good_as_down(
    audit: Audit, sink: Sink, spool: Spool, fault: UpstreamForbidden
) -> None:
    sink.fault = fault

    async with audit.of(operation(audit)):
        pass

    assert len(list(spool.waiting())) == 1


async def test_a_read_is_refused_where_the_disk_fails_too(sink: Sink, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    audit = audit_over(sink, Spool(tmp_path / "file"))
    sink.fail()

    with pytest.raises(Refused):
        async with audit.of(operation(audit)):
            pass


async def test_a_write_that_is_done_is_not_denied_to_have_been_where_the_disk_fails_too(
    sink: Sink, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    audit = audit_over(sink, Spool(tmp_path / "file"))

    async with audit.of(operation(audit, AuditKind.MUTATION)):
        sink.fail()

    assert [record.message for record in caplog.records if record.levelname == "CRITICAL"] == [
        "1 events are lost: FileExistsError"
    ]


async def test_what_waits_is_delivered_once_the_sink_is_back(audit: Audit, sink: Sink, spool: Spool) -> None:
    sink.fail()
    for _ in range(3):
        async with audit.of(operation(audit)):
            pass
    assert len(list(spool.waiting())) == 3

    async with audit:
        await anyio.sleep(0.05)
        assert sink.events == []
        sink.fault = None
        await emptied(spool)
    assert len(sink.events) == 3


async def test_what_another_process_left_is_delivered(sink: Sink, spool: Spool) -> None:
    dead = audit_over(sink, spool)
    sink.fail()
    async with dead.of(operation(dead)):
        pass
    sink.fault = None

    async with audit_over(sink, spool):
        await emptied(spool)
    assert len(sink.events) == 1


async def test_a_lost_acknowledgement_makes_no_second_event(audit: Audit, sink: Sink, spool: Spool) -> None:
    sink.lost_answers = 1
    async with audit.of(operation(audit)):
        pass

    async with audit:
        await emptied(spool)
    assert len(sink.events) == 1


async def test_a_batch_that_is_never_taken_holds_up_no_other(
    audit: Audit, sink: Sink, spool: Spool, tmp_path: Path
) -> None:
    sink.fault = UpstreamInvalid("records", "INVALID_REQUEST")
    async with audit.of(operation(audit)):
        pass

    async with audit:
        await emptied(spool)
    assert len(list((tmp_path / "spool" / "refused").iterdir())) == 1


async def test_a_client_that_leaves_does_not_take_the_events_along(audit: Audit, spool: Spool) -> None:
    """What was read before was read, and a write may have been done."""
    begun = asyncio.Event()

    async def run() -> None:
        async with audit.of(operation(audit)):
            begun.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(run())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert len(list(spool.waiting())) == 1


async def test_the_sink_is_not_asked_again_within_a_second(audit: Audit, sink: Sink, time: Time) -> None:
    await audit.ready_for_write()
    await audit.ready_for_write()
    assert sink.asked == 1

    time.seconds += 1
    await audit.ready_for_write()
    assert sink.asked == 2


async def test_a_failure_is_known_at_once(audit: Audit, sink: Sink) -> None:
    await audit.ready_for_write()
    sink.fail()
    async with audit.of(operation(audit)):
        pass

    with pytest.raises(Refused):
        await audit.ready_for_write()
