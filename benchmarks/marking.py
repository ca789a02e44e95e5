"""The platform below the BFF, played from memory: whatever it answers bears the mark of the person who was asked for.

Who that is, it learns from the internal token alone, whose signature it verifies. All people ask for the same ids, so
that whatever two requests share by mistake, whether a loader, a token or an answer, shows the mark of somebody else.
"""

import asyncio
import json
import random
import re
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

import httpx
import jwt

from bff.auth.internal import AUDIENCE
from tests.schema.downstreams import Downstreams

LONGEST_DELAY_SECONDS: Final = 0.01
TEXTS: Final = frozenset({"name", "email", "bio", "reason", "title", "text", "justification"})
# Whose an object is: by how their ids begin.
_OWNERS: Final = {"pat": "patientId", "doc": "doctorId"}
_MARK: Final = re.compile(rb"seen by ([\w-]+)")


def marks_in(body: bytes) -> frozenset[str]:
    """Return the ids of all people whose mark is in an answer."""
    return frozenset(mark.decode() for mark in _MARK.findall(body))


class MarkingPlatform(httpx.AsyncBaseTransport):
    """Answers each call after a delay of its own. `key_sets` are the pools' keys by path, `bff_key` is the BFF's."""

    def __init__(self, key_sets: Mapping[str, object], bff_key: str, dice: random.Random) -> None:
        self._key_sets: Final = key_sets
        self._bff_key: Final = bff_key
        self._dice: Final = dice
        self._downstreams: Final = Downstreams()
        self._subjects: Final[dict[str, str]] = {}
        self.calls = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one call."""
        path = request.url.path
        if path in self._key_sets:
            return httpx.Response(200, json=self._key_sets[path])
        if path == "/changes":
            return httpx.Response(200, headers={"Content-Type": "text/event-stream"}, stream=_Silence())
        self.calls += 1
        subject = self._subject(request.headers["Authorization"])
        await request.aread()
        await asyncio.sleep(self._dice.uniform(0, LONGEST_DELAY_SECONDS))
        answer = self._downstreams.answer(request)
        if answer.is_success and answer.content:
            return httpx.Response(answer.status_code, json=_marked(answer.json(), subject))
        return answer

    def _subject(self, authorization: str) -> str:
        if authorization not in self._subjects:
            token = authorization.removeprefix("Bearer ")
            claims = jwt.decode(token, self._bff_key, algorithms=["EdDSA"], audience=AUDIENCE)
            self._subjects[authorization] = claims["sub"]
        return self._subjects[authorization]


class _Silence(httpx.AsyncByteStream):
    """A stream in which nothing happens."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        await asyncio.Event().wait()
        yield b""


def _marked(content: Any, subject: str) -> Any:  # noqa: ANN401  JSON
    match content:
        case dict():
            return {name: _own(name, value, subject) or _marked(value, subject) for name, value in content.items()}
        case list():
            return [_marked(each, subject) for each in content]
        case _:
            return content


def _own(name: str, value: object, subject: str) -> str | None:
    """Return what a member is for the one who asks: a text is marked, and every object is theirs."""
    if name in TEXTS and value is not None:
        return f"seen by {subject}"
    return subject if name == _OWNERS.get(subject.partition("_")[0]) else None


def key_set(*keys: Mapping[str, object]) -> object:
    """Return a pool's key set as Cognito publishes it."""
    return json.loads(json.dumps({"keys": keys}))
