"""Answers go out compressed, by zstd, br or gzip: the first of these that the client takes. Streams do not.

On BREACH. It reads a secret out of compressed answers' lengths: a victim's browser is made to ask again and again, with
the attacker's guess in the request and, reflected, in the answer beside the secret. We compress nevertheless, since
that needs credentials that a browser adds by itself, and there are none: no cookies, a bearer token that a page of
another origin has no way to send (`bff/answers/cors.py` allows no credentials). Secrets in answers, the tokens of a
session and signed addresses of files, are new each time, so no two answers tell about the same one. What remains is
text that one person wrote, shown to another beside a third's data (the reasons of a day's appointments): each guess
there costs a booking, of which there are ten at a time and few a minute. We accept that.
"""

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette_compress import CompressMiddleware, add_compress_type, remove_compress_type

# What fits into one packet anyway is not worth the work.
MINIMUM_BYTES: Final = 1_000
GRAPHQL_JSON: Final = "application/graphql-response+json"
STREAMS: Final = ("text/event-stream", "multipart/mixed")


def compressed(app: ASGIApp) -> ASGIApp:
    """Compress what `app` answers, from `MINIMUM_BYTES` on."""
    # The package keeps its types per process, not per middleware.
    add_compress_type(GRAPHQL_JSON)
    for stream in STREAMS:
        remove_compress_type(stream)
    return WeakTags(CompressMiddleware(app, minimum_size=MINIMUM_BYTES))


class WeakTags:
    """Weakens the entity tag of what was encoded: a strong one promises the same bytes in every encoding."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, but for that tag."""

        async def weakened(message: Message) -> None:
            if message["type"] == "http.response.start" and any(name == b"etag" for name, _ in message["headers"]):
                headers = MutableHeaders(scope=message)
                tag = headers.get("etag", "")
                if "content-encoding" in headers and tag.startswith('"'):
                    headers["etag"] = f"W/{tag}"
            await send(message)

        await self._app(scope, receive, weakened)
