"""Double bookings, tried over TCP against two processes of the service."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from typing import Any

import httpx
import pytest

from tests.services.scheduling.serving import serving
from tests.services.scheduling.world import HOURS, registration
from tests.services.tokens import EVENTS, Issuers, Person, random_id

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]

ATTEMPTS = 50
ROUNDS = 20


class Processes:
    """Two processes of the service, called in turn."""

    def __init__(self, clients: list[httpx.AsyncClient], issuers: Issuers, doctor: Person) -> None:
        self._clients = cycle(clients)
        self._issuers = issuers
        self.doctor = doctor

    async def call(
        self, method: str, path: str, caller: Person, body: Mapping[str, Any] | None = None
    ) -> httpx.Response:
        """Call the next process."""
        return await next(self._clients).request(method, path, json=body, headers=self._issuers.headers(caller))

    async def slots(self, count: int) -> list[str]:
        """Return the first free slots of the doctor, from the day after tomorrow."""
        first_day = (datetime.now(UTC) + timedelta(days=2)).date()
        answer = await self.call("GET", f"/slots?doctorIds={self.doctor.actor}&from={first_day}&days=31", EVENTS)
        return [slot["startsAt"] for slot in islice(answer.json()[0]["slots"], count)]

    async def book(self, patient: Person, starts_at: str) -> httpx.Response:
        """Ask for a slot."""
        body = {"doctorId": self.doctor.actor, "startsAt": starts_at, "reason": "", "telemedicineConsent": True}
        return await self.call("POST", "/appointments", patient, body | {"idempotencyKey": starts_at})

    async def agenda(self) -> list[dict[str, Any]]:
        """Return all of the doctor's appointments."""
        answer = await self.call(
            "GET", f"/appointments/of-doctors?doctorIds={self.doctor.actor}&limit=100", self.doctor
        )
        items: list[dict[str, Any]] = answer.json()[0]["items"]
        return items


@pytest.fixture(scope="module")
def urls(ministack_url: str, mongo_url: str, issuers: Issuers) -> Iterator[list[str]]:
    """Serve from two processes."""
    with serving(ministack_url, mongo_url, issuers, processes=2) as urls:
        yield urls


@pytest.fixture
async def processes(urls: list[str], issuers: Issuers) -> AsyncIterator[Processes]:
    """Open a practice that works around the clock."""
    doctor = Person(random_id("doc"), "doctor")
    async with (
        httpx.AsyncClient(base_url=urls[0], timeout=30) as one,
        httpx.AsyncClient(base_url=urls[1], timeout=30) as other,
    ):
        both = Processes([one, other], issuers, doctor)
        body = registration().model_dump(mode="json")
        assert (await both.call("PUT", f"/doctors/{doctor.actor}", EVENTS, body)).status_code == 204
        always = [{"weekday": weekday, "startsAt": "00:00", "endsAt": "24:00"} for weekday in range(7)]
        hours = HOURS | {"rules": always}
        assert (await both.call("PUT", f"/doctors/{doctor.actor}/availability", doctor, hours)).status_code == 200
        yield both


async def test_one_of_fifty_gets_the_slot_in_each_of_twenty_rounds(processes: Processes) -> None:
    slots = await processes.slots(ROUNDS)
    assert len(slots) == ROUNDS
    for number, slot in enumerate(slots):
        patients = [Person(f"pat_{number}_{attempt}", "patient") for attempt in range(ATTEMPTS)]
        answers = await asyncio.gather(*(processes.book(patient, slot) for patient in patients))
        outcomes = Counter((answer.status_code, answer.json().get("code")) for answer in answers)
        assert outcomes == {(201, None): 1, (409, "SLOT_TAKEN"): ATTEMPTS - 1}
    agenda = await processes.agenda()
    assert [appointment["startsAt"] for appointment in agenda] == slots


async def test_one_of_a_confirmation_and_a_decline_wins_across_processes(processes: Processes) -> None:
    slots = await processes.slots(ROUNDS)
    for number, slot in enumerate(slots):
        appointment = (await processes.book(Person(f"pat_{number}", "patient"), slot)).json()
        path = f"/appointments/{appointment['id']}"
        answers = await asyncio.gather(
            processes.call("POST", f"{path}/confirm", processes.doctor),
            processes.call("POST", f"{path}/decline", processes.doctor, {"reason": "On leave."}),
        )
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        won = next(answer.json()["status"] for answer in answers if answer.status_code == 200)
        lost = next(answer.json() for answer in answers if answer.status_code == 409)
        assert (lost["code"], won in lost["detail"]) == ("INVALID_TRANSITION", True)
    free = set(await processes.slots(ROUNDS))
    agenda = await processes.agenda()
    assert {each["startsAt"] for each in agenda if each["status"] == "DECLINED"} == free & set(slots)
