import pytest

from tests.services.records.world import ADMIN, NOBODY, Person, World, person

pytestmark = pytest.mark.anyio

APPOINTMENT = "apt_" + "0" * 26
OTHERS = [NOBODY, ADMIN, Person("pat_1", "patient"), Person("anonymous", "doctor")]


def _note(appointment: str = APPOINTMENT, text: str = "Rest and water.", key: str = "k") -> dict[str, object]:
    return {"appointmentId": appointment, "text": text, "idempotencyKey": key}


async def test_a_doctor_writes_on_an_own_appointment_and_reads_it(world: World) -> None:
    doctor, patient = person("doc"), person("pat")
    world.scheduling.book(APPOINTMENT, patient.actor, doctor.actor)

    written = await world.post(doctor, "/notes", _note())
    [read] = (await world.get(doctor, "/notes", appointmentIds=[APPOINTMENT, "apt_unknown"])).json()

    assert written.status_code == 201
    assert written.json() == read
    note_id = read.pop("id")
    assert read.pop("createdAt").endswith("Z")
    assert read == {
        "appointmentId": APPOINTMENT,
        "patientId": patient.actor,
        "doctorId": doctor.actor,
        "text": "Rest and water.",
    }
    [event] = await world.events()
    data = {"appointmentId": APPOINTMENT, "patientId": patient.actor, "doctorId": doctor.actor}
    assert (event.type, event.entity, event.data) == ("note.written", note_id, data)


async def test_a_second_doctor_neither_writes_nor_reads(world: World) -> None:
    """Another's appointment is answered as an absent one is, after the same question to scheduling."""
    doctor, second = person("doc"), person("doc")
    world.scheduling.book(APPOINTMENT, "pat_1", doctor.actor)
    await world.post(doctor, "/notes", _note())
    world.scheduling.calls.clear()

    others = await world.post(second, "/notes", _note())
    others_calls = world.scheduling.calls.copy()
    absent = await world.post(second, "/notes", _note("apt_" + "1" * 26))

    assert others.status_code == absent.status_code == 404
    assert others.content == absent.content
    assert world.scheduling.calls == others_calls * 2
    assert (await world.get(second, "/notes", appointmentIds=[APPOINTMENT])).content == b"[]"


async def test_two_ids_in_one_are_no_appointment(world: World) -> None:
    """Scheduling reads ids between commas."""
    doctor = person("doc")
    world.scheduling.book(APPOINTMENT, "pat_1", doctor.actor)

    answer = await world.post(doctor, "/notes", _note(f"{APPOINTMENT},apt_x"))

    assert answer.status_code == 404


async def test_the_same_key_and_request_write_one_note(world: World) -> None:
    doctor = person("doc")
    world.scheduling.book(APPOINTMENT, "pat_1", doctor.actor)

    first, again = await world.post(doctor, "/notes", _note()), await world.post(doctor, "/notes", _note())
    other = await world.post(doctor, "/notes", _note(text="Something else."))

    assert first.json() == again.json()
    assert (other.status_code, other.json()["code"]) == (409, "IDEMPOTENCY_CONFLICT")
    assert len(await world.events("note.written")) == 1


async def test_notes_are_read_oldest_first(world: World) -> None:
    doctor = person("doc")
    world.scheduling.book(APPOINTMENT, "pat_1", doctor.actor)
    for text in ("one", "two", "three"):
        await world.post(doctor, "/notes", _note(text=text, key=text))

    answer = await world.get(doctor, "/notes", appointmentIds=[APPOINTMENT])

    assert [note["text"] for note in answer.json()] == ["one", "two", "three"]


async def test_without_scheduling_no_note_is_written(world: World) -> None:
    doctor = person("doc")
    world.scheduling.book(APPOINTMENT, "pat_1", doctor.actor)
    world.scheduling.down = True

    answer = await world.post(doctor, "/notes", _note())

    assert (answer.status_code, answer.json()["code"]) == (503, "SCHEDULING_UNAVAILABLE")
    assert await world.events() == []


@pytest.mark.parametrize("text", ["", " \n", "x" * 20_001])
async def test_a_note_says_something_and_not_everything(world: World, text: str) -> None:
    answer = await world.post(person("doc"), "/notes", _note(text=text))

    assert (answer.status_code, answer.json()["code"]) == (422, "INVALID_REQUEST")


@pytest.mark.parametrize("caller", OTHERS)
async def test_only_doctors_write_and_read_notes(world: World, caller: Person) -> None:
    """A denial by pool asks scheduling nothing."""
    world.scheduling.book(APPOINTMENT, caller.actor, caller.actor)

    answers = [
        await world.post(caller, "/notes", _note()),
        await world.get(caller, "/notes", appointmentIds=[APPOINTMENT]),
    ]

    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(403, "FORBIDDEN")}
    assert world.scheduling.calls == []
