"""A stream of changes as a service writes it, for clients to read."""

import json


def event(number: int, cursor: str | None = None, **data: object) -> bytes:
    """Return the nth event as bytes, with a cursor of its own unless another is given."""
    body = {
        "id": f"evt_{number}",
        "type": "appointment.confirmed",
        "entity": f"apt_{number}",
        "version": 2,
        "at": "2026-11-24T12:00:00+00:00",
        "data": {"appointmentId": f"apt_{number}", "patientId": "pat_1", "doctorId": "doc_1", "priceCents": 1} | data,
    }
    return f"id: {cursor or f'at_{number}'}\nevent: {body['type']}\ndata: {json.dumps(body)}\n\n".encode()


def heartbeat(cursor: str) -> bytes:
    """Return a comment that moves the cursor."""
    return f":\nid: {cursor}\n\n".encode()
