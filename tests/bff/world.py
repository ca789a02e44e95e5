"""The patient graph's endpoint as a client sees it, above services that note each call and answer as they are told."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

import httpx
from starlette.responses import Response
from starlette.types import ASGIApp

from bff.admission.address import client_address
from bff.admission.limits import Limits
from bff.admission.rate import RateLimiter, Rule
from bff.admission.trusted import Mode
from bff.admission.windows import Windows
from bff.audit.audit import Audit
from bff.auth.account_secrets import DerivedSecrets
from bff.auth.internal import InternalToken
from bff.auth.keys import KeyRing
from bff.auth.tokens import TokenCheck
from bff.contexts import Contexts
from bff.endpoint import Endpoint
from bff.live.feed import Feed
from bff.live.places import Places
from bff.live.sse import Streams
from bff.live.stays import Stays
from bff.operations import Operations
from clients.cognito.client import CognitoClient
from clients.google.client import google_client
from clients.google.credentials import ServiceAccount
from clients.transports.over_httpx import OverHttpx
from schema.patient.schema import schema
from tests.bff.audit.sinks import Sink, audit_to
from tests.bff.pool import CLIENT_ID, POOL, Clock, KeyEndpoint, SigningKey

URL: Final = "http://bff.test/patient/graphql"
MAX_BODY_BYTES: Final = 100_000
MAX_ERRORS: Final = 5
NO_LIMITS: Final[Sequence[Rule]] = ()


@dataclass(slots=True)
class Services:
    """Everything downstream: each call is noted; `answers` by path, JSON with status 200, or a whole response."""

    calls: list[httpx.Request] = field(default_factory=list)
    answers: dict[str, object] = field(default_factory=dict)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer as told; an empty list where nothing was said."""
        self.calls.append(request)
        answer = self.answers.get(request.url.path, [])
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The running endpoint. `app` is the ASGI application that `http` talks to."""

    http: httpx.AsyncClient
    app: ASGIApp
    services: Services
    keys: KeyEndpoint
    key: SigningKey

    async def ask(self, query: str, *, token: str | None = None, **headers: str) -> httpx.Response:
        """Post an operation, as nobody unless a `token` is given; headers with underscores for dashes."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        return await self.http.post(URL, json={"query": query}, headers=sent)

    async def post(self, content: bytes, content_type: str = "application/json") -> httpx.Response:
        """Post these bytes."""
        return await self.http.post(URL, content=content, headers={"Content-Type": content_type})

    async def post_as(self, header: str, value: str, query: str = "{ me { id } }") -> httpx.Response:
        """Post an operation with one header, of any bytes: Latin-1, as servers read them."""
        sent = [(header.encode(), value.encode("latin-1"))]
        return await self.http.post(URL, json={"query": query}, headers=sent)


def error_of(response: httpx.Response) -> dict[str, Any]:
    """Return an answer's one error: its message, its code, whether it carries the request's id."""
    assert response.headers["content-type"].startswith(("application/json", "application/graphql-response+json"))
    (error,) = response.json()["errors"]
    assert error["extensions"]["requestId"] == response.headers["x-request-id"]
    return {"message": error["message"], "code": error["extensions"]["code"]}


@asynccontextmanager
async def running(  # noqa: PLR0913  what an endpoint is made of
    key: SigningKey,
    endpoint: KeyEndpoint,
    signing_key_pem: str,
    clock: Clock,
    *,
    introspection: bool = False,
    page: Callable[[], Response] | None = None,
    network: httpx.AsyncBaseTransport | None = None,
    trusted_mode: Mode = "off",
    rates: RateLimiter | None = None,
    audit: Audit | None = None,
    tells_plans: bool = False,
) -> AsyncIterator[World]:
    """Put the endpoint together from its real parts; below it are `services`, unless a `network` is given."""
    services = Services()
    async with httpx.AsyncClient(transport=network or httpx.MockTransport(services)) as downstream:
        operations = Operations(
            audience="patient",
            schema=schema,
            context=contexts(downstream, key, signing_key_pem, clock, Feed([])).patient,
            audit=audit or audit_to(Sink()),
            rates=rates or RateLimiter(Windows("memory://"), NO_LIMITS, secret=b"secret"),
            limits=Limits(),
            introspection=introspection,
            max_errors=MAX_ERRORS,
            trusted_mode=trusted_mode,
        )
        stays = Stays(now=clock, still_valid=_always, recheck_seconds=60)
        app = Endpoint(
            audience="patient",
            operations=operations,
            streams=Streams(
                places=Places(per_person=5, per_address=50, in_all=100),
                stays=stays,
                heartbeat_seconds=20,
                send_seconds=5,
            ),
            token_check=TokenCheck(POOL, KeyRing(endpoint, clock), clock),
            address_of=partial(client_address, trusted_proxies=0),
            max_body_bytes=MAX_BODY_BYTES,
            body_timeout_seconds=0.2,
            page=page,
            tells_plans=tells_plans,
        )
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), headers={"Accept-Language": "en"}) as http:
            yield World(http=http, app=app, services=services, keys=endpoint, key=key)


async def _always(_token: str) -> bool:
    return True


def contexts(http: httpx.AsyncClient, key: SigningKey, signing_key_pem: str, clock: Clock, changes: Feed) -> Contexts:
    """Make contexts over the one network that `http` reaches."""

    def now() -> datetime:
        return datetime.fromtimestamp(clock(), UTC)

    cognito = CognitoClient(http=http, url="http://cognito.test/", client_id=CLIENT_ID)
    account = ServiceAccount(client_email="bff@healthmed.test", private_key=key.pem())
    return Contexts(
        http=OverHttpx(http),
        internal_token=InternalToken(signing_key_pem, clock),
        scheduling_url="http://scheduling.test",
        records_url="http://records.test",
        erp_url="http://erp.test",
        changes=changes,
        google=google_client(
            http, api_url="http://google.test", token_url="http://google.test/token", account=account, clock=now
        ),
        patient_cognito=cognito,
        doctor_cognito=cognito,
        erp_cognito=cognito,
        account_secrets=DerivedSecrets(b"secret"),
        totp_required=frozenset(),
        clock=now,
    )
