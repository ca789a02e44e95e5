"""Settings become clients, clients become contexts, contexts serve three endpoints: the wiring, and nothing else."""

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial

import httpx
import strawberry
from starlette.applications import Starlette
from starlette.routing import Route

from bff.admission.csrf import PREFLIGHT_HEADERS
from bff.admission.trusted import read_manifest
from bff.answers.wrapping import wrapped
from bff.auth.account_secrets import DerivedSecrets
from bff.auth.internal import InternalToken
from bff.auth.keys import KeyRing
from bff.auth.tokens import Pool, TokenCheck
from bff.contexts import Contexts
from bff.endpoint import ContextMaker, Endpoint
from bff.graphiql.page import graphiql_page
from bff.graphiql.static import static_route
from bff.live.feed import Feed
from bff.settings import PoolSettings, Settings
from bff.telemetry.health import Ready, live
from clients.changes.client import ChangesClient
from clients.changes.following import follow
from clients.cognito.client import CognitoClient, key_set
from clients.google.client import google_client
from clients.google.credentials import ServiceAccount
from clients.http import http_client
from schema.common.principals import Audience
from schema.doctor.schema import schema as doctor_schema
from schema.erp.schema import schema as erp_schema
from schema.patient.schema import schema as patient_schema


def create_app(settings: Settings) -> Starlette:
    """Build the BFF. Its key sets are fetched at start-up; readiness waits for them."""
    http = http_client()
    internal_token = InternalToken(settings.signing_key.get_secret_value(), time.time)
    feed = _feed(settings, http, internal_token)
    contexts = _contexts(settings, http, internal_token, feed)
    pools: dict[Audience, PoolSettings] = {
        "patient": settings.patient_pool,
        "doctor": settings.doctor_pool,
        "erp": settings.erp_pool,
    }
    rings = {name: KeyRing(partial(key_set, http, pool.jwks_url), time.monotonic) for name, pool in pools.items()}
    graphs: dict[Audience, tuple[strawberry.Schema, ContextMaker]] = {
        "patient": (patient_schema, contexts.patient),
        "doctor": (doctor_schema, contexts.doctor),
        "erp": (erp_schema, contexts.erp),
    }
    endpoints = [
        _route(
            settings,
            audience,
            schema,
            context,
            TokenCheck(_pool(audience, pools[audience]), rings[audience], time.time),
        )
        for audience, (schema, context) in graphs.items()
    ]
    ready = Ready(rings)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with http, feed:
            for ring in rings.values():
                await ring.ready()
            yield

    health = [Route("/health/live", live), Route("/health/ready", ready.answer)]
    app = Starlette(routes=[*endpoints, *health, static_route()], lifespan=lifespan)
    # Outside of Starlette's own middleware, which answers faults.
    app.middleware_stack = wrapped(
        app.build_middleware_stack(),
        allowed_origins=settings.allowed_origins,
        preflight_headers=PREFLIGHT_HEADERS,
        https=settings.https,
    )
    return app


def _route(
    settings: Settings, audience: Audience, schema: strawberry.Schema, context: ContextMaker, token_check: TokenCheck
) -> Route:
    endpoint = Endpoint(
        audience=audience,
        schema=schema,
        token_check=token_check,
        context=context,
        introspection=settings.introspection,
        max_body_bytes=settings.max_body_bytes,
        body_timeout_seconds=settings.body_timeout_seconds,
        max_errors=settings.max_errors,
        limits=settings.limits,
        trusted_mode=settings.trusted_mode,
        trusted_documents=_manifest(settings, audience),
        page=partial(graphiql_page, audience, demo_sign_in=settings.demo_sign_in) if settings.graphiql else None,
    )
    return Route(f"/{audience}/graphql", endpoint)


def _manifest(settings: Settings, audience: Audience) -> Mapping[str, str]:
    file = settings.trusted_documents.get(audience)
    return read_manifest(file) if file else {}


def _feed(settings: Settings, http: httpx.AsyncClient, internal_token: InternalToken) -> Feed:
    """Listen to each service over one connection of this process."""
    urls = {"scheduling": settings.scheduling_url, "records": settings.records_url, "erp": settings.erp_url}
    return Feed(
        [
            follow(ChangesClient(name=name, base_url=url, http=http, headers=internal_token.own_headers))
            for name, url in urls.items()
        ]
    )


def _contexts(settings: Settings, http: httpx.AsyncClient, internal_token: InternalToken, feed: Feed) -> Contexts:
    def cognito(pool: PoolSettings) -> CognitoClient:
        return CognitoClient(http=http, url=settings.cognito_url, client_id=pool.client_id)

    def clock() -> datetime:
        return datetime.now(UTC)

    google = settings.google
    account = ServiceAccount(client_email=google.client_email, private_key=google.private_key.get_secret_value())
    return Contexts(
        http=http,
        internal_token=internal_token,
        scheduling_url=settings.scheduling_url,
        records_url=settings.records_url,
        erp_url=settings.erp_url,
        changes=feed,
        google=google_client(http, api_url=google.api_url, token_url=google.token_url, account=account, clock=clock),
        patient_cognito=cognito(settings.patient_pool),
        doctor_cognito=cognito(settings.doctor_pool),
        erp_cognito=cognito(settings.erp_pool),
        account_secrets=DerivedSecrets(settings.signing_key.get_secret_value().encode()),
        totp_required=settings.totp_required,
        clock=clock,
    )


def _pool(audience: Audience, pool: PoolSettings) -> Pool:
    return Pool(audience=audience, issuer=pool.issuer, client_id=pool.client_id)
