"""A secret in every place of a conversation over a socket, and of a request for a stream, that a client writes."""

import json
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

from bff.live.sse import EVENTS
from tests.bff.live.wire import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, frame, handshake
from tests.bff.planted import ME, NAMED, PATH, SIGN_IN, one_line, post

WATCH: Final = "subscription ($id: ID) { appointmentChanged(appointmentId: $id) { id doctor { name } } }"
NOTIFIED: Final = "subscription { notificationReceived { message appointment { id } record { title } } }"


@dataclass(frozen=True, slots=True)
class Said:
    """What a client says: a handshake, and behind it frames."""

    handshake: bytes
    frames: list[bytes] = field(default_factory=list)


# Made of the secret and of a token that is good.
Planted = Callable[[str, str], Said]
INIT: Final = frame(TEXT, b'{"type": "connection_init"}')


def message(**members: object) -> bytes:
    """Write a message, whatever it holds."""
    return frame(TEXT, json.dumps(members).encode())


def in_handshake(header: str, form: str = "%s") -> Planted:
    """Plant in a header, on one line; the rest is as it should be."""
    return lambda secret, _: Said(
        handshake(PATH, {header: form % one_line(secret)}), [INIT, message(type="subscribe", id="a", payload={})]
    )


def introduced(payload: Callable[[str, str], object]) -> Planted:
    """Plant in the introduction."""
    return lambda secret, token: Said(
        handshake(PATH), [message(type="connection_init", payload=payload(secret, token)), asked(query=ME)]
    )


def asked(id_: str = "a", **parameters: object) -> bytes:
    """Write an operation."""
    return message(type="subscribe", id=id_, payload=parameters)


def said(frames: Callable[[str], list[bytes]]) -> Planted:
    """Plant behind an introduction as the patient."""
    return lambda secret, token: Said(
        handshake(PATH),
        [message(type="connection_init", payload={"Authorization": f"Bearer {token}"}), *frames(secret)],
    )


def operation(parameters: Callable[[str], Mapping[str, Any]]) -> Planted:
    """Plant in an operation."""
    return said(lambda secret: [asked(**parameters(secret))])


def streamed(parameters: Callable[[str], Mapping[str, Any]]) -> Callable[[str, str], bytes]:
    """Plant in a request for a stream, as the patient."""
    return lambda secret, token: post(parameters(secret), {"Accept": EVENTS, "Authorization": f"Bearer {token}"})


SOCKETS: Final[Mapping[str, Planted]] = {
    "a URL": lambda secret, _: Said(handshake(f"{PATH}?token={quote(secret)}"), [INIT]),
    "a path": lambda secret, _: Said(handshake(f"/{quote(secret)}")),
    "a method": lambda secret, _: Said(handshake(PATH, method=one_line(secret).split()[0].upper())),
    "a header's name": lambda secret, _: Said(handshake(PATH, {f"X-{one_line(secret).split()[0]}": "1"}), [INIT]),
    "a header of two lines": lambda secret, _: Said(handshake(PATH, {"X-Request-Id": f"a{secret}"})),
    "Host": in_handshake("Host"),
    "Origin": in_handshake("Origin", "https://%s"),
    "the one subprotocol": in_handshake("Sec-WebSocket-Protocol"),
    "another subprotocol": in_handshake("Sec-WebSocket-Protocol", "graphql-transport-ws, %s"),
    "an extension": in_handshake("Sec-WebSocket-Extensions", "permessage-deflate; %s"),
    "a version": in_handshake("Sec-WebSocket-Version"),
    "a key": in_handshake("Sec-WebSocket-Key"),
    "Accept-Language": in_handshake("Accept-Language"),
    "Authorization": in_handshake("Authorization", "Bearer %s"),
    "Cookie": in_handshake("Cookie", "session=%s"),
    "User-Agent": in_handshake("User-Agent"),
    "X-Forwarded-For": in_handshake("X-Forwarded-For"),
    "X-Request-Id": in_handshake("X-Request-Id"),
    "a good token": introduced(lambda _, token: {"Authorization": f"Bearer {token}"}),
    "a good token that is cut": introduced(lambda _, token: {"Authorization": f"Bearer {token[:-1]}"}),
    "a token": introduced(lambda secret, _: {"Authorization": f"Bearer {secret}"}),
    "a scheme": introduced(lambda secret, token: {"Authorization": f"{secret} {token}"}),
    "two tokens": introduced(lambda secret, token: {"Authorization": f"Bearer {token}", "authorization": secret}),
    "a member of the introduction": introduced(lambda secret, _: {secret: secret}),
    "an introduction that is text": introduced(lambda secret, _: secret),
    "a second introduction": said(lambda secret: [message(type="connection_init", payload={"token": secret})]),
    "a ping": said(lambda secret: [message(type="ping", payload={secret: secret})]),
    "a pong": said(lambda secret: [message(type="pong", payload={secret: secret})]),
    "an id": said(lambda secret: [asked(secret, query=ME), asked(secret, query=WATCH), asked(secret, query=WATCH)]),
    "an id that is too long": said(lambda secret: [asked(secret * 9, query=ME)]),
    "the id of an end": said(lambda secret: [message(type="complete", id=secret)]),
    "a type": said(lambda secret: [message(type=secret)]),
    "a member": said(lambda secret: [message(type="ping", **{secret: secret})]),
    "a string of a query": operation(lambda secret: {"query": f"{{ doctor(id: {json.dumps(secret)}) {{ name }} }}"}),
    "a string without an end": operation(lambda secret: {"query": f'{{ doctor(id: "{secret}'}),
    "a comment": operation(lambda secret: {"query": f"{{ __typename }} # {one_line(secret)}"}),
    "a field": operation(lambda secret: {"query": f"{{ {secret.split()[0]} }}"}),
    "a subscription's name": operation(lambda secret: {"query": WATCH.replace("(", f"{secret.split()[0]} (", 1)}),
    "no GraphQL": operation(lambda secret: {"query": secret}),
    "a variable": operation(lambda secret: {"query": NAMED, "variables": {"name": secret}}),
    "a variable of a subscription": operation(lambda secret: {"query": WATCH, "variables": {"id": secret}}),
    "a variable's name": operation(lambda secret: {"query": WATCH, "variables": {secret: 1}}),
    "a variable of another type": operation(lambda secret: {"query": WATCH, "variables": {"id": {secret: [secret]}}}),
    "a login": operation(lambda secret: {"query": SIGN_IN, "variables": {"login": secret, "password": "x"}}),
    "a password": operation(lambda secret: {"query": SIGN_IN, "variables": {"login": "x", "password": secret}}),
    "operationName": operation(lambda secret: {"query": WATCH, "operationName": secret}),
    "extensions": operation(lambda secret: {"query": WATCH, "extensions": {secret: secret}}),
    "persistedQuery": operation(
        lambda secret: {"query": WATCH, "extensions": {"persistedQuery": {"version": 1, "sha256Hash": secret}}}
    ),
    "documentId": operation(lambda secret: {"documentId": secret}),
    "parameters that are text": said(lambda secret: [message(type="subscribe", id="a", payload=secret)]),
    "another parameter": operation(lambda secret: {"query": WATCH, secret: secret}),
    "nothing of a subscription": operation(lambda _: {"query": WATCH}),
    "nothing of another": operation(lambda _: {"query": NOTIFIED}),
    "a member that is there twice": said(
        lambda secret: [frame(TEXT, b'{"type": "ping", "type": %s}' % json.dumps(secret).encode())]
    ),
    "no JSON": said(lambda secret: [frame(TEXT, secret.encode())]),
    "no UTF-8": said(lambda secret: [frame(TEXT, secret.encode() + b"\xff")]),
    "a binary message": said(lambda secret: [frame(BINARY, secret.encode())]),
    "a message that is too large": said(lambda secret: [frame(TEXT, secret.encode() * 400)]),
    "parts of no message": said(lambda secret: [frame(CONTINUATION, secret.encode())]),
    "an unknown frame": said(lambda secret: [frame(5, secret.encode())]),
    "a frame without a mask": said(lambda secret: [frame(TEXT, secret.encode(), masked=False)]),
    "a ping of WebSocket's": said(lambda secret: [frame(PING, secret.encode()[:125])]),
    "a ping that is too long": said(lambda secret: [frame(PING, secret.encode() * 3)]),
    "a pong of WebSocket's": said(lambda secret: [frame(PONG, secret.encode()[:125])]),
    "a reason to close": said(lambda secret: [frame(CLOSE, struct.pack("!H", 1000) + secret.encode()[:100])]),
    "a reason that is no UTF-8": said(
        lambda secret: [frame(CLOSE, struct.pack("!H", 4000) + secret.encode()[:99] + b"\xff")]
    ),
}

# What is planted in a query's or a mutation's request is planted in a stream's too, with another `Accept`.
STREAMS: Final[Mapping[str, Callable[[str, str], bytes]]] = {
    "a variable": streamed(lambda secret: {"query": WATCH, "variables": {"id": secret}}),
    "a variable of another type": streamed(lambda secret: {"query": WATCH, "variables": {"id": {secret: secret}}}),
    "an operation": streamed(lambda secret: {"query": WATCH.replace("(", f"{secret.split()[0]} (", 1)}),
    "operationName": streamed(lambda secret: {"query": WATCH, "operationName": secret}),
    "extensions": streamed(lambda secret: {"query": WATCH, "extensions": {secret: secret}}),
    "nothing of the one": streamed(lambda _: {"query": WATCH}),
    "nothing of the other": streamed(lambda _: {"query": NOTIFIED}),
}
