from pathlib import Path

import pytest

from bff.audit.spool import Spool
from clients.ids import PatientId
from clients.records.audit import AuditDecision, AuditEvent, AuditEvents, AuditKind, AuditPool
from tests.bff.audit.sinks import NOON


def batch(patient: str = "pat_1") -> AuditEvents:
    return AuditEvents(
        events=(
            AuditEvent(
                operation_id="ab" * 16,
                request_id="cd" * 16,
                actor="doc_1",
                pool=AuditPool.DOCTOR,
                roles=(),
                patient_id=PatientId(patient),
                operation="Read",
                kind=AuditKind.QUERY,
                fields=("Patient.name",),
                denied_fields=(),
                decision=AuditDecision.ALLOWED,
                at=NOON,
            ),
        )
    )


def test_batches_wait_in_order_for_whoever_comes_next(tmp_path: Path) -> None:
    before = Spool(tmp_path / "spool")
    for patient in ("pat_1", "pat_2", "pat_3"):
        before.add(batch(patient))

    after = Spool(tmp_path / "spool")
    assert [after.read(each) for each in after.waiting()] == [batch("pat_1"), batch("pat_2"), batch("pat_3")]


def test_what_was_delivered_waits_no_more(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.add(batch())
    [waiting] = spool.waiting()

    spool.remove(waiting)
    spool.remove(waiting)

    assert list(spool.waiting()) == []
    assert spool.read(waiting) is None


def test_nothing_waits_where_there_is_no_folder(tmp_path: Path) -> None:
    assert list(Spool(tmp_path / "none").waiting()) == []
    assert not (tmp_path / "none").exists()


def test_what_was_not_written_to_its_end_is_no_batch(tmp_path: Path) -> None:
    (tmp_path / "000000000001-ab.part").write_bytes(b'{"events": [')

    assert list(Spool(tmp_path).waiting()) == []


def test_what_nobody_can_read_is_put_aside(tmp_path: Path) -> None:
    (tmp_path / "000000000001-ab.json").write_bytes(b'{"events": [')
    spool = Spool(tmp_path)
    [waiting] = spool.waiting()

    assert spool.read(waiting) is None
    assert list(spool.waiting()) == []
    assert (tmp_path / "refused" / waiting.name).exists()


def test_a_batch_is_on_the_disk_before_it_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    rename = Path.rename

    def named(path: Path, target: Path) -> Path:
        order.append("name")
        return rename(path, target)

    monkeypatch.setattr("os.fsync", lambda _: order.append("sync"))
    monkeypatch.setattr(Path, "rename", named)

    Spool(tmp_path).add(batch())

    assert order == ["sync", "name", "sync"]


def test_no_disk_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(OSError, match="file"):
        Spool(tmp_path / "file").add(batch())
