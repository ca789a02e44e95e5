import json
from typing import Any

import pytest

from bff.live import protocol
from bff.live.protocol import Close, Complete, ConnectionInit, Message, Parameters, Ping, Pong, Stage, Subscribe

QUERY = Parameters(query="{ hello }")


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        ({"type": "connection_init"}, ConnectionInit()),
        ({"type": "connection_init", "payload": None}, ConnectionInit()),
        ({"type": "connection_init", "payload": {"a": 1}}, ConnectionInit({"a": 1})),
        ({"type": "ping"}, Ping()),
        ({"type": "pong", "payload": {}}, Pong({})),
        ({"type": "complete", "id": "a"}, Complete("a")),
        ({"type": "subscribe", "id": "a", "payload": {"query": "{ hello }"}}, Subscribe("a", QUERY)),
        (
            {
                "type": "subscribe",
                "id": "a",
                "unknown": True,
                "payload": {"documentId": "d", "operationName": "o", "variables": {"v": 1}, "extensions": {"e": 1}},
            },
            Subscribe("a", Parameters(None, "o", {"v": 1}, {"e": 1}, "d")),
        ),
    ],
)
def test_messages_are_read(frame: dict[str, Any], message: Message) -> None:
    assert protocol.read(json.dumps(frame), 1_000) == message


def test_a_frame_has_so_many_bytes_and_no_more() -> None:
    frame = '{"type": "ping", "payload": {"a": "é"}}'
    size = len(frame.encode())
    assert protocol.read(frame, size) == Ping({"a": "é"})
    assert protocol.read(frame, size - 1) == protocol.NOT_A_MESSAGE


def test_a_binary_frame_is_no_message() -> None:
    assert protocol.read(None, 1_000) == protocol.NOT_A_MESSAGE


@pytest.mark.parametrize(
    ("message", "stage", "running", "close"),
    [
        (ConnectionInit(), Stage.OPENED, [], None),
        (ConnectionInit(), Stage.ACKNOWLEDGED, [], protocol.SECOND_INIT),
        (Ping(), Stage.OPENED, [], None),
        (Pong(), Stage.OPENED, [], None),
        (Complete("a"), Stage.OPENED, [], None),
        (Subscribe("a", QUERY), Stage.OPENED, [], protocol.UNAUTHORIZED),
        (Subscribe("a", QUERY), Stage.ACKNOWLEDGED, ["b"], None),
        (Subscribe("a", QUERY), Stage.ACKNOWLEDGED, ["a"], Close(4409, "Subscriber for a already exists")),
        (Subscribe("a", QUERY), Stage.ACKNOWLEDGED, ["b", "c"], protocol.TOO_MANY_OPERATIONS),
        (Complete("a"), Stage.ACKNOWLEDGED, ["a", "b"], None),
    ],
)
def test_each_message_has_its_time(message: Message, stage: Stage, running: list[str], close: Close | None) -> None:
    assert protocol.objection(message, stage, running, max_operations=2) == close


@pytest.mark.parametrize("character", ["a", "é", "𝄞"])
def test_a_reason_fits_into_a_close_frame(character: str) -> None:
    close = protocol.objection(Subscribe(character * 128, QUERY), Stage.ACKNOWLEDGED, [character * 128], 2)
    assert close
    reason = close.event()["reason"]
    assert 119 < len(reason.encode()) <= 123
    assert reason.startswith(f"Subscriber for {character}")
