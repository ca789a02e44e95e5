"""The scheduling service as tests see it: its HTTP API over real stores, a clock to move, and people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx

from services.common.outbox import Event, Outbox
from services.common.table import Table
from services.scheduling.doctors import Clinic, Crm, DoctorStatus, Registration
from services.scheduling.models import Appointment, AppointmentStatus, Availability, HistoryEntry, WeeklyRule
from tests.services.tokens import DOCTOR, EVENTS, PATIENT, Issuers, Person

SAO_PAULO = "America/Sao_Paulo"
# A Tuesday, 09:00 in São Paulo.
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TODAY = date(2026, 11, 24)
# Wednesday's first slot, 08:00 in São Paulo, and the next.
FIRST = datetime(2026, 11, 25, 11, tzinfo=UTC)
SECOND = FIRST + timedelta(minutes=50)
HOURS: dict[str, object] = {
    "timeZone": SAO_PAULO,
    "slotMinutes": 50,
    "rules": [{"weekday": weekday, "startsAt": "08:00", "endsAt": "12:00"} for weekday in range(5)],
    "exceptions": [],
}


class MovableClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """Return the instant that it shows."""
        return self.now


def registration(**changes: object) -> Registration:
    """Return an active doctor's registration at version 1, with changes."""
    usual = Registration(
        name="Bruno Álvares",
        crm=Crm(number="123456", state="SP"),
        specialties=("CARDIOLOGY",),
        bio="Hearts.",
        clinic=Clinic(name="Clínica Sé", city="São Paulo", state="SP", latitude=-23.55, longitude=-46.63),
        time_zone=SAO_PAULO,
        price_cents=25_000,
        currency="BRL",
        calendar_id="bruno@example.com",
        status=DoctorStatus.ACTIVE,
        version=1,
    )
    return Registration.model_validate(dict(usual) | changes)


def availability(**changes: object) -> Availability:
    """Return working hours like `HOURS`, with changes."""
    rules = tuple(WeeklyRule(weekday=weekday, starts_at="08:00", ends_at="12:00") for weekday in range(5))
    usual = Availability(
        doctor_id=DOCTOR.actor, time_zone=SAO_PAULO, slot_minutes=50, rules=rules, exceptions=(), version=1
    )
    return Availability.model_validate(dict(usual) | changes)


def appointment(starts_at: datetime = FIRST, **changes: object) -> Appointment:
    """Return a request of `PATIENT` to `DOCTOR` for `FIRST`, with changes."""
    usual = Appointment(
        id="apt_1",
        patient_id=PATIENT.actor,
        doctor_id=DOCTOR.actor,
        status=AppointmentStatus.REQUESTED,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=50),
        time_zone=SAO_PAULO,
        price_cents=25_000,
        currency="BRL",
        reason="A check-up.",
        created_at=NOW,
        version=1,
        telemedicine_consent_at=NOW,
        cancellation=None,
        decline_reason=None,
        meeting=None,
        history=(HistoryEntry(status=AppointmentStatus.REQUESTED, at=NOW, by=PATIENT.actor, pool="patient"),),
    )
    return Appointment.model_validate(dict(usual) | changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The running service."""

    http: httpx.AsyncClient
    table: Table
    clock: MovableClock
    issuers: Issuers

    async def get(self, path: str, caller: Person, **query: object) -> httpx.Response:
        """Read as `caller`; a trailing underscore of a query name is dropped (`from_`)."""
        params = {name.rstrip("_"): str(value) for name, value in query.items()}
        return await self.http.get(path, params=params, headers=self.issuers.headers(caller))

    async def post(self, path: str, caller: Person, body: Mapping[str, object] | None = None) -> httpx.Response:
        """Send as `caller`."""
        return await self.http.post(path, json=body, headers=self.issuers.headers(caller))

    async def put(self, path: str, caller: Person, body: Mapping[str, object]) -> httpx.Response:
        """Replace as `caller`."""
        return await self.http.put(path, json=body, headers=self.issuers.headers(caller))

    async def open_practice(self, doctor: Person = DOCTOR, **changes: object) -> None:
        """Register a doctor, who then works mornings from Monday to Friday."""
        body = registration(**changes).model_dump(mode="json")
        assert (await self.put(f"/doctors/{doctor.actor}", EVENTS, body)).status_code == 204
        assert (await self.put(f"/doctors/{doctor.actor}/availability", doctor, HOURS)).status_code == 200

    async def book(
        self, patient: Person = PATIENT, starts_at: datetime = FIRST, doctor: Person = DOCTOR, **changes: object
    ) -> httpx.Response:
        """Ask for an appointment; unless said otherwise the key is of this very time."""
        body = {
            "doctorId": doctor.actor,
            "startsAt": starts_at.isoformat(),
            "reason": "A check-up.",
            "telemedicineConsent": True,
            "idempotencyKey": f"{doctor.actor} {starts_at}",
        }
        return await self.post("/appointments", patient, body | changes)

    async def booked(
        self, patient: Person = PATIENT, starts_at: datetime = FIRST, doctor: Person = DOCTOR
    ) -> dict[str, Any]:
        """Book, and return the appointment's JSON."""
        answer = await self.book(patient, starts_at, doctor)
        assert answer.status_code == 201, answer.text
        body: dict[str, Any] = answer.json()
        return body

    async def act(self, action: str, caller: Person, of: Mapping[str, Any]) -> httpx.Response:
        """Do one of the four actions to an appointment, with words where it wants them."""
        bodies = {"decline": {"reason": "On leave."}, "cancel": {"justification": "Feeling better."}}
        return await self.post(f"/appointments/{of['id']}/{action}", caller, bodies.get(action))

    async def events(self, kind: str = "appointment.") -> list[Event]:
        """Return the events of a kind that wait in the outbox, each entity's in the order of its versions."""
        pending = [event for event in await Outbox(self.table).pending() if event.type.startswith(kind)]
        return sorted(pending, key=lambda event: (event.entity, event.version))


def code_of(answer: httpx.Response) -> tuple[int, str]:
    """Return the status and the code of a problem."""
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]
