"""HTTP to Google under a subject's token, which is fetched anew once when Google no longer accepts it."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import httpx
import msgspec

from clients.errors import UpstreamUnavailable
from clients.google.batch import CONTENT_TYPE, Get, PartAnswer, framed, unframed
from clients.google.credentials import GoogleCredentials
from clients.google.decoding import decoded
from clients.google.faults import GOOGLE, fault
from clients.http import TOTAL_TIMEOUT_SECONDS

T = TypeVar("T")

_FIRST_REFUSAL: Final = 400
_UNAUTHORIZED: Final = 401


@dataclass(frozen=True, slots=True)
class Read:
    """A GET for a batch: whose token, and the percent-encoded target."""

    subject: str
    target: str


@dataclass(frozen=True, slots=True)
class GoogleTransport:
    """Calls below `api_url`, such as https://www.googleapis.com.

    Every method raises `UpstreamUnavailable`, `UpstreamContract`, or what `fault` makes of Google's refusal.
    """

    http: httpx.AsyncClient
    api_url: str
    credentials: GoogleCredentials

    async def get(self, subject: str, path: str, answer: type[T]) -> T:
        """Read `path`."""
        return decoded(await self._call(subject, "GET", path), answer)

    async def post(self, subject: str, path: str, body: msgspec.Struct, answer: type[T]) -> T:
        """Send `body` as JSON."""
        return decoded(await self._call(subject, "POST", path, msgspec.json.encode(body)), answer)

    async def delete(self, subject: str, path: str) -> None:
        """Remove what is at `path`."""
        await self._call(subject, "DELETE", path)

    async def batch(self, path: str, reads: Sequence[Read]) -> Sequence[PartAnswer]:
        """Send reads in one call, each under its own subject's token; answer each in the order given."""
        tokens = await self._tokens(reads)
        answers = await self._batch(path, reads, tokens)
        stale = {read.subject for read, answer in zip(reads, answers, strict=True) if answer.status == _UNAUTHORIZED}
        for subject in stale:
            self.credentials.forget(subject, tokens[subject])
        return await self._batch(path, reads, await self._tokens(reads)) if stale else answers

    async def _tokens(self, reads: Sequence[Read]) -> Mapping[str, str]:
        subjects = list({read.subject for read in reads})
        return dict(zip(subjects, await asyncio.gather(*map(self.credentials.token, subjects)), strict=True))

    async def _batch(self, path: str, reads: Sequence[Read], tokens: Mapping[str, str]) -> Sequence[PartAnswer]:
        gets = [Get(read.target, tokens[read.subject]) for read in reads]
        headers = {"Authorization": f"Bearer {gets[0].token}", "Content-Type": CONTENT_TYPE}
        response = await self._exchange("POST", path, headers, framed(gets))
        if response.status_code >= _FIRST_REFUSAL:
            raise fault(response.status_code, response.content)
        return unframed(response.headers.get("Content-Type", ""), response.content, len(reads))

    async def _call(self, subject: str, method: str, path: str, content: bytes | None = None) -> bytes:
        token = await self.credentials.token(subject)
        response = await self._exchange(method, path, _headers(token), content)
        if response.status_code == _UNAUTHORIZED:
            self.credentials.forget(subject, token)
            token = await self.credentials.token(subject)
            response = await self._exchange(method, path, _headers(token), content)
        if response.status_code >= _FIRST_REFUSAL:
            raise fault(response.status_code, response.content)
        return response.content

    async def _exchange(
        self, method: str, path: str, headers: Mapping[str, str], content: bytes | None
    ) -> httpx.Response:
        try:
            async with asyncio.timeout(TOTAL_TIMEOUT_SECONDS):
                return await self.http.request(method, self.api_url + path, headers=headers, content=content)
        except (httpx.HTTPError, TimeoutError) as failure:
            raise UpstreamUnavailable(GOOGLE, type(failure).__name__) from failure


def _headers(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
