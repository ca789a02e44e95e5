from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sandbox.google.moments import milliseconds
from sandbox.google.resource import shown
from sandbox.google.seed import SeededEvent, seed_events
from sandbox.google.store import EventStore

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
CALENDAR = "ana@clinic.example"


def event(n: int, appointment_id: str | None = None) -> SeededEvent:
    starts_at = NOON + timedelta(hours=n)
    return SeededEvent(
        calendar_id=CALENDAR,
        event_id=f"seed{n:05}",
        summary="HealthMed: consulta online",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=50),
        time_zone="America/Sao_Paulo",
        appointment_id=appointment_id,
    )


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "google.sqlite"


def seen(state: Path) -> Iterator[dict[str, Any]]:
    store = EventStore(state)
    for stored in store.between(CALENDAR, 0, 2**62):
        yield shown(stored, milliseconds(NOON - timedelta(days=6)))
    store.close()


def test_an_appointment_is_seeded_with_its_link(state: Path) -> None:
    meeting, errand = event(0, "apt_1"), event(1)
    seed_events(state, [meeting, errand])
    first, second = seen(state)
    assert first["hangoutLink"] == meeting.link
    assert first["start"] == {"dateTime": "2026-11-24T09:00:00-03:00", "timeZone": "America/Sao_Paulo"}
    assert first["extendedProperties"]["private"] == {"appointmentId": "apt_1"}
    assert "hangoutLink" not in second


def test_thousands_are_seeded_once(state: Path) -> None:
    """A second seeding, with more, leaves the first ones alone."""
    seed_events(state, (event(n) for n in range(5000)))
    seed_events(state, (event(n, "apt_9") for n in range(5001)))
    assert [each["id"] for each in seen(state) if "conferenceData" in each] == ["seed05000"]
