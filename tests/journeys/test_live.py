"""What people are shown while they watch: over two BFF processes, and over the restarts of a service."""

import asyncio
import json
import secrets
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

from tests.journeys import operations as op
from tests.journeys.graph import Graph, GraphOf
from tests.journeys.processes import another
from tests.journeys.waiting import until
from tests.journeys.watching import HEAR_SECONDS, at, events
from tests.platform import Platform

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.platform,
    pytest.mark.skipif(sys.platform != "linux", reason="reads the environment of the platform's processes from /proc"),
]

WATCH_APPOINTMENTS = "subscription { appointmentChanged { id status } }"
WATCH_AGENDA = "subscription { agendaChanged { id status patient { name } } }"
DOCTOR = "654321/RJ"
PATIENT = "elisa@example.com"
STOP_SECONDS = 20
BOOKINGS = 4
SERVER_STOPS = 1012


@asynccontextmanager
async def socket(graph: Graph, query: str) -> AsyncIterator[ClientConnection]:
    """Subscribe over a socket; yield it, its acknowledgement heard."""
    url = graph.url.replace("http://", "ws://")
    async with connect(url, subprotocols=["graphql-transport-ws"], proxy=None) as client:  # type: ignore[list-item]  # any name
        await client.send(
            json.dumps({"type": "connection_init", "payload": {"Authorization": f"Bearer {graph.token}"}})
        )
        assert json.loads(await client.recv()) == {"type": "connection_ack"}
        await client.send(json.dumps({"type": "subscribe", "id": "agenda", "payload": {"query": query}}))
        yield client


async def test_nothing_is_lost_between_two_processes_and_over_restarts(platform: Platform, graph: GraphOf) -> None:
    """Bookings through one BFF reach the watchers of the other, each change once, while scheduling is killed."""
    async with AsyncExitStack() as stack:
        scheduling = await stack.enter_async_context(another(platform, "scheduling"))
        url = {"HEALTHMED_SCHEDULING_URL": scheduling.url}
        one, other = [await stack.enter_async_context(another(platform, "bff", **url)) for _ in range(2)]
        doctor, patient = graph("doctor", DOCTOR), graph("patient", PATIENT)
        watched = await stack.enter_async_context(events(at(patient, other), WATCH_APPOINTMENTS))
        agenda = await stack.enter_async_context(socket(at(doctor, other), WATCH_AGENDA))

        heard = [Heard(), Heard()]
        for each, answers in zip(heard, (watched, messages(agenda)), strict=True):
            listening = asyncio.create_task(each.listen(answers))
            stack.callback(listening.cancel)

        doctor_id = (await doctor.ask("{ me { id } }"))["me"]["id"]
        booked = []
        for number, starts_at in enumerate(await free_slots(platform, patient, doctor_id)):
            booked.append(await book(at(patient, one), doctor_id, starts_at))
            # What is shown of a change is loaded: from a service that is down, it could only be told that it is.
            await all_told(heard, booked[-1:], times=1)
            assert await scheduling.stop(signal.SIGKILL) == -signal.SIGKILL
            # Meanwhile another process of the service takes what happens.
            await cancel(patient, booked[-1])
            if number % 2:
                await asyncio.sleep(0.5)
            await scheduling.start()

        await all_told(heard, booked, times=2)
        await asyncio.sleep(1)
        await all_told(heard, booked, times=2)


async def test_a_server_that_stops_sends_its_watchers_away(platform: Platform, graph: GraphOf) -> None:
    """Sockets with the code that says to come back, streams without the end that says that all was told."""
    async with (
        another(platform, "bff") as program,
        socket(at(graph("doctor", DOCTOR), program), WATCH_AGENDA) as agenda,
        events(at(graph("patient", PATIENT), program), WATCH_APPOINTMENTS) as watched,
    ):
        stopping = asyncio.create_task(program.stop(signal.SIGTERM))
        await asyncio.wait_for(agenda.wait_closed(), STOP_SECONDS)
        assert agenda.close_code == SERVER_STOPS
        assert [answer async for answer in watched] == []
        # uvicorn ends as the signal would have ended it.
        assert await asyncio.wait_for(stopping, STOP_SECONDS) == -signal.SIGTERM


async def free_slots(platform: Platform, patient: Graph, doctor_id: str) -> Sequence[str]:
    """Return free slots that no other test books."""
    first = (platform.now().date() + timedelta(days=3)).isoformat()
    slots = (await patient.ask(op.SLOTS, id=doctor_id, days=14, **{"from": first}))["doctor"]["slots"]
    return [each["startsAt"] for each in slots[:BOOKINGS]]


async def book(patient: Graph, doctor_id: str, starts_at: str) -> str:
    """Book, and return the appointment's id."""
    booking = {
        "doctorId": doctor_id,
        "startsAt": starts_at,
        "reason": "Dor de cabeça",
        "telemedicineConsent": True,
        "idempotencyKey": secrets.token_hex(8),
    }
    payload = await patient.do(op.BOOK, input=booking)
    assert payload["__typename"] == "AppointmentBooked", payload
    return str(payload["appointment"]["id"])


async def cancel(patient: Graph, appointment_id: str) -> None:
    """Cancel it."""
    payload = await patient.do(op.CANCEL, input={"appointmentId": appointment_id, "justification": "Mudei de ideia"})
    assert payload["__typename"] == "AppointmentCancelled", payload


async def messages(client: ClientConnection) -> AsyncIterator[Any]:
    """Yield the answers that come over a socket."""
    async for frame in client:
        message = json.loads(frame)
        if message["type"] == "next":
            yield message["payload"]


class Heard:
    """What somebody was told, by appointment."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    async def listen(self, answers: AsyncIterator[Any]) -> None:
        """Count what is told, but for what another test's changes meet while scheduling is down."""
        async for answer in answers:
            if "errors" not in answer:
                (appointment,) = answer["data"].values()
                self.counts[appointment["id"]] += 1

    def of(self, appointments: Sequence[str]) -> dict[str, int]:
        """Return how often each of these was told of."""
        return {each: self.counts[each] for each in appointments}


async def all_told(heard: Sequence[Heard], appointments: Sequence[str], times: int) -> None:
    """Return once everybody was told of each of these so many times, and not more often."""

    async def look() -> bool | None:
        return all(each.of(appointments) == dict.fromkeys(appointments, times) for each in heard) or None

    await until(look, HEAR_SECONDS)
