"""The patient graph behind a real server, as `python -m bff` has it, over services that answer as they are told."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, cast

import httpx
from pydantic import SecretStr
from starlette.applications import Starlette

from bff.admission.address import client_address
from bff.admission.csrf import PREFLIGHT_HEADERS
from bff.admission.rate import RateLimiter, rate_rules
from bff.admission.windows import Windows
from bff.answers.wrapping import wrapped
from bff.auth.keys import KeyRing
from bff.auth.tokens import TokenCheck
from bff.live.feed import Feed
from bff.live.places import Places
from bff.live.stays import Stays
from bff.routes import Shared, audience_routes
from bff.server import Bounds, bounded_protocol
from bff.settings import GoogleSettings, PoolSettings, Settings
from clients.changes.models import Change
from clients.cognito.client import CognitoClient
from clients.ids import PatientId
from schema.patient.schema import schema
from tests.bff.audit.sinks import Forgetful, audit_to
from tests.bff.live.changes import Source, change
from tests.bff.live.site import ORIGIN, Site, becomes, listening
from tests.bff.pool import CLIENT_ID, ISSUER, PATIENT, POOL, Clock, KeyEndpoint, SigningKey
from tests.bff.world import Services, contexts

COGNITO: Final = "http://cognito.test/"
WATCH: Final = "subscription { notificationReceived { id kind message } }"


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientSite(Site):
    """The running server; `source` tells `feed` what happens."""

    keys: KeyEndpoint
    signing_key_pem: str
    services: Services
    feed: Feed
    source: Source

    async def tell(self, *numbers: int) -> None:
        """Let the patient's nth changes happen, at once."""
        await self.source.tell(*(change(number, PatientId(PATIENT)) for number in numbers))

    async def subscribed(self) -> None:
        """Wait until there is a subscriber."""
        await becomes(lambda: self.feed.subscribers > 0)

    def break_subscription(self) -> None:
        """Tell a subscriber of what is no change: a fault of ours."""
        subscription = next(self.feed._subscriptions())
        subscription.tell(cast("Change", None))

    def calls(self) -> list[httpx.Request]:
        """Return the calls of services, but for Cognito's word about tokens."""
        return [each for each in self.services.calls if not each.headers.get("X-Amz-Target", "").endswith(".GetUser")]


@asynccontextmanager
async def serving_patients(
    key: SigningKey,
    keys: KeyEndpoint,
    signing_key_pem: str,
    *,
    network: httpx.AsyncBaseTransport | None = None,
    server: Mapping[str, Any] | None = None,
    **changes: Any,  # noqa: ANN401  any setting
) -> AsyncIterator[PatientSite]:
    """Serve until the block ends, with these settings and these options of uvicorn's.

    Below are `services`, unless a `network` is given.
    """
    settings = _settings(key, signing_key_pem, **changes)
    services, source, clock = Services(), Source(), Clock()
    revoked: set[str] = set()
    async with httpx.AsyncClient(transport=network or httpx.MockTransport(services)) as downstream:
        cognito = CognitoClient(http=downstream, url=COGNITO, client_id=CLIENT_ID)

        async def good(token: str) -> bool:
            return token not in revoked and await cognito.still_valid(token)

        shared = _shared(settings, Stays(now=clock, still_valid=good, recheck_seconds=settings.live_recheck_seconds))
        async with Feed([source]) as feed:
            context = contexts(downstream, key, signing_key_pem, clock, feed).patient
            token_check = TokenCheck(POOL, KeyRing(keys, clock), clock)
            routes = audience_routes(shared, "patient", schema, context, token_check)
            app = wrapped(
                Starlette(routes=routes),
                allowed_origins=settings.allowed_origins,
                preflight_headers=PREFLIGHT_HEADERS,
                https=settings.https,
            )
            bounds = Bounds(
                max_header_bytes=settings.max_header_bytes,
                header_timeout_seconds=settings.header_timeout_seconds,
                body_timeout_seconds=2 * settings.body_timeout_seconds,
            )
            options = {"http": bounded_protocol(bounds), "ws_max_size": 2 * settings.socket_max_frame_bytes}
            async with listening(app, **{**options, **(server or {})}) as (running, port):
                yield PatientSite(
                    port=port,
                    path="/patient/graphql",
                    key=key,
                    keys=keys,
                    signing_key_pem=signing_key_pem,
                    clock=clock,
                    places=shared.places,
                    stays=shared.stays,
                    server=running,
                    revoked=revoked,
                    services=services,
                    feed=feed,
                    source=source,
                )
                shared.stays.stop()


def _settings(key: SigningKey, signing_key_pem: str, **changes: Any) -> Settings:  # noqa: ANN401  any setting
    pool = PoolSettings(issuer=ISSUER, jwks_url=f"{COGNITO}keys", client_id=CLIENT_ID)
    usual: dict[str, Any] = {
        "scheduling_url": "http://scheduling.test",
        "records_url": "http://records.test",
        "erp_url": "http://erp.test",
        "cognito_url": COGNITO,
        "google": GoogleSettings(client_email="bff@healthmed.test", private_key=SecretStr(key.pem())),
        "patient_pool": pool,
        "doctor_pool": pool,
        "erp_pool": pool,
        "signing_key": SecretStr(signing_key_pem),
        "allowed_origins": [ORIGIN],
    }
    return Settings.model_validate({**usual, **changes})


def _shared(settings: Settings, stays: Stays) -> Shared:
    rules = rate_rules(
        requests_per_minute=settings.rate_requests_per_minute,
        sign_ins_per_minute=settings.rate_sign_ins_per_minute,
        sign_ins_per_address_per_minute=settings.rate_sign_ins_per_address_per_minute,
        bookings_per_minute=settings.rate_bookings_per_minute,
    )
    return Shared(
        settings=settings,
        rates=RateLimiter(Windows("memory://"), rules, secret=b"secret"),
        places=Places(
            per_person=settings.live_connections_per_person,
            per_address=settings.live_connections_per_address,
            in_all=settings.live_connections,
        ),
        stays=stays,
        audit=audit_to(Forgetful()),
        costs=None,
        unplanned=None,
        address_of=partial(client_address, trusted_proxies=0),
    )
