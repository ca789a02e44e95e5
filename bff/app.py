"""Settings become clients, clients become contexts, contexts serve three endpoints: the wiring, and nothing else."""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial

import httpx
import strawberry
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route

from bff.admission.address import client_address
from bff.admission.csrf import PREFLIGHT_HEADERS
from bff.admission.rate import RateLimiter, rate_rules
from bff.admission.windows import Windows
from bff.answers.wrapping import wrapped
from bff.audit.audit import Audit
from bff.audit.spool import Spool
from bff.auth.account_secrets import DerivedSecrets
from bff.auth.internal import InternalToken
from bff.auth.keys import KeyRing
from bff.auth.tokens import Pool, TokenCheck
from bff.contexts import Contexts
from bff.graphiql.static import static_route
from bff.live.feed import Feed
from bff.live.places import Places
from bff.live.stays import Stays
from bff.operations import ContextMaker
from bff.routes import Shared, Straight, audience_routes
from bff.settings import PoolSettings, Settings
from bff.telemetry.health import Ready, live
from bff.telemetry.metrics import CostMetrics, MetricsPage, UnplannedMetrics
from clients.changes.client import ChangesClient
from clients.changes.following import follow
from clients.cognito.client import CognitoClient
from clients.cognito.keys import key_set
from clients.google.client import google_client
from clients.google.credentials import ServiceAccount
from clients.http import Downstream, http_client, service_transport
from clients.records.client import RecordsClient
from clients.transports.transport import Transport
from schema.common.principals import Audience
from schema.doctor.schema import schema as doctor_schema
from schema.erp.schema import schema as erp_schema
from schema.patient.schema import schema as patient_schema


def create_app(settings: Settings) -> Starlette:
    """Build the BFF. Its key sets are fetched at start-up; readiness waits for them.

    `app.state.stays` ends its live connections, where the server stops.
    """
    http = http_client()
    services = service_transport(settings.downstream_connections)
    internal_token = InternalToken(settings.signing_key.get_secret_value(), time.time)
    feed = _feed(settings, http, internal_token)
    contexts = _contexts(settings, http, services, internal_token, feed)
    pools: dict[Audience, PoolSettings] = {
        "patient": settings.patient_pool,
        "doctor": settings.doctor_pool,
        "erp": settings.erp_pool,
    }
    rings = {
        name: KeyRing(partial(key_set, http, pool.jwks_url), time.monotonic, settings.keys)
        for name, pool in pools.items()
    }
    graphs: dict[Audience, tuple[strawberry.Schema, ContextMaker]] = {
        "patient": (patient_schema, contexts.patient),
        "doctor": (doctor_schema, contexts.doctor),
        "erp": (erp_schema, contexts.erp),
    }
    windows = Windows(settings.rate_storage_url.get_secret_value())
    registry = CollectorRegistry()
    audit = _audit(settings, services, internal_token)
    shared = _shared(settings, contexts, windows, audit, registry if settings.metrics else None)
    routes: list[BaseRoute] = [
        Route("/health/live", live),
        Route("/health/ready", Ready(rings).answer),
        static_route(),
        *([Route("/metrics", MetricsPage(registry).answer)] if settings.metrics else []),
    ]
    for audience, (schema, context) in graphs.items():
        token_check = TokenCheck(_pool(audience, pools[audience]), rings[audience], time.time)
        routes += audience_routes(shared, audience, schema, context, token_check)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with http, services, feed, audit:
            await asyncio.gather(*(ring.ready() for ring in rings.values()))
            yield
        await windows.aclose()

    app = Starlette(routes=routes, lifespan=lifespan)
    app.state.stays = shared.stays
    # Outside of Starlette's own middleware, which answers faults.
    app.middleware_stack = wrapped(
        Straight(app.build_middleware_stack(), routes),
        allowed_origins=settings.allowed_origins,
        preflight_headers=PREFLIGHT_HEADERS,
        https=settings.https,
    )
    return app


def _audit(settings: Settings, http: Transport, internal_token: InternalToken) -> Audit:
    """Audit to the records service, as the BFF itself: each call with a token that is good then."""

    def sink() -> RecordsClient:
        headers = internal_token.own_headers()
        return RecordsClient(Downstream(name="records", base_url=settings.records_url, http=http, headers=headers))

    return Audit(
        sink=sink,
        spool=Spool(settings.audit_folder),
        when_down=settings.audit_when_down,
        clock=lambda: datetime.now(UTC),
    )


def _shared(
    settings: Settings, contexts: Contexts, windows: Windows, audit: Audit, registry: CollectorRegistry | None
) -> Shared:
    rules = rate_rules(
        requests_per_minute=settings.rate_requests_per_minute,
        sign_ins_per_minute=settings.rate_sign_ins_per_minute,
        sign_ins_per_address_per_minute=settings.rate_sign_ins_per_address_per_minute,
        bookings_per_minute=settings.rate_bookings_per_minute,
    )
    # All processes have the signing key, and nobody else has what is derived from it.
    secret = hashlib.sha256(b"rate limits " + settings.signing_key.get_secret_value().encode()).digest()
    return Shared(
        settings=settings,
        rates=RateLimiter(windows, rules, secret=secret),
        places=Places(
            per_person=settings.live_connections_per_person,
            per_address=settings.live_connections_per_address,
            in_all=settings.live_connections,
        ),
        stays=Stays(
            now=time.time,
            still_valid=contexts.patient_cognito.still_valid,
            recheck_seconds=settings.live_recheck_seconds,
        ),
        audit=audit,
        costs=CostMetrics(registry) if registry else None,
        unplanned=UnplannedMetrics(registry) if registry else None,
        address_of=partial(client_address, trusted_proxies=settings.trusted_proxies),
    )


def _feed(settings: Settings, http: httpx.AsyncClient, internal_token: InternalToken) -> Feed:
    """Listen to each service over one connection of this process."""
    urls = {"scheduling": settings.scheduling_url, "records": settings.records_url, "erp": settings.erp_url}
    return Feed(
        [
            follow(ChangesClient(name=name, base_url=url, http=http, headers=internal_token.own_headers))
            for name, url in urls.items()
        ]
    )


def _contexts(
    settings: Settings, http: httpx.AsyncClient, services: Transport, internal_token: InternalToken, feed: Feed
) -> Contexts:
    def cognito(pool: PoolSettings) -> CognitoClient:
        return CognitoClient(http=http, url=settings.cognito_url, client_id=pool.client_id)

    def clock() -> datetime:
        return datetime.now(UTC)

    google = settings.google
    account = ServiceAccount(client_email=google.client_email, private_key=google.private_key.get_secret_value())
    return Contexts(
        http=services,
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
