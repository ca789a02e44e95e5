"""Everything downstream of the servers that are compared: one process that has each answer ready.

python -m benchmarks.stub PORT

It speaks as much HTTP as they do, on bare sockets, so that it takes a small part of its core.
"""

import asyncio
import json
import os
import sys
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import uvloop

from tests.schema import samples

_IDS: Final = ("ids", "doctorIds", "patientIds", "recordIds")
_STREAM: Final = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
_SIGN_OF_LIFE: Final = b"3\r\n:\n\n\r\n"
_SIGN_SECONDS: Final = 5


def answer(target: str, keys: object) -> object:  # noqa: PLR0911  one a route
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
            return [{"patientId": ids[0], "items": _appointments(limit), "next": None}]
        case "/scheduling/appointments/all":
            return {"items": _appointments(limit), "next": None}
        case "/scheduling/next-slots":
            slot = {"startsAt": "2026-11-25T13:00:00Z", "endsAt": "2026-11-25T13:50:00Z"}
            return [{"doctorId": each, "slot": slot} for each in ids]
        case "/records/records/of-patients":
            return [{"patientId": ids[0], "items": [samples.record(f"rec_{n}") for n in range(limit)], "next": None}]
        case "/records/shares/of-records":
            return [samples.share(n, each) for n, each in enumerate(ids)]
        case "/keys":
            return keys
        case _:
            message = f"no answer for {target}"
            raise LookupError(message)


def _appointments(count: int) -> list[Any]:
    return [samples.appointment(f"apt_{n}") for n in range(count)]


class Stub(asyncio.Protocol):
    """One connection: GETs alone, one after the other."""

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
        """Answer each request whose head is whole."""
        self._unread += data
        while (end := self._unread.find(b"\r\n\r\n")) >= 0:
            target = self._unread[4 : self._unread.index(b" ", 4)]
            self._unread = self._unread[end + 4 :]
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
