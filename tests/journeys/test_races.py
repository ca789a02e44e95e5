import asyncio
import itertools
import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from tests.journeys import operations as op
from tests.journeys.graph import Graph, GraphOf
from tests.platform import Platform

pytestmark = [pytest.mark.anyio, pytest.mark.platform]

ROUNDS = 20
ATTEMPTS = 50


async def test_one_of_fifty_gets_the_slot(platform: Platform, graph: GraphOf) -> None:
    """Of 50 simultaneous bookings of one slot one wins and 49 are told that it is taken, twenty times over."""
    patients = [graph("patient", login) for login in ("ana@example.com", "elisa@example.com")]
    doctor_id = (await graph("doctor", "654321/RJ").ask("{ me { id } }"))["me"]["id"]
    for starts_at in await _free_slots(platform, patients[0], doctor_id):
        attempts = zip(itertools.cycle(patients), range(ATTEMPTS), strict=False)
        payloads = await asyncio.gather(*(_book(patient, doctor_id, starts_at) for patient, _ in attempts))
        assert Counter(each["__typename"] for each in payloads) == {"AppointmentBooked": 1, "SlotTaken": ATTEMPTS - 1}
        await _cancel(patients, next(each["appointment"]["id"] for each in payloads if "appointment" in each))


async def _free_slots(platform: Platform, patient: Graph, doctor_id: str) -> list[str]:
    """Return twenty free slots of the doctor that lie a week ahead and later."""
    first = (platform.now().date() + timedelta(days=7)).isoformat()
    slots = (await patient.ask(op.SLOTS, id=doctor_id, days=31, **{"from": first}))["doctor"]["slots"]
    return [each["startsAt"] for each in slots[-ROUNDS:]]


async def _book(patient: Graph, doctor_id: str, starts_at: str) -> dict[str, Any]:
    booking = {
        "doctorId": doctor_id,
        "startsAt": starts_at,
        "reason": "Dor de cabeça",
        "telemedicineConsent": True,
        "idempotencyKey": secrets.token_hex(8),
    }
    payload: dict[str, Any] = await patient.do(op.BOOK, input=booking)
    return payload


async def _cancel(patients: Sequence[Graph], appointment_id: str) -> None:
    """Cancel as whichever patient won; the other one does not find it."""
    cancellation = {"appointmentId": appointment_id, "justification": "Foi só uma corrida"}
    outcomes = [(await patient.do(op.CANCEL, input=cancellation))["__typename"] for patient in patients]
    assert sorted(outcomes) == ["AppointmentCancelled", "NotFound"]
