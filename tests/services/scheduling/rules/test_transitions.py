"""The life of an appointment: every action from every status by everybody."""

from datetime import timedelta
from itertools import product

import pytest

from services.common.callers import Caller
from services.common.wire import Problem
from services.scheduling.models import (
    Appointment,
    AppointmentStatus,
    Cancellation,
    HistoryEntry,
    Meeting,
    MeetingStatus,
    Party,
)
from services.scheduling.rules.transitions import Action, as_of, transition, with_meeting
from tests.services.scheduling.world import FIRST, appointment
from tests.services.tokens import (
    ADMIN,
    ANONYMOUS_DOCTOR,
    DOCTOR,
    EVENTS,
    NOBODY,
    OTHER_DOCTOR,
    OTHER_PATIENT,
    PATIENT,
    Person,
)

REQUESTED, CONFIRMED = AppointmentStatus.REQUESTED, AppointmentStatus.CONFIRMED
READY = Meeting(status=MeetingStatus.READY, url="https://meet.example.com/abc", event_id="evt1")
# Whoever, from wherever, is not here may not.
ALLOWED = {
    (Action.CONFIRM, REQUESTED, DOCTOR): AppointmentStatus.CONFIRMED,
    (Action.DECLINE, REQUESTED, DOCTOR): AppointmentStatus.DECLINED,
    (Action.COMPLETE, CONFIRMED, DOCTOR): AppointmentStatus.COMPLETED,
    (Action.CANCEL, REQUESTED, DOCTOR): AppointmentStatus.CANCELLED,
    (Action.CANCEL, REQUESTED, PATIENT): AppointmentStatus.CANCELLED,
    (Action.CANCEL, CONFIRMED, DOCTOR): AppointmentStatus.CANCELLED,
    (Action.CANCEL, CONFIRMED, PATIENT): AppointmentStatus.CANCELLED,
}
STRANGERS = (NOBODY, ANONYMOUS_DOCTOR, OTHER_PATIENT, OTHER_DOCTOR, ADMIN, EVENTS)


def caller(person: Person) -> Caller:
    return Caller(person.actor, person.pool, frozenset(person.roles))


def acted(before: Appointment, action: Action, person: Person, words: str = "Because.") -> Appointment | Problem:
    """Act just after the start, so that time is in nobody's way."""
    return transition(before, action, caller(person), FIRST, words)


@pytest.mark.parametrize(("action", "status"), list(product(Action, AppointmentStatus)))
@pytest.mark.parametrize("person", [PATIENT, DOCTOR], ids=lambda each: each.pool)
def test_the_table_says_all_that_is_allowed(action: Action, status: AppointmentStatus, person: Person) -> None:
    before = appointment(status=status)
    after = acted(before, action, person)
    target = ALLOWED.get((action, status, person))
    if target is None:
        assert isinstance(after, Problem)
        belongs_to_pool = any(key[0] is action and key[2] == person for key in ALLOWED)
        assert after.code == ("INVALID_TRANSITION" if belongs_to_pool else "NOT_FOUND")
    else:
        assert isinstance(after, Appointment)
        assert (after.status, after.version) == (target, before.version + 1)
        entry = HistoryEntry(status=target, at=FIRST, by=person.actor, pool=person.pool)
        assert after.history == (*before.history, entry)


@pytest.mark.parametrize(("action", "person"), list(product(Action, STRANGERS)))
def test_who_takes_no_part_finds_nothing(action: Action, person: Person) -> None:
    for status in (REQUESTED, CONFIRMED):
        after = acted(appointment(status=status), action, person)
        assert isinstance(after, Problem)
        assert (after.status, after.code) == (404, "NOT_FOUND")


def test_an_anonymous_caller_takes_no_part_even_in_an_appointment_of_that_id() -> None:
    after = acted(appointment(patient_id=NOBODY.actor), Action.CANCEL, NOBODY)
    assert isinstance(after, Problem)
    assert after.code == "NOT_FOUND"


@pytest.mark.parametrize("action", [Action.DECLINE, Action.CANCEL])
def test_words_are_needed_where_somebody_is_let_down(action: Action) -> None:
    after = acted(appointment(), action, DOCTOR, " \n")
    assert isinstance(after, Problem)
    assert after.code == "JUSTIFICATION_REQUIRED"


def test_an_action_leaves_its_traces() -> None:
    declined = acted(appointment(), Action.DECLINE, DOCTOR, " On leave. ")
    cancelled = acted(appointment(), Action.CANCEL, PATIENT, "Ill.")
    confirmed = acted(appointment(), Action.CONFIRM, DOCTOR)
    assert isinstance(declined, Appointment)
    assert isinstance(cancelled, Appointment)
    assert isinstance(confirmed, Appointment)
    assert declined.decline_reason == "On leave."
    assert cancelled.cancellation == Cancellation(by=Party.PATIENT, justification="Ill.", at=FIRST)
    assert confirmed.meeting == Meeting(status=MeetingStatus.PENDING, url=None, event_id=None)


def test_nothing_is_completed_before_it_starts() -> None:
    confirmed = appointment(status=CONFIRMED)
    early = transition(confirmed, Action.COMPLETE, caller(DOCTOR), FIRST - timedelta(microseconds=1))
    assert isinstance(early, Problem)
    assert early.code == "TOO_EARLY"
    assert isinstance(transition(confirmed, Action.COMPLETE, caller(DOCTOR), FIRST), Appointment)


@pytest.mark.parametrize("status", AppointmentStatus)
def test_only_a_request_expires_and_not_before_its_start(status: AppointmentStatus) -> None:
    before = appointment(status=status)
    assert as_of(before, FIRST - timedelta(microseconds=1)) is before
    after = as_of(before, FIRST)
    if status is REQUESTED:
        assert (after.status, after.version) == (AppointmentStatus.EXPIRED, before.version)
        assert after.history[-1].at == FIRST
        assert as_of(after, FIRST + timedelta(days=1)) is after
    else:
        assert after is before


def test_a_meeting_belongs_to_what_was_confirmed_and_is_kept_once() -> None:
    refused = with_meeting(appointment(), READY)
    assert isinstance(refused, Problem)
    assert refused.code == "INVALID_TRANSITION"
    confirmed = acted(appointment(), Action.CONFIRM, DOCTOR)
    assert isinstance(confirmed, Appointment)
    ready = with_meeting(confirmed, READY)
    assert isinstance(ready, Appointment)
    assert (ready.meeting, ready.version, ready.history) == (READY, 3, confirmed.history)
    assert with_meeting(ready, READY) is ready
