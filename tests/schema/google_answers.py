"""Google Calendar's answers: every event is there, every calendar is busy at `BUSY`."""

from datetime import datetime
from email import message_from_bytes
from email.message import Message
from typing import Any

import httpx
import msgspec

# 19:00 to 07:00 in São Paulo: over a midnight, so two days show a part of it each.
BUSY = ("2026-11-24T22:00:00Z", "2026-11-25T10:00:00Z")
BUSY_INSTANTS = tuple(datetime.fromisoformat(each) for each in BUSY)


def free_busy(request: httpx.Request) -> httpx.Response:
    """Answer a question of free or busy."""
    asked: dict[str, Any] = msgspec.json.decode(request.content)
    busy = [{"start": BUSY[0], "end": BUSY[1]}]
    return httpx.Response(200, json={"calendars": {each["id"]: {"busy": busy} for each in asked["items"]}})


def batch(request: httpx.Request) -> httpx.Response:
    """Answer each read of a batch with its event, which is READY."""
    head = b"Content-Type: " + request.headers["Content-Type"].encode() + b"\r\n\r\n"
    parts = [
        f"--answers\r\nContent-Type: application/http\r\n"
        f"Content-ID: <response-{_number(part)}>\r\n\r\n{_event(part)}\r\n"
        for part in message_from_bytes(head + request.content).walk()
        if not part.is_multipart()
    ]
    body = "".join([*parts, "--answers--\r\n"])
    return httpx.Response(200, content=body, headers={"Content-Type": "multipart/mixed; boundary=answers"})


def _number(part: Message) -> str:
    return str(part["Content-ID"]).strip("<>")


def _event(part: Message) -> str:
    event_id = str(part.get_payload()).split(" ")[1].rpartition("/")[2]
    event = {"id": event_id, "status": "confirmed", "hangoutLink": f"https://meet.example/live-{event_id}"}
    return f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{msgspec.json.encode(event).decode()}"
