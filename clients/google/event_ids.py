"""Event ids of our own: the same appointment and attempt give the same id, which makes creating repeatable."""

import base64
import hashlib

from clients.ids import AppointmentId


def event_id_of(appointment_id: AppointmentId, attempt: int) -> str:
    """Return an id in Google's alphabet, `[a-v0-9]`, of 52 letters.

    A deleted event keeps its id for ever, so a meeting to be made anew needs the next `attempt`.
    """
    digest = hashlib.sha256(f"{appointment_id}:{attempt}".encode()).digest()
    return base64.b32hexencode(digest).decode().rstrip("=").lower()
