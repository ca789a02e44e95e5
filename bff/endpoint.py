"""GraphQL over HTTP for one audience: from a request to an answer, in one straight line."""

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bff.admission.body import GraphQLRequest, read_body
from bff.admission.csrf import check_preflighted, media_type
from bff.admission.operation import check_method
from bff.admission.parameters import read_parameters
from bff.answers.caching import PRIVATE, finish
from bff.answers.encoding import encoded
from bff.answers.messages import Message
from bff.asking import Asker
from bff.auth.tokens import InvalidToken, TokenCheck
from bff.engine.connection import while_connected
from bff.engine.errors import ErrorPolicy
from bff.graphiql.page import wants_page
from bff.language import preferred
from bff.live.answers import Answers
from bff.live.sse import EVENTS, Reader, Streams
from bff.negotiation import GRAPHQL_JSON, JSON, OFFERS, negotiated
from bff.operations import Admitted, Operations
from bff.refusals import InvalidRequest, Refused, unauthenticated
from schema.common.principals import Audience, Principal

# A UUID or a trace id: an id is logged, and a name or a CPF must not come in by it.
_REQUEST_ID: Final = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
PLAN_HEADER: Final = "x-plan"
_METHODS: Final = ("GET", "POST")
# What nginx calls a request whose client went away: nobody sees it but a log.
_CLIENT_GONE: Final = 499


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request, who asks, and how it may be answered: as JSON of a media type, None where that is not accepted."""

    request: Request
    asker: Asker
    json_type: str | None
    takes_events: bool
    policy: ErrorPolicy

    def failure(self, fault: Exception, status: int, headers: Mapping[str, str] = MappingProxyType({})) -> Response:
        """Return the answer that says what went wrong instead: always as JSON."""
        body = encoded({"errors": self.policy.told_of(fault)})
        return self._response(body, status, {**PRIVATE, **headers})

    def finished(self, content: Mapping[str, Any], seconds: int) -> Response:
        """Return an operation's answer, which anybody may keep for so long."""
        body = encoded(content)
        done = finish(self.request.method, self.request.headers, body, errors="errors" in content, seconds=seconds)
        return self._response(done.body, done.status, done.headers)

    def _response(self, body: bytes, status: int, headers: Mapping[str, str]) -> Response:
        return Response(
            body,
            status_code=status,
            media_type=f"{self.json_type or JSON}; charset=utf-8",
            headers={"X-Request-Id": self.asker.request_id, **headers},
        )


class Endpoint:
    """Answers for one audience, as an ASGI app.

    `address_of` says where a connection comes from. `page` is what a browser's GET gets, where GraphiQL is enabled.
    `tells_plans`: a request with the header `X-Plan` is told how it was executed.
    """

    def __init__(  # noqa: PLR0913  the endpoint's parts, each by its name
        self,
        *,
        audience: Audience,
        operations: Operations,
        streams: Streams,
        token_check: TokenCheck,
        address_of: Callable[[HTTPConnection], str],
        max_body_bytes: int,
        body_timeout_seconds: float,
        page: Callable[[], Response] | None = None,
        tells_plans: bool = False,
    ) -> None:
        self._audience: Final = audience
        self._operations: Final = operations
        self._streams: Final = streams
        self._token_check: Final = token_check
        self._address_of: Final = address_of
        self._max_body_bytes: Final = max_body_bytes
        self._body_timeout_seconds: Final = body_timeout_seconds
        self._page: Final = page
        self._tells_plans: Final = tells_plans

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive, send)
        response = self._page() if self._page and wants_page(request) else await self.answer(request)
        await response(scope, receive, send)

    async def answer(self, request: Request) -> Response:
        """Answer one request; whatever goes wrong is JSON with a code and the request's id."""
        exchange = self._exchange(request)
        try:
            _check_headers(exchange)
            return await self._answer(exchange)
        except Refused as refused:
            return exchange.failure(refused, refused.status, refused.headers)
        except InvalidRequest as invalid:
            # The older media type promises 200 for every well-formed request.
            return exchange.failure(invalid, 400 if exchange.json_type == GRAPHQL_JSON else 200)
        except ClientDisconnect:
            return Response(status_code=_CLIENT_GONE)
        except Exception as fault:  # noqa: BLE001  left to the server, its message would be logged: it may hold patient data
            return exchange.failure(fault, 500)

    def _exchange(self, request: Request) -> Exchange:
        accept = ",".join(request.headers.getlist("accept"))
        nobody = Asker(
            principal=Principal(audience=self._audience, id=None),
            language=preferred(request.headers.get("accept-language", "")),
            address=self._address_of(request),
            request_id=_request_id(request),
        )
        return Exchange(
            request=request,
            asker=nobody,
            json_type=negotiated(accept),
            takes_events=negotiated(accept, (EVENTS,)) is not None,
            policy=self._operations.policy(nobody),
        )

    async def _answer(self, exchange: Exchange) -> Response:
        request = exchange.request
        check_preflighted(request)
        token = _bearer(request)
        asker = await self._identified(exchange.asker, token)
        await self._operations.count(asker)
        asked = await self._asked(request)
        if exchange.json_type is None:
            return await self._stream(exchange, asker, token, lambda: self._admitted(request, asked, asker))
        admitted = self._admitted(request, asked, asker)
        if not admitted.is_subscription:
            content = await while_connected(request.receive, self._operations.run(admitted, asker))
            return exchange.finished(content, self._operations.shareable_seconds(admitted))
        if not exchange.takes_events:
            raise Refused(406, "BAD_USER_INPUT", Message.NOT_ACCEPTABLE, extensions={"offers": EVENTS})
        return await self._stream(exchange, asker, token, lambda: admitted)

    async def _stream(
        self, exchange: Exchange, asker: Asker, token: str | None, admitted: Callable[[], Admitted]
    ) -> Response:
        async def start() -> Answers:
            return await self._operations.start(admitted(), asker)

        reader = Reader(person=asker.principal.id, address=asker.address, token=token, tell=exchange.policy.told_of)
        return await self._streams.open(start, reader, {"X-Request-Id": asker.request_id})

    def _admitted(self, request: Request, asked: GraphQLRequest, asker: Asker) -> Admitted:
        tells_plan = self._tells_plans and PLAN_HEADER in request.headers
        admitted = self._operations.admitted(asked, asker, tells_plan=tells_plan)
        check_method(request.method, admitted.operation)
        return admitted

    async def _asked(self, request: Request) -> GraphQLRequest:
        if request.method == "GET":
            return read_parameters(request)
        return await read_body(request, max_bytes=self._max_body_bytes, timeout_seconds=self._body_timeout_seconds)

    async def _identified(self, nobody: Asker, token: str | None) -> Asker:
        """Return who asks: nobody where no token came. A bad one is never ignored."""
        if token is None:
            return nobody
        try:
            return replace(nobody, principal=await self._token_check(token))
        except InvalidToken:
            raise unauthenticated() from None


def _bearer(request: Request) -> str | None:
    header = request.headers.get("authorization")
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer":
        raise unauthenticated()
    return token.strip()


def _request_id(request: Request) -> str:
    """Return the caller's id where it is a plausible one, else a new one."""
    given = request.headers.get("x-request-id", "")
    return given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex


def _check_headers(exchange: Exchange) -> None:
    request = exchange.request
    if request.method not in _METHODS:
        raise Refused(405, "BAD_USER_INPUT", Message.METHOD_NOT_ALLOWED, {"Allow": "GET, POST"})
    if exchange.json_type is None and not exchange.takes_events:
        offers = ", ".join((*OFFERS, EVENTS))
        raise Refused(406, "BAD_USER_INPUT", Message.NOT_ACCEPTABLE, extensions={"offers": offers})
    if request.method == "POST" and media_type(request) != JSON:
        raise Refused(415, "BAD_USER_INPUT", Message.UNSUPPORTED_MEDIA_TYPE, extensions={"expected": JSON})
