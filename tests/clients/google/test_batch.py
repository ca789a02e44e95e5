import pytest

from clients.errors import UpstreamContract
from clients.google.batch import CONTENT_TYPE, Get, PartAnswer, framed, unframed
from sandbox.google.batch import ANSWER_TYPE, joined, parts
from sandbox.google.calls import Answer


def test_reads_are_framed_with_a_token_each() -> None:
    body = framed([Get("/calendar/v3/a%40b?x=1", "one"), Get("/calendar/v3/c", "two")])
    read = parts({"content-type": CONTENT_TYPE, "authorization": "Bearer outer"}, body)
    assert [(part.content_id, part.http_method, part.target) for part in read] == [
        ("<0>", "GET", "/calendar/v3/a%40b?x=1"),
        ("<1>", "GET", "/calendar/v3/c"),
    ]
    assert [part.headers["authorization"] for part in read] == ["Bearer one", "Bearer two"]


def test_answers_are_paired_by_id_not_by_position() -> None:
    body = joined([("<1>", Answer(404, {"error": {}})), ("<0>", Answer(200, {"summary": "ação\r\n\r\n--x"}))])
    assert unframed(ANSWER_TYPE, body, 2) == [
        PartAnswer(200, '{"summary": "ação\\r\\n\\r\\n--x"}'.encode()),
        PartAnswer(404, b'{"error": {}}'),
    ]


def test_a_quoted_boundary_and_bare_newlines_are_read() -> None:
    head = b"--a b\nContent-ID: <response-0>\nContent-Type: application/http\n\n"
    body = head + b'HTTP/1.1 200 OK\r\n\r\n{"id": "x"}\n--a b--\n'
    assert unframed('multipart/mixed; boundary="a b"', body, 1) == [PartAnswer(200, b'{"id": "x"}')]


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/html", b"<html>"),
        ("multipart/mixed", b""),
        (ANSWER_TYPE, b""),
        (ANSWER_TYPE, joined([("<1>", Answer(200, {}))])),
        (ANSWER_TYPE, joined([("<0>", Answer(200, {}))]).replace(b"HTTP/1.1 200 OK", b"what")),
        (ANSWER_TYPE, joined([("<0>", Answer(200, {}))]).replace(b"HTTP/1.1 200 OK", b"HTTP/1.1 soon OK")),
    ],
)
def test_another_framing_is_a_broken_contract(content_type: str, body: bytes) -> None:
    with pytest.raises(UpstreamContract):
        unframed(content_type, body, 1)
