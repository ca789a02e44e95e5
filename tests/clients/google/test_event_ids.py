import re

from clients.google.event_ids import event_id_of
from clients.ids import AppointmentId


def test_an_id_is_of_googles_alphabet_and_repeatable() -> None:
    first = event_id_of(AppointmentId("apt_1"), 1)
    assert re.fullmatch(r"[a-v0-9]{52}", first)
    assert first == event_id_of(AppointmentId("apt_1"), 1)


def test_another_attempt_or_appointment_has_another_id() -> None:
    ids = {event_id_of(AppointmentId(f"apt_{n}"), attempt) for n in range(20) for attempt in range(20)}
    assert len(ids) == 400
