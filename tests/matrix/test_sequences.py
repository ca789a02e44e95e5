"""No sequence of sharing, expiring, revoking, booking and cancelling opens what a plain reading of the story denies."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Final

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from clients.records import models as shown
from services.common.callers import Caller
from services.scheduling.routes.care import CARE
from services.scheduling.rules.transitions import Action, as_of, takes_part
from tests.matrix.people import CALLERS, DOCTORS, OWNERS, PATIENTS, RECORDS, Services, allows

callers: Final = st.sampled_from(CALLERS)
records: Final = st.sampled_from(RECORDS)
doctors: Final = st.sampled_from(DOCTORS)
# Around the ends of shares and of appointments, which last from minutes to a year.
spans: Final = st.sampled_from(
    [timedelta(seconds=-1), timedelta(0), timedelta(seconds=1), timedelta(hours=1), timedelta(days=366)]
)


@dataclass(frozen=True, slots=True)
class Told:
    """What happened, as a witness would write it down: no rule of the services is used to tell it."""

    kind: str
    at: datetime
    record_id: str = ""
    doctor_id: str = ""
    until: datetime | None = None


class _Sharing(RuleBasedStateMachine):
    """The services' rules and the BFF's policies beside a story that is read from its beginning each time."""

    story: list[Told]

    def __init__(self) -> None:
        super().__init__()
        self.services = Services()
        self.story = []
        self.answers: list[tuple[Caller, shown.MedicalRecord]] = []

    @rule(span=spans.filter(lambda span: span > timedelta(0)))
    def time_passes(self, span: timedelta) -> None:
        self.services.now += span

    @rule(record_id=records)
    def a_file_arrives(self, record_id: str) -> None:
        self.services.arrive(record_id)
        self.story.append(Told("arrived", self.services.now, record_id))

    @rule(caller=callers, record_id=records, doctor_id=doctors, lasting=spans)
    def somebody_shares(self, caller: Caller, record_id: str, doctor_id: str, lasting: timedelta) -> None:
        until = self.services.now + lasting
        done = self.services.share(caller, record_id, doctor_id, until)
        assert done == (caller.actor == OWNERS[record_id] and timedelta(0) < lasting < timedelta(days=366))
        if done:
            self.story.append(Told("shared", self.services.now, record_id, doctor_id, until))

    @rule(caller=callers, record_id=records, doctor_id=doctors)
    def somebody_revokes(self, caller: Caller, record_id: str, doctor_id: str) -> None:
        was_open = self.is_shared(record_id, doctor_id)
        done = self.services.revoke(caller, record_id, doctor_id)
        assert done == (caller.actor == OWNERS[record_id] and was_open)
        if done:
            self.story.append(Told("revoked", self.services.now, record_id, doctor_id))

    @rule(patient_id=st.sampled_from(PATIENTS), doctor_id=doctors, record_id=records)
    def a_booking_shares_nothing(self, patient_id: str, doctor_id: str, record_id: str) -> None:
        """Neither it nor its cancellation: what a doctor may read is shared, whatever the appointment became."""
        before = self.services.read(Caller(doctor_id, "doctor"), record_id)
        number = len(self.services.appointments)
        self.services.book(patient_id, doctor_id, self.services.now + timedelta(hours=1))
        self.services.act(Caller(doctor_id, "doctor"), number, Action.CONFIRM)
        self.services.act(Caller(patient_id, "patient"), number, Action.CANCEL)
        assert self.services.read(Caller(doctor_id, "doctor"), record_id) == before

    def is_shared(self, record_id: str, doctor_id: str) -> bool:
        """Read the story: the last that was said between the two is a share whose end is not reached."""
        said = [each for each in self.story if (each.record_id, each.doctor_id) == (record_id, doctor_id)]
        return bool(said) and said[-1].until is not None and self.services.now < said[-1].until

    def may_read(self, caller: Caller, record_id: str) -> bool:
        """Read the story: the own always, another's while it is shared with the reader and its file is there."""
        arrived = any(each.kind == "arrived" and each.record_id == record_id for each in self.story)
        return caller.actor == OWNERS[record_id] or (arrived and self.is_shared(record_id, caller.actor))

    @invariant()
    def everybody_reads_what_the_story_opens(self) -> None:
        for caller in CALLERS:
            for record_id in RECORDS:
                answer = self.services.read(caller, record_id)
                assert (answer is not None) == self.may_read(caller, record_id)
                if answer is not None:
                    assert allows(caller, answer, self.services.now)
                    self.answers = [*self.answers[-20:], (caller, answer)]

    @invariant()
    def an_answer_that_went_to_the_wrong_reader_or_came_too_late_is_not_shown(self) -> None:
        for asked, answer in self.answers:
            for caller in CALLERS:
                if allows(caller, answer, self.services.now):
                    assert caller == asked or caller.actor == OWNERS[answer.id]
                    ends = [each.until for each in self.story if each.doctor_id == caller.actor and each.until]
                    assert caller.pool == "patient" or any(self.services.now < end for end in ends)


class _Caring(RuleBasedStateMachine):
    """Appointments: who sees them, and of whom a doctor may say that it is a patient of the doctor's."""

    ends: ClassVar[dict[Action, str]] = {
        Action.CONFIRM: "CONFIRMED",
        Action.DECLINE: "DECLINED",
        Action.CANCEL: "CANCELLED",
        Action.COMPLETE: "COMPLETED",
    }

    def __init__(self) -> None:
        super().__init__()
        self.services = Services()
        self.said: list[list[str]] = []

    @rule(span=st.sampled_from([timedelta(minutes=30), timedelta(hours=2)]))
    def time_passes(self, span: timedelta) -> None:
        self.services.now += span

    @rule(patient_id=st.sampled_from(PATIENTS), doctor_id=doctors)
    def a_patient_books(self, patient_id: str, doctor_id: str) -> None:
        self.services.book(patient_id, doctor_id, self.services.now + timedelta(hours=1))
        self.said.append([])

    @precondition(lambda self: self.services.appointments)
    @rule(caller=callers, action=st.sampled_from(Action), chosen=st.integers(min_value=0))
    def somebody_acts(self, caller: Caller, action: Action, chosen: int) -> None:
        number = chosen % len(self.services.appointments)
        appointment = self.services.appointments[number]
        became = self.services.act(caller, number, action)
        if caller.actor not in {appointment.patient_id, appointment.doctor_id}:
            assert became == "NOT_FOUND"
            assert self.services.appointments[number] == appointment
        elif self.services.appointments[number] != appointment:
            assert became == self.ends[action]
            self.said[number].append(became)

    @invariant()
    def an_appointment_is_seen_by_its_two_people_alone(self) -> None:
        for appointment in self.services.appointments:
            two = {appointment.patient_id, appointment.doctor_id}
            assert {each.actor for each in CALLERS if takes_part(appointment, each)} == two

    @invariant()
    def a_doctor_has_those_patients_whose_request_was_not_turned_down_or_left_unanswered(self) -> None:
        now = self.services.now
        for number, appointment in enumerate(self.services.appointments):
            answered = self.said[number]
            cares = answered != ["DECLINED"] and (bool(answered) or now < appointment.starts_at)
            assert (as_of(appointment, now).status in CARE) == cares


TestSharing = _Sharing.TestCase
TestCaring = _Caring.TestCase
TestSharing.settings = TestCaring.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
