"""GraphQL over HTTP for one audience: from a request to an answer, in one straight line."""

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Protocol

import orjson
import strawberry
from graphql import DocumentNode, GraphQLSchema
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bff.admission.actual import actual_cost
from bff.admission.body import GraphQLRequest, read_body
from bff.admission.csrf import check_preflighted, media_type
from bff.admission.limits import Limits, check
from bff.admission.measure import Measured, measure
from bff.admission.operation import admit, check_method, chosen_operation
from bff.admission.parameters import read_parameters
from bff.admission.trusted import Mode, TrustedDocuments
from bff.admission.weights import Weights
from bff.answers.caching import PRIVATE, finish, shareable_seconds
from bff.answers.messages import Message
from bff.auth.tokens import InvalidToken, TokenCheck
from bff.engine.connection import while_connected
from bff.engine.documents import DEFAULT_LIMITS, Documents
from bff.engine.errors import ErrorPolicy
from bff.engine.execution import prepared, run
from bff.graphiql.page import wants_page
from bff.language import preferred
from bff.negotiation import GRAPHQL_JSON, JSON, OFFERS, negotiated
from bff.refusals import InvalidRequest, Refused, unauthenticated
from clients.loaders import Loaders
from schema.common.building import public_root_fields
from schema.common.caching import cache_hints
from schema.common.messages import Language
from schema.common.principals import Audience, Principal

# A UUID or a trace id: an id is logged, and a name or a CPF must not come in by it.
_REQUEST_ID: Final = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_METHODS: Final = ("GET", "POST")
# What nginx calls a request whose client went away: nobody sees it but a log.
_CLIENT_GONE: Final = 499


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks, in which language, in which request: all that a context is made from."""

    principal: Principal
    language: Language
    request_id: str


class Context(Protocol):
    """What resolvers see of a request: here, only that its loaders end with it."""

    @property
    def loaders(self) -> Loaders:
        """The request's loaders."""


ContextMaker = Callable[[Asker], Context]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request, the id that names it in answers and logs, and the media type of its answer."""

    request: Request
    media_type: str
    policy: ErrorPolicy

    def failure(self, fault: Exception, status: int, headers: Mapping[str, str] = MappingProxyType({})) -> Response:
        """Return the answer that says what went wrong instead."""
        return self.response({"errors": self.policy.told_of(fault)}, status, headers)

    def response(
        self, content: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] = MappingProxyType({})
    ) -> Response:
        """Return the answer that carries `content` as JSON."""
        return self._response(orjson.dumps(content), status, {**PRIVATE, **headers})

    def finished(self, content: Mapping[str, Any], seconds: int) -> Response:
        """Return an operation's answer, which anybody may keep for so long."""
        body = orjson.dumps(content)
        done = finish(self.request.method, self.request.headers, body, errors="errors" in content, seconds=seconds)
        return self._response(done.body, done.status, done.headers)

    def _response(self, body: bytes, status: int, headers: Mapping[str, str]) -> Response:
        return Response(
            body,
            status_code=status,
            media_type=f"{self.media_type}; charset=utf-8",
            headers={"X-Request-Id": self.policy.request_id, **headers},
        )


class Endpoint:
    """Answers for one audience, as an ASGI app. `context` makes what its resolvers see.

    `page` is what a browser's GET gets, where GraphiQL is enabled.
    """

    def __init__(  # noqa: PLR0913  the endpoint's parts, each by its name
        self,
        *,
        audience: Audience,
        schema: strawberry.Schema,
        token_check: TokenCheck,
        context: ContextMaker,
        introspection: bool,
        max_body_bytes: int,
        body_timeout_seconds: float,
        max_errors: int,
        page: Callable[[], Response] | None = None,
        limits: Limits = DEFAULT_LIMITS,
        trusted_mode: Mode = "off",
        trusted_documents: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._audience: Final = audience
        self._schema: Final[GraphQLSchema] = schema._schema  # noqa: SLF001  Strawberry has no public name for it
        self._public: Final = public_root_fields(schema)
        self._limits: Final = limits
        self._weights: Final = Weights(schema.as_str())
        self._documents: Final = Documents(self._schema, introspection=introspection, limits=limits)
        self._trusted: Final = TrustedDocuments(trusted_documents, trusted_mode, self._documents)
        self._token_check: Final = token_check
        self._context: Final = context
        self._max_body_bytes: Final = max_body_bytes
        self._body_timeout_seconds: Final = body_timeout_seconds
        self._max_errors: Final = max_errors
        # "Did you mean" tells names of a graph that shows itself to nobody.
        self._hide_suggestions: Final = not introspection
        self._page: Final = page
        self._cache_hints: Final = cache_hints(schema)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive, send)
        response = self._page() if self._page and wants_page(request) else await self.answer(request)
        await response(scope, receive, send)

    async def answer(self, request: Request) -> Response:
        """Answer one request; whatever goes wrong is JSON with a code and the request's id."""
        accepted = negotiated(",".join(request.headers.getlist("accept")))
        policy = ErrorPolicy(
            request_id=_request_id(request),
            language=preferred(request.headers.get("accept-language", "")),
            max_errors=self._max_errors,
        )
        exchange = Exchange(request=request, media_type=accepted or JSON, policy=policy)
        try:
            _check_headers(request, acceptable=accepted is not None)
            return await self._answer(exchange)
        except Refused as refused:
            return exchange.failure(refused, refused.status, refused.headers)
        except InvalidRequest as invalid:
            # The older media type promises 200 for every well-formed request.
            return exchange.failure(invalid, 400 if exchange.media_type == GRAPHQL_JSON else 200)
        except ClientDisconnect:
            return Response(status_code=_CLIENT_GONE)
        except Exception as fault:  # noqa: BLE001  left to the server, its message would be logged: it may hold patient data
            return exchange.failure(fault, 500)

    async def _answer(self, exchange: Exchange) -> Response:
        request = exchange.request
        check_preflighted(request)
        principal = await self._principal(request)
        asked = await self._asked(request)
        document, measured = self._admitted(request.method, asked, principal)
        execution = prepared(
            self._schema,
            document,
            asked,
            max_errors=self._max_errors,
            hide_suggestions=self._hide_suggestions,
        )
        policy = exchange.policy
        asker = Asker(principal=principal, language=policy.language, request_id=policy.request_id)
        context = self._context(asker)
        try:
            content = await while_connected(request.receive, run(execution, context, policy))
        finally:
            await context.loaders.cancel()
        if asked.extensions.get("cost") is True:
            actual = actual_cost(document, execution.operation, content["data"], self._weights)
            cost = {"estimated": measured.cost, "actual": actual, "maximum": self._limits.cost}
            content["extensions"] = {"cost": cost}
        seconds = shareable_seconds(self._schema, self._cache_hints, document, execution.operation)
        return exchange.finished(content, seconds)

    async def _asked(self, request: Request) -> GraphQLRequest:
        if request.method == "GET":
            return read_parameters(request)
        return await read_body(request, max_bytes=self._max_body_bytes, timeout_seconds=self._body_timeout_seconds)

    def _admitted(self, method: str, asked: GraphQLRequest, principal: Principal) -> tuple[DocumentNode, Measured]:
        """Return the valid document of a request that may run: measured first, since validating takes longest."""
        query = self._trusted.resolve(asked)
        document = self._documents.parsed(query)
        operation = chosen_operation(document, asked.operation_name)
        check_method(method, operation)
        measured = measure(document, operation, asked.variables, self._weights)
        check(measured, self._limits)
        self._documents.valid(query, document)
        admit(document, operation, principal, self._public)
        return document, measured

    async def _principal(self, request: Request) -> Principal:
        """Return whose bearer token came; nobody where none came. A bad one is never ignored."""
        header = request.headers.get("authorization")
        if header is None:
            return Principal(audience=self._audience, id=None)
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer":
            raise unauthenticated()
        try:
            return await self._token_check(token.strip())
        except InvalidToken:
            raise unauthenticated() from None


def _request_id(request: Request) -> str:
    """Return the caller's id where it is a plausible one, else a new one."""
    given = request.headers.get("x-request-id", "")
    return given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex


def _check_headers(request: Request, *, acceptable: bool) -> None:
    if request.method not in _METHODS:
        raise Refused(405, "BAD_USER_INPUT", Message.METHOD_NOT_ALLOWED, {"Allow": "GET, POST"})
    if not acceptable:
        raise Refused(406, "BAD_USER_INPUT", Message.NOT_ACCEPTABLE, extensions={"offers": ", ".join(OFFERS)})
    if request.method == "POST" and media_type(request) != JSON:
        raise Refused(415, "BAD_USER_INPUT", Message.UNSUPPORTED_MEDIA_TYPE, extensions={"expected": JSON})
