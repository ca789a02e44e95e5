from datetime import date

import pytest

from services.scheduling.models import DateException, WeeklyRule
from services.scheduling.rules.flaws import flaw_of
from tests.services.scheduling.world import availability


def rules(*spans: tuple[str, str]) -> tuple[WeeklyRule, ...]:
    return tuple(WeeklyRule(weekday=0, starts_at=start, ends_at=end) for start, end in spans)


def exceptions(*spans: tuple[str | None, str | None, bool]) -> tuple[DateException, ...]:
    return tuple(
        DateException(date=date(2026, 12, 24), starts_at=start, ends_at=end, available=available)
        for start, end, available in spans
    )


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"rules": ()},
        {"slot_minutes": 10},
        {"slot_minutes": 240},
        {"rules": rules(("00:00", "24:00"))},
        {"rules": rules(("08:00", "12:00"), ("12:00", "13:00"))},
        {"exceptions": exceptions((None, None, False), ("08:00", "09:00", False), ("08:30", "10:00", False))},
        {"exceptions": exceptions(("08:00", "09:00", True), ("09:00", "24:00", True))},
    ],
)
def test_these_hours_are_valid(changes: dict[str, object]) -> None:
    assert flaw_of(availability(**changes)) is None


@pytest.mark.parametrize(
    ("changes", "flaw"),
    [
        ({"time_zone": "America/Atlantis"}, "time zone"),
        ({"time_zone": "../etc/passwd"}, "time zone"),
        ({"time_zone": ""}, "time zone"),
        ({"slot_minutes": 5}, "slot lasts"),
        ({"slot_minutes": 245}, "slot lasts"),
        ({"slot_minutes": 52}, "slot lasts"),
        ({"slot_minutes": -50}, "slot lasts"),
        ({"rules": (WeeklyRule(weekday=7, starts_at="08:00", ends_at="12:00"),)}, "weekday"),
        ({"rules": (WeeklyRule(weekday=-1, starts_at="08:00", ends_at="12:00"),)}, "weekday"),
        ({"rules": rules(("8:00", "12:00"))}, "HH:MM"),
        ({"rules": rules(("08:03", "12:00"))}, "steps of 5"),
        ({"rules": rules(("24:00", "24:00"))}, "HH:MM"),
        ({"rules": rules(("08:00", "24:05"))}, "HH:MM"),
        ({"rules": rules(("08:00\n", "12:00"))}, "HH:MM"),
        ({"rules": rules(("08:00", "\u0661\u0662:00"))}, "HH:MM"),
        ({"rules": rules(("12:00", "08:00"))}, "end after"),
        ({"rules": rules(("08:00", "08:00"))}, "end after"),
        ({"rules": rules(("10:00", "11:00"), ("08:00", "10:05"))}, "rules of one weekday overlap"),
        ({"rules": rules(("08:00", "18:00"), ("09:00", "10:00"), ("12:00", "13:00"))}, "rules of one weekday overlap"),
        ({"exceptions": exceptions(("08:00", None, False))}, "both a start and an end"),
        ({"exceptions": exceptions((None, "08:00", True))}, "both a start and an end"),
        ({"exceptions": exceptions((None, None, True))}, "has hours"),
        ({"exceptions": exceptions(("09:00", "08:00", False))}, "end after"),
        ({"exceptions": exceptions(("08:00", "10:00", True), ("09:00", "11:00", True))}, "exceptions of one date"),
    ],
)
def test_these_hours_are_flawed(changes: dict[str, object], flaw: str) -> None:
    assert flaw in str(flaw_of(availability(**changes)))
