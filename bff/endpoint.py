"""GraphQL over HTTP for one audience: from a request to an answer, in one straight line."""

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import orjson
import strawberry
from graphql import DocumentNode, GraphQLError, GraphQLSchema, OperationType
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bff.admission.body import GraphQLRequest, read_body
from bff.admission.limits import Limits, check
from bff.admission.measure import measure
from bff.admission.operation import admit, chosen_operation
from bff.admission.trusted import Mode, TrustedDocuments
from bff.admission.weights import Weights
from bff.auth.tokens import InvalidToken, TokenCheck
from bff.engine.documents import DEFAULT_LIMITS, Documents, InvalidDocument
from bff.engine.errors import shown
from bff.engine.execution import run
from bff.graphiql.page import wants_page
from bff.language import preferred
from bff.refusals import Refused, unauthenticated
from schema.common.building import public_root_fields
from schema.common.messages import Language
from schema.common.principals import Audience, Principal

GRAPHQL_JSON: Final = "application/graphql-response+json"
JSON: Final = "application/json"
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks, in which language, in which request: all that a context is made from."""

    principal: Principal
    language: Language
    request_id: str


ContextMaker = Callable[[Asker], object]


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
        self._page: Final = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive, send)
        response = self._page() if self._page and wants_page(request) else await self.answer(request)
        await response(scope, receive, send)

    async def answer(self, request: Request) -> Response:
        """Answer one request; whatever goes wrong is JSON with a code and the request's id."""
        request_id = _request_id(request)
        try:
            return await self._answer(request, request_id)
        except Refused as refused:
            extensions = {"code": refused.code, "requestId": request_id, **refused.extensions}
            error = {"message": refused.message, "extensions": extensions}
            return _response(request, request_id, {"errors": [error]}, refused.status, refused.headers)
        except InvalidDocument as invalid:
            errors = [shown(error, request_id) for error in invalid.errors]
            # The older media type promises 200 for every well-formed request.
            status = 400 if _media_type(request) == GRAPHQL_JSON else 200
            return _response(request, request_id, {"errors": errors}, status)
        except Exception as fault:  # noqa: BLE001  left to the server, its message would be logged: it may hold patient data
            error = shown(GraphQLError("", original_error=fault), request_id)
            return _response(request, request_id, {"errors": [error]}, 500)

    async def _answer(self, request: Request, request_id: str) -> Response:
        if request.method != "POST":
            raise Refused(405, "BAD_USER_INPUT", "Send the operation by POST.", {"Allow": "POST"})
        principal = await self._principal(request)
        asked = await read_body(request, self._max_body_bytes)
        document = self._admitted(asked, principal)
        language = preferred(request.headers.get("accept-language", ""))
        context = self._context(Asker(principal=principal, language=language, request_id=request_id))
        content = await run(self._schema, document, asked, context, request_id)
        return _response(request, request_id, content)

    def _admitted(self, asked: GraphQLRequest, principal: Principal) -> DocumentNode:
        """Return the valid document of a request that may run: measured first, since validating takes longest."""
        query = self._trusted.resolve(asked)
        document = self._documents.parsed(query)
        operation = chosen_operation(document, asked.operation_name)
        check(measure(document, operation, asked.variables, self._weights), self._limits)
        self._documents.valid(query, document)
        admit(document, operation, principal, self._public)
        if operation.operation is OperationType.SUBSCRIPTION:
            raise Refused(400, "BAD_USER_INPUT", "A subscription has more than the one answer that this request gets.")
        return document

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


def _media_type(request: Request) -> str:
    return GRAPHQL_JSON if GRAPHQL_JSON in request.headers.get("accept", "") else JSON


def _response(
    request: Request,
    request_id: str,
    content: Mapping[str, Any],
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    fixed = {"X-Request-Id": request_id, "Cache-Control": "private, no-store", "Vary": "Accept, Accept-Language"}
    return Response(
        orjson.dumps(content),
        status_code=status,
        media_type=f"{_media_type(request)}; charset=utf-8",
        headers={**fixed, **(headers or {})},
    )
