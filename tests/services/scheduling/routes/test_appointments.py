from datetime import timedelta

import pytest

from tests.services.scheduling.world import FIRST, HOURS, NOW, SECOND, World, code_of, registration
from tests.services.tokens import (
    ADMIN,
    ANONYMOUS_DOCTOR,
    DOCTOR,
    EVENTS,
    NOBODY,
    OTHER_DOCTOR,
    OTHER_PATIENT,
    PATIENT,
    RECORDS,
    WITHOUT_ROLE,
    Person,
)

pytestmark = pytest.mark.anyio


async def test_a_patient_books_a_slot(world: World) -> None:
    await world.open_practice()
    appointment = await world.booked()
    assert appointment == appointment | {
        "patientId": PATIENT.actor,
        "doctorId": DOCTOR.actor,
        "status": "REQUESTED",
        "startsAt": "2026-11-25T11:00:00Z",
        "endsAt": "2026-11-25T11:50:00Z",
        "timeZone": "America/Sao_Paulo",
        "priceCents": 25_000,
        "currency": "BRL",
        "reason": "A check-up.",
        "createdAt": "2026-11-24T12:00:00Z",
        "version": 1,
        "telemedicineConsentAt": "2026-11-24T12:00:00Z",
        "cancellation": None,
        "declineReason": None,
        "meeting": None,
        "history": [{"status": "REQUESTED", "at": "2026-11-24T12:00:00Z", "by": PATIENT.actor, "pool": "patient"}],
    }


@pytest.mark.parametrize(
    "caller", [NOBODY, DOCTOR, ANONYMOUS_DOCTOR, ADMIN, EVENTS, RECORDS], ids=lambda each: each.actor
)
async def test_only_a_known_patient_books(world: World, caller: Person) -> None:
    await world.open_practice()
    assert code_of(await world.book(caller)) == (403, "FORBIDDEN")


async def test_a_booking_needs_consent(world: World) -> None:
    await world.open_practice()
    assert code_of(await world.book(telemedicineConsent=False)) == (422, "CONSENT_REQUIRED")


@pytest.mark.parametrize(
    "starts_at",
    [
        FIRST + timedelta(minutes=5),
        FIRST + timedelta(seconds=1),
        FIRST - timedelta(minutes=50),
        FIRST + timedelta(days=3),
        NOW - timedelta(minutes=60),
        NOW + timedelta(days=400),
    ],
    ids=["off the grid", "seconds off", "before hours", "on a Saturday", "in the past", "beyond the horizon"],
)
async def test_what_is_not_offered_cannot_be_booked(world: World, starts_at: object) -> None:
    await world.open_practice()
    assert code_of(await world.book(startsAt=str(starts_at))) == (422, "SLOT_UNAVAILABLE")


async def test_an_unknown_a_suspended_and_an_idle_doctor_are_alike(world: World) -> None:
    await world.open_practice()
    await world.open_practice(OTHER_DOCTOR, status="SUSPENDED")
    idle, unknown = Person("doc_idle", "doctor"), Person("doc_unknown", "doctor")
    await world.put("/doctors/doc_idle", EVENTS, registration().model_dump(mode="json"))
    await world.put("/doctors/doc_unknown/availability", unknown, HOURS)
    assert code_of(await world.book(doctor=unknown)) == (422, "SLOT_UNAVAILABLE")
    assert code_of(await world.book(doctor=OTHER_DOCTOR)) == (422, "SLOT_UNAVAILABLE")
    assert code_of(await world.book(doctor=idle)) == (422, "SLOT_UNAVAILABLE")
    assert (await world.book(doctor=OTHER_DOCTOR)).content == (await world.book(doctor=idle)).content


async def test_a_doctor_has_one_patient_at_a_time_and_a_patient_one_doctor(world: World) -> None:
    """Requests count: nobody has confirmed anything here."""
    await world.open_practice()
    await world.open_practice(OTHER_DOCTOR)
    await world.booked()
    assert code_of(await world.book(OTHER_PATIENT)) == (409, "SLOT_TAKEN")
    assert code_of(await world.book(doctor=OTHER_DOCTOR)) == (409, "SLOT_TAKEN")
    assert (await world.book(OTHER_PATIENT, doctor=OTHER_DOCTOR)).status_code == 201


async def test_a_decline_and_a_cancellation_give_the_time_back(world: World) -> None:
    await world.open_practice()
    for action, caller in (("decline", DOCTOR), ("cancel", PATIENT), ("cancel", DOCTOR)):
        appointment = (await world.book(idempotencyKey=f"{action} {caller}")).json()
        assert (await world.act(action, caller, appointment)).status_code == 200
    assert (await world.book(OTHER_PATIENT)).status_code == 201


async def test_a_doctor_confirms_then_completes_once_it_has_started(world: World) -> None:
    await world.open_practice()
    requested = await world.booked()
    confirmed = (await world.act("confirm", DOCTOR, requested)).json()
    assert (confirmed["status"], confirmed["version"]) == ("CONFIRMED", 2)
    assert confirmed["meeting"] == {"status": "PENDING", "url": None, "eventId": None}
    assert code_of(await world.act("complete", DOCTOR, requested)) == (409, "TOO_EARLY")
    world.clock.now = FIRST
    completed = (await world.act("complete", DOCTOR, requested)).json()
    assert completed["history"] == [
        {"status": "REQUESTED", "at": "2026-11-24T12:00:00Z", "by": PATIENT.actor, "pool": "patient"},
        {"status": "CONFIRMED", "at": "2026-11-24T12:00:00Z", "by": DOCTOR.actor, "pool": "doctor"},
        {"status": "COMPLETED", "at": "2026-11-25T11:00:00Z", "by": DOCTOR.actor, "pool": "doctor"},
    ]


async def test_each_step_tells_of_itself_in_order(world: World) -> None:
    """An event has ids, times and cents: neither the reason nor a justification."""
    await world.open_practice()
    appointment = await world.booked()
    await world.act("confirm", DOCTOR, appointment)
    await world.act("cancel", PATIENT, appointment)
    events = await world.events()
    assert [(event.type, event.entity, event.version) for event in events] == [
        ("appointment.requested", appointment["id"], 1),
        ("appointment.confirmed", appointment["id"], 2),
        ("appointment.cancelled", appointment["id"], 3),
    ]
    expected = {
        "appointmentId": appointment["id"],
        "patientId": PATIENT.actor,
        "doctorId": DOCTOR.actor,
        "startsAt": "2026-11-25T11:00:00Z",
        "endsAt": "2026-11-25T11:50:00Z",
        "priceCents": 25_000,
        "currency": "BRL",
    }
    assert [event.data for event in events] == [expected] * 3


@pytest.mark.parametrize("action", ["confirm", "decline", "complete", "cancel"])
async def test_another_ones_appointment_is_as_absent(world: World, action: str) -> None:
    """Neither another doctor nor another patient can tell it from one that does not exist."""
    await world.open_practice()
    appointment = await world.booked()
    strangers = [OTHER_DOCTOR, OTHER_PATIENT] if action == "cancel" else [OTHER_DOCTOR]
    for stranger in strangers:
        theirs = await world.act(action, stranger, appointment)
        absent = await world.act(action, stranger, {"id": "apt_none"})
        assert code_of(theirs) == (404, "NOT_FOUND")
        assert theirs.content == absent.content
        # The BFF's audit alone is told whose it is.
        assert theirs.headers["x-access"] == f"DENIED {PATIENT.actor} {appointment['id']}"
        assert "x-access" not in absent.headers
    assert (await world.get("/appointments", PATIENT, ids=appointment["id"])).json() == [appointment]


@pytest.mark.parametrize("caller", [PATIENT, ADMIN, EVENTS, RECORDS], ids=lambda each: each.actor)
@pytest.mark.parametrize("action", ["confirm", "decline", "complete"])
async def test_only_doctors_answer_requests(world: World, action: str, caller: Person) -> None:
    assert code_of(await world.act(action, caller, {"id": "apt_none"})) == (403, "FORBIDDEN")


@pytest.mark.parametrize("caller", [ADMIN, EVENTS], ids=lambda each: each.actor)
async def test_only_patients_and_doctors_cancel(world: World, caller: Person) -> None:
    assert code_of(await world.act("cancel", caller, {"id": "apt_none"})) == (403, "FORBIDDEN")


async def test_who_refuses_says_why(world: World) -> None:
    await world.open_practice()
    path = f"/appointments/{(await world.booked())['id']}"
    assert code_of(await world.post(f"{path}/decline", DOCTOR, {"reason": " "})) == (422, "JUSTIFICATION_REQUIRED")
    assert code_of(await world.post(f"{path}/cancel", PATIENT, {"justification": ""})) == (
        422,
        "JUSTIFICATION_REQUIRED",
    )


async def test_a_second_confirmation_names_the_status(world: World) -> None:
    await world.open_practice()
    appointment = await world.booked()
    await world.act("confirm", DOCTOR, appointment)
    again = await world.act("confirm", DOCTOR, appointment)
    assert code_of(again) == (409, "INVALID_TRANSITION")
    assert "CONFIRMED" in again.json()["detail"]


async def test_people_read_their_own_appointments_the_erp_and_services_all(world: World) -> None:
    await world.open_practice()
    mine = await world.booked()
    other = await world.booked(OTHER_PATIENT, SECOND)
    ids = f"{mine['id']},{other['id']},apt_none"

    async def seen_by(caller: Person) -> set[str]:
        return {each["id"] for each in (await world.get("/appointments", caller, ids=ids)).json()}

    assert await seen_by(PATIENT) == {mine["id"]}
    assert await seen_by(OTHER_PATIENT) == {other["id"]}
    for caller in (DOCTOR, ADMIN, RECORDS, EVENTS):
        assert await seen_by(caller) == {mine["id"], other["id"]}
    for caller in (OTHER_DOCTOR, NOBODY, ANONYMOUS_DOCTOR, WITHOUT_ROLE):
        assert await seen_by(caller) == set()


async def test_an_unanswered_request_expires_when_it_would_start(world: World) -> None:
    await world.open_practice()
    appointment = await world.booked()
    world.clock.now = FIRST
    expired = (await world.get("/appointments", PATIENT, ids=appointment["id"])).json()[0]
    assert expired["status"] == "EXPIRED"
    assert expired["history"][-1] == {
        "status": "EXPIRED",
        "at": "2026-11-25T11:00:00Z",
        "by": "scheduling",
        "pool": "service",
    }
    answer = await world.act("confirm", DOCTOR, appointment)
    assert code_of(answer) == (409, "INVALID_TRANSITION")
    assert "EXPIRED" in answer.json()["detail"]


async def test_the_calendar_gives_a_meeting_once(world: World) -> None:
    await world.open_practice()
    appointment = await world.booked()
    path = f"/appointments/{appointment['id']}/meeting"
    meeting = {"eventId": "evt1", "status": "READY", "url": "https://meet.example.com/abc"}
    assert code_of(await world.put(path, EVENTS, meeting)) == (409, "INVALID_TRANSITION")
    await world.act("confirm", DOCTOR, appointment)
    for _ in range(2):
        assert (await world.put(path, EVENTS, meeting)).status_code == 204
    stored = (await world.get("/appointments", PATIENT, ids=appointment["id"])).json()[0]
    assert (stored["meeting"], stored["version"]) == (meeting, 3)
    assert [event.type for event in await world.events()] == ["appointment.requested", "appointment.confirmed"]


@pytest.mark.parametrize("caller", [PATIENT, DOCTOR, ADMIN, RECORDS], ids=lambda each: each.actor)
async def test_only_the_events_worker_gives_meetings(world: World, caller: Person) -> None:
    meeting = {"eventId": "evt1", "status": "READY", "url": "https://meet.example.com/abc"}
    assert code_of(await world.put("/appointments/apt_none/meeting", caller, meeting)) == (403, "FORBIDDEN")
    assert code_of(await world.put("/appointments/apt_none/meeting", EVENTS, meeting)) == (404, "NOT_FOUND")
