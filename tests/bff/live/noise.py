"""Conversations that no client would hold, from a seed: messages and frames, good ones, mutilated ones, and noise."""

import json
import random
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from tests.bff.bodies import CANARY, anything, cut_and_pasted
from tests.bff.live.patient import WATCH
from tests.bff.live.site import ORIGIN
from tests.bff.live.wire import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, frame, handshake

# Of what the server reads at all; the generator goes beyond.
MAX_FRAME_BYTES: Final = 5_000
FRAMES_EACH: Final = 8

_QUERIES: Final = (
    WATCH,
    WATCH,
    "subscription ($id: ID) { appointmentChanged(appointmentId: $id) { id status } }",
    "{ __typename }",
    "{ me { id name } }",
    '{ doctors(filter: {name: "' + CANARY + '"}) { nodes { id } } }',
    'mutation { signIn(input: {login: "' + CANARY + '", password: "x"}) { __typename } }',
    "query A { __typename } query B { __typename }",
    "{ nothing } # " + CANARY,
)
_IDS: Final = ("a", "a", "b", "", CANARY, "\u00e9" * 128, "c" * 128 + "d", None, 1)
_TYPES: Final = ("connection_init", "ping", "pong", "subscribe", "complete", "next", "connection_ack", CANARY, None, 1)
_REASONS: Final = (CANARY.encode(), b"", b"\xff", b"x" * 200)
_CODES: Final = (1000, 1001, 1005, 1006, 1015, 3000, 4999, 999, 0, 65_535)


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """What one client says: its handshake, and behind it its frames, in these pieces."""

    handshake: bytes
    frames: int
    pieces: list[bytes]


def talks(path: str, token: str, seed: int) -> Iterator[Talk]:
    """Generate conversations without end, the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311  not a secret
    while True:
        count = chance.randint(1, 2 * FRAMES_EACH - 1)
        wildness = chance.choice((0, 0, 0.1, 0.5))
        said = [_introduction(chance, token), *(_frame(chance, token, wildness) for _ in range(count - 1))]
        # Each conversation ends, unless its client got lost in a frame of its own.
        end = frame(CLOSE, struct.pack("!H", 1000), mask=chance.randbytes(4))
        yield Talk(handshake=_handshake(chance, path), frames=count, pieces=[*_pieces(chance, b"".join(said)), end])


def _handshake(chance: random.Random, path: str) -> bytes:
    headers = {
        "Origin": chance.choices((ORIGIN, None, f"https://{CANARY}", "null"), (10, 10, 1, 1))[0],
        "Sec-WebSocket-Protocol": chance.choices(("graphql-transport-ws", f"{CANARY}, graphql-ws"), (30, 1))[0],
        "Sec-WebSocket-Extensions": chance.choices((None, "permessage-deflate", "x-\u00e9", ",;="), (30, 10, 1, 1))[0],
    }
    good = handshake(f"{path}{chance.choice(('', '', '?a=%ff', '?token=' + CANARY.replace(' ', '+')))}", headers)
    return cut_and_pasted(chance, good) if chance.random() < 0.05 else good


def _introduction(chance: random.Random, token: str) -> bytes:
    """Mostly, begin as the protocol wants it: else nothing that follows gets anywhere."""
    payload = {"Authorization": f"Bearer {token}"} if chance.random() < 0.7 else None
    if chance.random() < 0.95:
        return _text(chance, _json(chance, {"type": "connection_init", "payload": payload}))
    return _frame(chance, token, 0.5)


def _frame(chance: random.Random, token: str, wildness: float) -> bytes:
    kinds: tuple[Callable[[random.Random], bytes], ...] = (_control, _raw, _broken, _noise, _too_large, _unencoded)
    if chance.random() >= wildness:
        return _text(chance, _message(chance, token, wildness))
    return chance.choice(kinds)(chance)


def _message(chance: random.Random, token: str, wildness: float) -> bytes:
    """Write a message; a tame one is of the protocol, though it may come when it should not."""
    kind = chance.choices(_TYPES, (1, 6, 3, 20, 6, *[wildness] * 5))[0]
    message: dict[str, Any] = {"type": kind}
    if kind in {"subscribe", "complete"} or chance.random() < 0.1:
        message["id"] = chance.choices(_IDS, (8, 8, 8, wildness, 4, 1, *[wildness] * 3))[0]
    if kind == "subscribe":
        message["payload"] = _parameters(chance)
    elif chance.random() < 0.4:
        message["payload"] = {CANARY: anything(chance, 4), "Authorization": f"Bearer {token}{CANARY}"}
    content = _json(chance, message)
    if chance.random() >= wildness:
        return content
    match chance.randrange(4):
        case 0:
            return content[:-1] + b', "type": "ping"}'
        case 1:
            return content[:-1] + b', "payload": {"a": %b}}' % chance.choice(
                (
                    b"9" * 400,
                    b"[" * 900 + b"]" * 900,
                    b'{"a":' * 300 + b"1" + b"}" * 300,
                    b'"\\ud800"',
                    b"1e999",
                    b"NaN",
                )
            )
        case _:
            return cut_and_pasted(chance, content)


def _parameters(chance: random.Random) -> Any:  # noqa: ANN401  JSON
    if chance.random() < 0.02:
        return anything(chance, 5)
    parameters: dict[str, Any] = {"query": chance.choice(_QUERIES)}
    for name in ("operationName", "variables", "extensions", "documentId"):
        if chance.random() < 0.1:
            parameters[name] = chance.choice((None, "A", {"id": CANARY}, {"cost": True}, anything(chance, 2)))
    return parameters


def _json(chance: random.Random, value: Any) -> bytes:  # noqa: ANN401  JSON
    return json.dumps(value, ensure_ascii=chance.random() < 0.5).encode()


def _text(chance: random.Random, content: bytes) -> bytes:
    """Send a text as one frame or as several, control frames and other texts between them."""
    frames = []
    opcode = TEXT
    for _ in range(chance.choice((0, 0, 0, 1, 3))):
        place = chance.randrange(len(content) + 1)
        frames.append(frame(opcode, content[:place], final=False, mask=chance.randbytes(4)))
        content, opcode = content[place:], CONTINUATION
        if chance.random() < 0.2:
            frames.append(_control(chance))
    return b"".join([*frames, frame(opcode, content, mask=chance.randbytes(4))])


def _control(chance: random.Random) -> bytes:
    if chance.random() < 0.2:
        return frame(CLOSE, struct.pack("!H", chance.choice(_CODES)) + chance.choice(_REASONS))
    payload = chance.choice((b"", CANARY.encode(), b"\xff", b"x" * 125, b"x" * 126))
    return frame(chance.choice((PING, PONG)), payload, final=chance.random() < 0.95)


def _raw(chance: random.Random) -> bytes:
    """Send any bits before a payload that is good."""
    return frame(
        chance.randrange(16),
        b'{"type": "ping"}',
        final=chance.random() < 0.7,
        masked=chance.random() < 0.8,
        reserved=chance.choice((0, 0, 1, 2, 4)),
    )


def _broken(chance: random.Random) -> bytes:
    """Announce another length than what comes, or write a length in more bytes than it needs."""
    sizes = (0, 1, 125, 126, MAX_FRAME_BYTES, 2**16, 2**31, 2**62, 2**63, 2**64 - 1)
    size = chance.choice(sizes)
    form = struct.pack("!BQ", 0xFF, size) if size > 0xFFFF or chance.random() < 0.5 else struct.pack("!BH", 0xFE, size)
    return bytes([0x80 | TEXT]) + form + chance.randbytes(4) + CANARY.encode()


def _noise(chance: random.Random) -> bytes:
    return chance.randbytes(chance.randrange(60))


def _too_large(chance: random.Random) -> bytes:
    return _text(chance, b" " * chance.choice((MAX_FRAME_BYTES, MAX_FRAME_BYTES + 1, 2 * MAX_FRAME_BYTES + 1)))


def _unencoded(chance: random.Random) -> bytes:
    """Send what is no UTF-8, or binary."""
    return frame(
        chance.choice((TEXT, TEXT, BINARY)), CANARY.encode() + chance.choice((b"\xff", b"\xc3", b"\xed\xa0\x80"))
    )


def _pieces(chance: random.Random, said: bytes) -> list[bytes]:
    """Cut what is said as the network might."""
    cuts = sorted(chance.randrange(len(said) + 1) for _ in range(chance.choice((0, 0, 1, 4))))
    return [said[start:end] for start, end in zip([0, *cuts], [*cuts, len(said)], strict=True)]
