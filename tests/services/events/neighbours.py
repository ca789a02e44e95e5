"""The services around the worker, played by scripts that believe the worker's own token alone."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx

from services.common.callers import Caller, CallerCheck
from services.common.ids import new_id
from services.common.outbox import Event

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SCHEDULING_URL = "http://scheduling.test"
ERP_URL = "http://erp.test"
EVENTS = Caller("events", "service")


@dataclass(kw_only=True)
class Neighbour:
    """What the two have in common: `calls` remembers each as `METHOD path`; `down` lets the next ones fail."""

    check: CallerCheck
    calls: list[str] = field(default_factory=list)
    down: int = 0

    async def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer the worker, and nobody else."""
        assert self.check(request.headers["Authorization"].removeprefix("Bearer ")) == EVENTS
        self.calls.append(f"{request.method} {request.url.path}")
        if self.down:
            self.down -= 1
            return httpx.Response(503)
        if request.method == "GET":
            return httpx.Response(200, json=self.read(request.url.path, request.url.params["ids"].split(",")))
        self.write(request.url.path.split("/")[1:], json.loads(request.content))
        return httpx.Response(204)

    def read(self, path: str, ids: list[str]) -> list[dict[str, Any]]:
        """Return what is at `path` with these ids."""
        raise NotImplementedError

    def write(self, path: list[str], body: dict[str, Any]) -> None:
        """Keep what is put."""
        raise NotImplementedError


@dataclass(kw_only=True)
class Scheduling(Neighbour):
    """Appointments, and the directory's doctors."""

    appointments: dict[str, dict[str, Any]] = field(default_factory=dict)
    doctors: dict[str, dict[str, Any]] = field(default_factory=dict)
    profiles: dict[str, dict[str, Any]] = field(default_factory=dict)

    def read(self, path: str, ids: list[str]) -> list[dict[str, Any]]:
        """Return appointments or doctors."""
        found = {"/appointments": self.appointments, "/doctors": self.doctors}[path]
        return [found[each] for each in ids if each in found]

    def write(self, path: list[str], body: dict[str, Any]) -> None:
        """Keep a meeting or a profile."""
        if path[0] == "appointments":
            self.appointments[path[1]]["meeting"] = body
        else:
            self.profiles[path[1]] = body

    def confirmed(self, calendar_id: str) -> dict[str, Any]:
        """Keep and return a confirmed appointment with a doctor of that calendar."""
        appointment = new_appointment()
        doctor = {
            **PROFILE,
            "id": appointment["doctorId"],
            "calendarId": calendar_id,
            "rating": {"average": None, "count": 0},
        }
        self.appointments[appointment["id"]] = appointment
        self.doctors[doctor["id"]] = doctor
        return appointment


@dataclass(kw_only=True)
class Erp(Neighbour):
    """Registrations and invoices."""

    registrations: dict[str, dict[str, Any]] = field(default_factory=dict)
    invoices: dict[str, dict[str, Any]] = field(default_factory=dict)

    def read(self, path: str, ids: list[str]) -> list[dict[str, Any]]:
        """Return registrations."""
        assert path == "/doctors"
        return [self.registrations[each] for each in ids if each in self.registrations]

    def write(self, path: list[str], body: dict[str, Any]) -> None:
        """Keep an invoice."""
        assert path[0] == "invoices"
        self.invoices[path[1]] = body

    def registered(self) -> dict[str, Any]:
        """Keep and return a doctor's registration."""
        doctor_id = new_id("doc", NOW)
        registration = {
            **PROFILE,
            "id": doctor_id,
            "email": f"{doctor_id}@example.com",
            "registeredAt": "2026-11-24T12:00:00Z",
            "version": 1,
        }
        self.registrations[doctor_id] = registration
        return registration


PROFILE: Mapping[str, Any] = {
    "name": "Bruno Araújo",
    "crm": {"number": "123456", "state": "SP"},
    "specialties": ["cardiology"],
    "bio": "Cardiologista",
    "clinic": {"name": "Sé", "city": "São Paulo", "state": "SP", "latitude": -23.55, "longitude": -46.63},
    "timeZone": "America/Sao_Paulo",
    "priceCents": 35_000,
    "currency": "BRL",
    "status": "ACTIVE",
}


def new_appointment() -> dict[str, Any]:
    """Return an appointment that has just been confirmed."""
    return {
        "id": new_id("apt", NOW),
        "patientId": new_id("pat", NOW),
        "doctorId": new_id("doc", NOW),
        "status": "CONFIRMED",
        "startsAt": "2026-12-01T12:00:00Z",
        "endsAt": "2026-12-01T12:50:00Z",
        "timeZone": "America/Sao_Paulo",
        "priceCents": 35_000,
        "currency": "BRL",
        "reason": "Palpitações à noite",
        "createdAt": "2026-11-24T11:00:00Z",
        "version": 2,
        "cancellation": None,
        "declineReason": None,
        "meeting": {"status": "PENDING", "url": None, "eventId": None},
        "history": [],
    }


def appointment_event(kind: str, appointment: Mapping[str, Any]) -> Event:
    """Return scheduling's event about an appointment."""
    told = ("patientId", "doctorId", "startsAt", "endsAt", "priceCents", "currency")
    data = {"appointmentId": appointment["id"], **{name: appointment[name] for name in told}}
    return Event.of(f"appointment.{kind}", appointment["id"], appointment["version"], NOW, data)


def doctor_event(kind: str, registration: Mapping[str, Any]) -> Event:
    """Return the ERP's event about a doctor."""
    doctor_id, version = registration["id"], registration["version"]
    return Event.of(f"doctor.{kind}", doctor_id, version, NOW, {"doctorId": doctor_id, "version": version})
