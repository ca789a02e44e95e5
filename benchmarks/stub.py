"""Everything downstream of the servers that are compared: one process that has each answer ready.

python -m benchmarks.stub PORT

It speaks as much HTTP as they do, on bare sockets, so that it takes a small part of its core.
"""

import asyncio
import json
import os
import re
import sys
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import uvloop

from tests.schema import samples

_IDS: Final = ("ids", "doctorIds", "patientIds", "recordIds")
_STREAM: Final = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
_SIGN_OF_LIFE: Final = b"3\r\n:\n\n\r\n"
_SIGN_SECONDS: Final = 5
_END: Final = b"\r\n\r\n"
_LENGTH: Final = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


def answer(target: str, keys: object) -> object:  # noqa: C901, PLR0911  one a route
    """Return the JSON at a target."""
    parts = urlsplit(target)
    query = dict(parse_qsl(parts.query))
    ids = next((query[name] for name in ("ids", "doctorIds", "patientIds", "recordIds") if name in query), "").split(
        ","
    )
    limit = int(query.get("limit", 20))
    match parts.path:
        case "/scheduling/doctors":
            return [samples.doctor(each) for each in ids]
        case "/erp/doctors":
            return [samples.registration(each) for each in ids]
        case "/records/patients":
            return [samples.patient(each) for each in ids]
        case "/scheduling/appointments/of-patients":
            own = [samples.appointment(f"apt_{n}", patientId=ids[0], doctorId=f"doc_{n % 12}") for n in range(limit)]
            return [{"patientId": ids[0], "items": own, "next": None}]
        case "/scheduling/appointments/all":
            every = [
                samples.appointment(f"apt_{n}", patientId=f"pat_{n % 50}", doctorId=f"doc_{n % 30}")
                for n in range(limit)
            ]
            return {"items": every, "next": None}
        case "/scheduling/next-slots":
            slot = {"startsAt": "2026-11-25T13:00:00Z", "endsAt": "2026-11-25T13:50:00Z"}
            return [{"doctorId": each, "slot": slot} for each in ids]
        case "/records/records/of-patients":
            return [{"patientId": ids[0], "items": [samples.record(f"rec_{n}") for n in range(limit)], "next": None}]
        case "/records/shares/of-records":
            return [samples.share(n, each) for n, each in enumerate(ids)]
        case "/records/audit/ready":
            return None
        case "/records/audit/events":
            return {"appended": 1}
        case "/keys":
            return keys
        case _:
            message = f"no answer for {target}"
            raise LookupError(message)


class Stub(asyncio.Protocol):
    """One connection: one request after the other. What is sent along is read and forgotten."""

    ready: Final[dict[bytes, bytes]] = {}
    keys: object = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what to write to."""
        self._transport: Any = transport
        self._unread = b""
        self._sign: asyncio.TimerHandle | None = None

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  asyncio's
        """Stop giving signs of life."""
        if self._sign is not None:
            self._sign.cancel()

    def data_received(self, data: bytes) -> None:
        """Answer each request that is whole."""
        self._unread += data
        while (end := self._unread.find(_END)) >= 0:
            head = self._unread[:end]
            length = _LENGTH.search(head)
            end += len(_END) + (int(length[1]) if length else 0)
            if len(self._unread) < end:
                return
            self._unread = self._unread[end:]
            target = head.split(b" ", 2)[1]
            if target.partition(b"?")[0].endswith(b"/changes"):
                self._transport.write(_STREAM)
                self._live()
                return
            self._transport.write(self.ready.get(target) or self._make(target))

    def _make(self, target: bytes) -> bytes:
        body = json.dumps(answer(target.decode(), self.keys), separators=(",", ":"), ensure_ascii=False).encode()
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
        self.ready[target] = head + body
        return head + body

    def _live(self) -> None:
        self._transport.write(_SIGN_OF_LIFE)
        self._sign = asyncio.get_running_loop().call_later(_SIGN_SECONDS, self._live)


async def serve(port: int) -> None:
    """Serve until killed; the key set comes from the environment."""
    Stub.keys = json.loads(os.environ["HEALTHMED_STUB_KEYS"])
    server = await asyncio.get_running_loop().create_server(Stub, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
