"""Operations of the three graphs, executed as the BFF would, over downstreams that tests control."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple

import httpx
import orjson
import strawberry
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from graphql import GraphQLError

from bff.admission.body import GraphQLRequest
from bff.answers.encoding import encoded
from bff.auth.account_secrets import DerivedSecrets
from bff.engine.documents import Documents
from bff.engine.errors import ErrorPolicy
from bff.engine.execution import Content, Context, prepared
from bff.engine.plans import Plans
from bff.refusals import InvalidRequest
from clients.cognito.client import CognitoClient
from clients.erp.client import ErpClient
from clients.google.client import GoogleClient, google_client
from clients.google.credentials import ServiceAccount
from clients.http import Downstream
from clients.loaders import Loaders
from clients.records.client import RecordsClient
from clients.scheduling.client import SchedulingClient
from clients.transports.over_httpx import OverHttpx
from schema.common.accounts import Accounts, Lookup
from schema.common.messages import Language
from schema.common.principals import Audience, Principal
from schema.doctor.context import DoctorContext
from schema.doctor.schema import schema as doctor_schema
from schema.erp.context import ErpContext
from schema.erp.schema import schema as erp_schema
from schema.patient.context import PatientContext
from schema.patient.schema import schema as patient_schema
from tests.schema.downstreams import Downstreams
from tests.schema.happening import Happened, watched
from tests.schema.noted import NotedTrail

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SECRETS = DerivedSecrets(b"a secret of the tests")


class Answer(NamedTuple):
    """What an operation gave: its data, and the kinds of its errors by their place."""

    data: dict[str, Any] | None
    errors: dict[str, str]


@dataclass(kw_only=True)
class Asking:
    """Asks each graph as its demo person, each time in a request of its own; `as_nobody` without signing in.

    `roles` are those of the ERP's.
    """

    downstreams: Downstreams
    language: Language = "en"
    as_nobody: bool = False
    roles: frozenset[str] = frozenset({"admin"})
    totp_required: bool = False
    now: datetime = NOW
    happened: Happened = field(default_factory=Happened)
    trail: NotedTrail = field(default_factory=NotedTrail)
    http: httpx.AsyncClient = field(init=False)

    def __post_init__(self) -> None:
        self.http = self.downstreams.http()
        self.scheduling = SchedulingClient(self._service("scheduling"))
        self.records = RecordsClient(self._service("records"))
        self.erp_client = ErpClient(self._service("erp"))
        self.google = _google(self.http)

    async def patient(self, query: str, **variables: object) -> Answer:
        """Ask the patient graph as `pat_1`."""
        return await _asked(patient_schema, query, variables, self.patient_context())

    async def doctor(self, query: str, **variables: object) -> Answer:
        """Ask the doctor graph as `doc_1`."""
        return await _asked(doctor_schema, query, variables, self.doctor_context())

    async def watch_as_patient(self, query: str, **variables: object) -> list[Content]:
        """Subscribe as `pat_1` to what has `happened`; return all answers."""
        return await watched(patient_schema, query, variables, self.patient_context)

    async def watch_as_doctor(self, query: str, **variables: object) -> list[Content]:
        """Subscribe as `doc_1` to what has `happened`; return all answers."""
        return await watched(doctor_schema, query, variables, self.doctor_context)

    async def erp(self, query: str, **variables: object) -> Answer:
        """Ask the ERP graph as `adm_1`."""
        return await _asked(erp_schema, query, variables, self.erp_context())

    def patient_context(self) -> PatientContext:
        """Make the context of one request of `pat_1`."""
        return PatientContext(
            trail=self.trail,
            principal=self._principal("patient", "pat_1"),
            language=self.language,
            loaders=Loaders([self.scheduling, self.records]),
            scheduling=self.scheduling,
            records=self.records,
            accounts=self._accounts("patient", self.records.username),
            changes=self.happened,
        )

    def doctor_context(self) -> DoctorContext:
        """Make the context of one request of `doc_1`."""
        return DoctorContext(
            trail=self.trail,
            principal=self._principal("doctor", "doc_1"),
            language=self.language,
            loaders=Loaders([self.scheduling, self.records, self.google]),
            scheduling=self.scheduling,
            records=self.records,
            accounts=self._accounts("doctor", self.erp_client.username),
            changes=self.happened,
            clock=lambda: NOW,
        )

    def erp_context(self) -> ErpContext:
        """Make the context of one request of `adm_1`."""
        return ErpContext(
            trail=self.trail,
            principal=self._principal("erp", "adm_1"),
            language=self.language,
            loaders=Loaders([self.scheduling, self.records, self.erp_client]),
            erp=self.erp_client,
            accounts=self._accounts("erp", self.erp_client.username),
        )

    def _principal(self, audience: Audience, person_id: str) -> Principal:
        return Principal(audience=audience, id=None if self.as_nobody else person_id, roles=self.roles)

    def _service(self, name: str) -> Downstream:
        return Downstream(name=name, base_url=f"http://{name}.test", http=OverHttpx(self.http), headers={})

    def _accounts(self, audience: Audience, lookup: Lookup) -> Accounts:
        return Accounts(
            audience=audience,
            username=lookup,
            cognito=CognitoClient(http=self.http, url="http://cognito.test/", client_id="client"),
            secrets=SECRETS,
            clock=lambda: self.now,
            totp_required=self.totp_required,
            access_token=None if self.as_nobody else "own-token",
        )


class _Kinds(ErrorPolicy):
    """Tells of errors their kinds, where a client learns a code."""

    def told(self, errors: Sequence[GraphQLError]) -> list[dict[str, Any]]:
        """Return each error's place and kind."""
        return [{"path": each.path, "kind": type(each.original_error or each).__name__} for each in errors]


_POLICY = _Kinds(request_id="request-0001", language="en", max_errors=1000)
_PLANS = {
    schema: Plans(schema._schema, unplanned=lambda _: None) for schema in (patient_schema, doctor_schema, erp_schema)
}


async def _asked(schema: strawberry.Schema, query: str, variables: dict[str, Any], context: Context) -> Answer:
    graph, request = schema._schema, GraphQLRequest(query=query, variables=variables)
    try:
        document = Documents(graph, introspection=True).document(query)
        execution = prepared(graph, document.node, request, max_errors=10, hide_suggestions=False)
    except InvalidRequest as invalid:
        return Answer(None, _kinds(_POLICY.told(invalid.errors)))
    answer = await _PLANS[schema].run(execution, document, context, _POLICY)
    return Answer(orjson.loads(encoded(answer["data"])), _kinds(answer.get("errors", ())))


def _kinds(told: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    return {".".join(map(str, each["path"] or ())): each["kind"] for each in told}


def _google(http: httpx.AsyncClient) -> GoogleClient:
    account = ServiceAccount(client_email="bff@project.example", private_key=_private_key())
    return google_client(
        http, api_url="http://google.test", token_url="http://google.test/token", account=account, clock=lambda: NOW
    )


@cache
def _private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
