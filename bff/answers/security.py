"""Headers that tell browsers to make nothing of an answer but what it is."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# JSON loads nothing and is shown in no frame; the pages have a policy of their own, which stays.
HEADERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
)
# Two years, as browsers' preload lists ask.
HSTS: Final = "max-age=63072000"
# As ASGI has them: every answer gets them, so each time a name is looked for costs.
_RAW: Final = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
_RAW_HSTS: Final = (b"strict-transport-security", HSTS.encode())


class SecurityHeaders:
    """Adds what the answer does not say itself, whoever gives it: also a preflight's, and a fault's.

    `https` says that clients come by TLS, even where a balancer ends it and this process sees plain HTTP. Browsers then
    never again come without.
    """

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        self._https = https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, with the headers."""

        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                said = {name for name, _ in headers}
                added = [*_RAW, _RAW_HSTS] if self._https or scope.get("scheme") == "https" else _RAW
                message["headers"] = headers + [each for each in added if each[0] not in said]
            await send(message)

        await self._app(scope, receive, secured)
