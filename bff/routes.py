"""What is served for one audience: its operations over HTTP, as event streams, and over sockets, at one address."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

import strawberry
from starlette.requests import HTTPConnection
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from bff.admission.body import GraphQLRequest
from bff.admission.rate import RateLimiter
from bff.admission.trusted import read_manifest
from bff.asking import Asker
from bff.audit.audit import Audit
from bff.auth.tokens import TokenCheck
from bff.endpoint import Endpoint
from bff.graphiql.page import graphiql_page
from bff.live.answers import Answers, Errors
from bff.live.conversation import Service, SocketLimits
from bff.live.places import Places
from bff.live.sse import Streams
from bff.live.stays import Stays
from bff.live.websocket import Sockets
from bff.operations import ContextMaker, Operations
from bff.settings import Settings
from bff.telemetry.metrics import CostMetrics, UnplannedMetrics
from schema.common.principals import Audience


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What all audiences share in one process."""

    settings: Settings
    rates: RateLimiter
    places: Places
    stays: Stays
    audit: Audit
    costs: CostMetrics | None
    unplanned: UnplannedMetrics | None
    address_of: Callable[[HTTPConnection], str]


class Straight:
    """Leads requests to the endpoints past Starlette's router and its answers to faults: an endpoint answers its own.

    All else goes to `app`.
    """

    def __init__(self, app: ASGIApp, routes: Iterable[BaseRoute]) -> None:
        self._app: Final = app
        self._endpoints: Final[Mapping[str, ASGIApp]] = {
            each.path: each.endpoint
            for each in routes
            if isinstance(each, Route) and isinstance(each.endpoint, Endpoint)
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lead one request."""
        endpoint = self._endpoints.get(scope["path"]) if scope["type"] == "http" else None
        await (endpoint or self._app)(scope, receive, send)


def audience_routes(
    shared: Shared, audience: Audience, schema: strawberry.Schema, context: ContextMaker, token_check: TokenCheck
) -> list[BaseRoute]:
    """Return the routes of one audience."""
    operations = _operations(shared, audience, schema, context)
    path = f"/{audience}/graphql"
    return [
        Route(path, _endpoint(shared, audience, operations, token_check)),
        WebSocketRoute(path, _sockets(shared, audience, operations, token_check)),
    ]


def _operations(shared: Shared, audience: Audience, schema: strawberry.Schema, context: ContextMaker) -> Operations:
    settings = shared.settings
    return Operations(
        audience=audience,
        schema=schema,
        context=context,
        audit=shared.audit,
        rates=shared.rates,
        limits=settings.limits,
        introspection=settings.introspection,
        max_errors=settings.max_errors,
        costs=shared.costs,
        unplanned=shared.unplanned,
        trusted_mode=settings.trusted_mode,
        trusted_documents=_manifest(settings, audience),
    )


def _manifest(settings: Settings, audience: Audience) -> Mapping[str, str]:
    file = settings.trusted_documents.get(audience)
    return read_manifest(file) if file else {}


def _endpoint(shared: Shared, audience: Audience, operations: Operations, token_check: TokenCheck) -> Endpoint:
    settings = shared.settings
    return Endpoint(
        audience=audience,
        operations=operations,
        streams=Streams(
            places=shared.places,
            stays=shared.stays,
            heartbeat_seconds=settings.live_heartbeat_seconds,
            send_seconds=settings.live_send_seconds,
        ),
        token_check=token_check,
        address_of=shared.address_of,
        max_body_bytes=settings.max_body_bytes,
        body_timeout_seconds=settings.body_timeout_seconds,
        page=partial(graphiql_page, audience, demo_sign_in=settings.demo_sign_in) if settings.graphiql else None,
        tells_plans=settings.debug_plans,
    )


def _sockets(shared: Shared, audience: Audience, operations: Operations, token_check: TokenCheck) -> Sockets:
    settings = shared.settings

    async def start(asked: GraphQLRequest, asker: Asker) -> Answers:
        await operations.count(asker)
        return await operations.start(operations.admitted(asked, asker), asker)

    def tell(fault: Exception, asker: Asker) -> Errors:
        return operations.policy(asker).told_of(fault)

    limits = SocketLimits(
        init_seconds=settings.socket_init_seconds,
        send_seconds=settings.live_send_seconds,
        heartbeat_seconds=settings.live_heartbeat_seconds,
        max_frame_bytes=settings.socket_max_frame_bytes,
        max_operations=settings.socket_max_operations,
    )
    return Sockets(
        audience=audience,
        service=Service(identify=token_check, start=start, tell=tell, stays=shared.stays, limits=limits),
        places=shared.places,
        origins=settings.allowed_origins,
        address_of=shared.address_of,
    )
