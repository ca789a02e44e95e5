"""HTTP to the world outside: one connection pool, one way to call, one way to fail."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, TypeVar, cast
from urllib.parse import quote

import httpx
import msgspec

from clients.access import ACCESS_HEADER, Access, access_of, nobody
from clients.errors import (
    UpstreamConflict,
    UpstreamContract,
    UpstreamForbidden,
    UpstreamInvalid,
    UpstreamNotFound,
    UpstreamRefusal,
    UpstreamUnavailable,
)
from clients.transports.over_aiohttp import OverAiohttp
from clients.transports.transport import Answer, BodyTooLarge, Call, NoAnswer, Transport, Unsendable
from clients.wire import UNDECODABLE

T = TypeVar("T")

CONNECT_TIMEOUT_SECONDS: Final = 2.0
TOTAL_TIMEOUT_SECONDS: Final = 10.0
MAX_CONNECTIONS: Final = 200
# Shorter than any server of ours keeps an idle connection: who closes last must not be the one who writes.
KEEP_ALIVE_SECONDS: Final = 30
MAX_BODY_BYTES: Final = 10_000_000
MAX_URL_CHARACTERS: Final = 65_536

UNKNOWN: Final = "UNKNOWN"
# What separates ids and times may stand in a query as it is; a plus would be read as a blank.
_SAFE: Final = ",:"
_CODE: Final = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
_SERVER_ERROR: Final = 500
_REFUSAL: Final = 400
_REDIRECT: Final = 300
_REFUSALS: Final[dict[int, type[UpstreamRefusal]]] = {
    401: UpstreamForbidden,
    403: UpstreamForbidden,
    404: UpstreamNotFound,
    409: UpstreamConflict,
    410: UpstreamNotFound,
    412: UpstreamConflict,
}


def http_client() -> httpx.AsyncClient:
    """Make the process's one pool: HTTP/1.1 keep-alive, no redirects, no proxies or cookies from the environment."""
    return httpx.AsyncClient(
        timeout=httpx.Timeout(TOTAL_TIMEOUT_SECONDS, connect=CONNECT_TIMEOUT_SECONDS),
        limits=httpx.Limits(
            max_connections=MAX_CONNECTIONS,
            max_keepalive_connections=MAX_CONNECTIONS,
            keepalive_expiry=KEEP_ALIVE_SECONDS,
        ),
        follow_redirects=False,
        trust_env=False,
    )


def service_transport(connections: int = MAX_CONNECTIONS) -> OverAiohttp:
    """Make the process's pools for the services of the platform: at most so many connections to each."""
    return OverAiohttp(
        connections=connections, connect_timeout_seconds=CONNECT_TIMEOUT_SECONDS, keep_alive_seconds=KEEP_ALIVE_SECONDS
    )


class _Refusal(msgspec.Struct, frozen=True):
    """The part of an RFC 9457 problem that a client acts on."""

    code: str = UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Downstream:
    """One service as one caller sees it: its base URL and the headers that say who is asking.

    Made once per request. `name` appears in errors. `told` hears what an answer says about access that was denied, or
    given in an emergency: whose data, and which object.
    """

    name: str
    base_url: str
    http: Transport
    headers: Mapping[str, str]
    told: Callable[[Sequence[Access]], None] = nobody

    async def get(self, path: str, answer: type[T], **query: object) -> T:
        """Read `path`. Query values: None is left out, a list or tuple is joined by commas."""
        return await self._call("GET", path + _query(query), answer, self.headers, None)

    async def post(self, path: str, answer: type[T], body: msgspec.Struct | None = None) -> T:
        """Send `body` as JSON; never repeated by itself."""
        return await self._call("POST", path, answer, self._json_headers(), _content(body))

    async def put(self, path: str, answer: type[T], body: msgspec.Struct) -> T:
        """Send `body` as JSON to replace what is at `path`."""
        return await self._call("PUT", path, answer, self._json_headers(), _content(body))

    async def delete(self, path: str) -> None:
        """Remove what is at `path`."""
        await self._call("DELETE", path, type(None), self.headers, None)

    def _json_headers(self) -> Mapping[str, str]:
        return {**self.headers, "Content-Type": "application/json"}

    async def _call(
        self, method: str, path: str, answer: type[T], headers: Mapping[str, str], content: bytes | None
    ) -> T:
        status, body, _ = await self._exchange(method, self.base_url + path, headers, content)
        if status >= _SERVER_ERROR:
            raise UpstreamUnavailable(self.name, f"status {status}")
        if status >= _REFUSAL:
            raise _REFUSALS.get(status, UpstreamInvalid)(self.name, _code(body))
        if status >= _REDIRECT:
            # Not followed, and not done: an empty body would pass for the answer of a write that answers nothing.
            raise UpstreamContract(self.name, f"status {status}")
        return self._decode(body, answer)

    async def _exchange(self, method: str, url: str, headers: Mapping[str, str], content: bytes | None) -> Answer:
        if len(url) > MAX_URL_CHARACTERS:
            # By a query value, since ids in paths are short.
            raise UpstreamInvalid(self.name, "URL_TOO_LONG")
        try:
            answer = await self.http.exchange(
                Call(
                    method=method,
                    url=url,
                    headers=headers,
                    body=content,
                    max_body_bytes=MAX_BODY_BYTES,
                    timeout_seconds=TOTAL_TIMEOUT_SECONDS,
                )
            )
        except NoAnswer as failure:
            raise UpstreamUnavailable(self.name, failure.kind) from failure
        except BodyTooLarge:
            raise UpstreamContract(self.name, f"a body over {MAX_BODY_BYTES} bytes") from None
        except Unsendable:
            raise UpstreamInvalid(self.name, "UNSENDABLE") from None
        if ACCESS_HEADER in answer.headers:
            self.told(access_of(answer.headers[ACCESS_HEADER]))
        return answer

    def _decode(self, body: bytes, answer: type[T]) -> T:
        try:
            return cast("T", _decoder(cast("Any", answer)).decode(body or b"null"))
        except UNDECODABLE as failure:
            # Not chained: msgspec's message may quote what it could not read.
            raise UpstreamContract(self.name, f"not a {answer}: {type(failure).__name__}") from None


@cache
def _decoder(answer: Any) -> msgspec.json.Decoder[Any]:  # noqa: ANN401  a type, or an alias of one
    """Return the decoder of a type; there are as many as endpoints, and making one takes longer than most answers."""
    return msgspec.json.Decoder(answer)


def _content(body: msgspec.Struct | None) -> bytes:
    return msgspec.json.encode(body) if body is not None else b"{}"


def _query(values: Mapping[str, object]) -> str:
    parts = [f"{name}={quote(_text(value), safe=_SAFE)}" for name, value in values.items() if value is not None]
    return "?" + "&".join(parts) if parts else ""


def _text(value: object) -> str:
    if isinstance(value, list | tuple):
        return ",".join([each if isinstance(each, str) else _text(each) for each in value])
    return value if isinstance(value, str) else str(msgspec.to_builtins(value))


def _code(body: bytes) -> str:
    """Return a problem's code. What does not read like one is not shown or logged: it may be any text."""
    try:
        code = msgspec.json.decode(body, type=_Refusal).code
    except UNDECODABLE:
        return UNKNOWN
    return code if _CODE.fullmatch(code) else UNKNOWN
