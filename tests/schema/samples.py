"""The services' JSON, as they promise it: the nth person, appointment, record ... of a world without end."""

from typing import Any

Json = dict[str, Any]

CLINIC: Json = {"name": "Clínica Sé", "city": "São Paulo", "state": "SP", "latitude": -23.55, "longitude": -46.63}
DAY = "2026-11-24"


def _number(identifier: str) -> int:
    return int(identifier.rpartition("_")[2])


def doctor(identifier: str) -> Json:
    n = _number(identifier)
    return {
        "id": identifier,
        "name": f"Doctor {n}",
        "crm": {"number": str(100_000 + n), "state": "SP"},
        "specialties": ["cardiology"],
        "bio": "Cardiologist",
        "clinic": CLINIC,
        "timeZone": "America/Sao_Paulo",
        "priceCents": 35_000,
        "currency": "BRL",
        "rating": {"average": 4.5, "count": 12},
        "calendarId": f"doctor{n}@clinic.example",
        "status": "ACTIVE",
    }


def registration(identifier: str) -> Json:
    shown = ("id", "name", "crm", "specialties", "bio", "clinic", "timeZone", "priceCents", "currency", "status")
    known = doctor(identifier)
    return {each: known[each] for each in shown} | {
        "email": f"doctor{_number(identifier)}@clinic.example",
        "registeredAt": "2026-01-05T12:00:00Z",
        "version": 1,
    }


def patient(identifier: str) -> Json:
    n = _number(identifier)
    return {
        "id": identifier,
        "name": f"Patient {n}",
        "cpf": "52998224725",
        "email": f"patient{n}@example.com",
        "phone": "+5511987654321",
        "birthDate": "1990-05-17",
        "timeZone": "America/Sao_Paulo",
        "status": "ACTIVE",
        "registeredAt": "2026-02-01T12:00:00Z",
    }


def admin(identifier: str) -> Json:
    return {"id": identifier, "name": "Carla", "email": "carla@example.com", "roles": ["admin"]}


def appointment(identifier: str, **changes: object) -> Json:
    """Return the nth appointment: the nth patient's with the nth doctor."""
    n = _number(identifier)
    return {
        "id": identifier,
        "patientId": f"pat_{n}",
        "doctorId": f"doc_{n}",
        "status": "CONFIRMED",
        "startsAt": f"{DAY}T13:00:00Z",
        "endsAt": f"{DAY}T13:50:00Z",
        "timeZone": "America/Sao_Paulo",
        "priceCents": 35_000,
        "currency": "BRL",
        "reason": "Palpitations",
        "createdAt": "2026-11-01T12:00:00Z",
        "version": 2,
        "telemedicineConsentAt": "2026-11-01T12:00:00Z",
        "cancellation": None,
        "declineReason": None,
        "meeting": {"status": "READY", "url": f"https://meet.example/{n}", "eventId": f"event{n}"},
        "history": [
            {"status": "REQUESTED", "at": "2026-11-01T12:00:00Z", "by": f"pat_{n}", "pool": "patient"},
            {"status": "CONFIRMED", "at": "2026-11-02T12:00:00Z", "by": f"doc_{n}", "pool": "doctor"},
        ],
    } | changes


def record(identifier: str, **changes: object) -> Json:
    return {
        "id": identifier,
        "patientId": "pat_1",
        "title": f"Hemogram {_number(identifier)}",
        "category": "EXAM",
        "contentType": "application/pdf",
        "sizeBytes": 2048,
        "sha256": "ab" * 32,
        "createdAt": "2026-10-01T12:00:00Z",
        "status": "READY",
        "author": {"id": "pat_1", "pool": "patient"},
        "openTo": {"doctorId": "doc_1", "until": "2026-12-24T12:00:00Z"},
    } | changes


def share(n: int, record_id: str) -> Json:
    """Return the nth share: with the (1000 + n)th doctor, whom no appointment is with."""
    return {
        "id": f"shr_{n}",
        "recordId": record_id,
        "doctorId": f"doc_{1000 + n}",
        "patientId": "pat_1",
        "createdAt": "2026-10-02T12:00:00Z",
        "expiresAt": "2026-12-24T12:00:00Z",
    }


def audit_entry(n: int) -> Json:
    """Return the nth event of the audit: the nth doctor's read of the nth patient's record."""
    return {
        "id": f"{'ab' * 16}.pat_{n}",
        "sequence": n,
        "operationId": "ab" * 16,
        "requestId": "cd" * 16,
        "actor": f"doc_{n}",
        "pool": "doctor",
        "roles": [],
        "patientId": f"pat_{n}",
        "operation": "ReadRecord",
        "kind": "QUERY",
        "fields": ["MedicalRecord.title"],
        "deniedFields": [],
        "decision": "ALLOWED",
        "at": "2026-11-24T12:00:00Z",
        "recordedAt": "2026-11-24T12:00:01Z",
    }


def emergency_access() -> Json:
    """Return the access of the first doctor to the first patient's records."""
    return {
        "id": "emg_1",
        "doctorId": "doc_1",
        "patientId": "pat_1",
        "reason": "Unconscious",
        "createdAt": "2026-11-24T12:00:00Z",
        "expiresAt": "2026-11-24T13:00:00Z",
    }


def note(appointment_id: str) -> Json:
    n = _number(appointment_id)
    return {
        "id": f"note_{n}",
        "appointmentId": appointment_id,
        "patientId": f"pat_{n}",
        "doctorId": "doc_1",
        "text": "Regular rhythm",
        "createdAt": "2026-11-24T14:00:00Z",
    }


def invoice(n: int) -> Json:
    return {
        "id": f"inv_{n}",
        "appointmentId": f"apt_{n}",
        "patientId": f"pat_{n}",
        "doctorId": f"doc_{n}",
        "amountCents": 35_000,
        "currency": "BRL",
        "status": "OPEN",
        "issuedAt": "2026-11-24T14:00:00Z",
    }


def availability(doctor_id: str) -> Json:
    return {
        "doctorId": doctor_id,
        "timeZone": "America/Sao_Paulo",
        "slotMinutes": 50,
        "rules": [{"weekday": 0, "startsAt": "08:00", "endsAt": "12:00"}],
        "exceptions": [{"date": "2026-12-25", "startsAt": None, "endsAt": None, "available": False}],
        "version": 3,
    }


def appointment_figures(tops: int) -> Json:
    return {
        "total": 8,
        "byStatus": [{"status": "CONFIRMED", "count": 6}, {"status": "CANCELLED", "count": 2}],
        "series": [{"startsOn": DAY, "count": 8}],
        "topDoctors": [{"doctorId": f"doc_{n}", "count": tops - n} for n in range(tops)],
        "topSpecialties": [{"code": "cardiology", "count": 8}],
    }


REVENUE: Json = {
    "revenue": {
        "grossCents": 105_000,
        "refundsCents": 35_000,
        "netCents": 70_000,
        "currency": "BRL",
        "series": [{"startsOn": DAY, "grossCents": 105_000}],
    }
}
