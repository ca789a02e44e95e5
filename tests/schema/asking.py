"""Operations of the three graphs, executed as the BFF would, over downstreams that tests control."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple

import httpx
import strawberry
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bff.engine.execution import Content
from clients.cognito.client import CognitoClient
from clients.erp.client import ErpClient
from clients.google.client import GoogleClient, google_client
from clients.google.credentials import ServiceAccount
from clients.http import Downstream
from clients.loaders import Loaders
from clients.records.client import RecordsClient
from clients.scheduling.client import SchedulingClient
from clients.transports.over_httpx import OverHttpx
from schema.common.accounts import Lookup, SignIn
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

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Answer(NamedTuple):
    """What an operation gave: its data, and the kinds of its errors by their place."""

    data: dict[str, Any] | None
    errors: dict[str, str]


@dataclass(kw_only=True)
class Asking:
    """Asks each graph as its demo person, each time in a request of its own; `as_nobody` without signing in."""

    downstreams: Downstreams
    language: Language = "en"
    as_nobody: bool = False
    happened: Happened = field(default_factory=Happened)
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
        context = ErpContext(
            principal=self._principal("erp", "adm_1"),
            language=self.language,
            loaders=Loaders([self.scheduling, self.records, self.erp_client]),
            erp=self.erp_client,
            sign_in=self._sign_in(self.erp_client.username),
        )
        return await _asked(erp_schema, query, variables, context)

    def patient_context(self) -> PatientContext:
        """Make the context of one request of `pat_1`."""
        return PatientContext(
            principal=self._principal("patient", "pat_1"),
            language=self.language,
            loaders=Loaders([self.scheduling, self.records]),
            scheduling=self.scheduling,
            records=self.records,
            cognito=self._cognito(),
            sign_in=self._sign_in(self.records.username),
            changes=self.happened,
        )

    def doctor_context(self) -> DoctorContext:
        """Make the context of one request of `doc_1`."""
        return DoctorContext(
            principal=self._principal("doctor", "doc_1"),
            language=self.language,
            loaders=Loaders([self.scheduling, self.records, self.google]),
            scheduling=self.scheduling,
            records=self.records,
            sign_in=self._sign_in(self.erp_client.username),
            changes=self.happened,
        )

    def _principal(self, audience: Audience, person_id: str) -> Principal:
        return Principal(audience=audience, id=None if self.as_nobody else person_id)

    def _service(self, name: str) -> Downstream:
        return Downstream(name=name, base_url=f"http://{name}.test", http=OverHttpx(self.http), headers={})

    def _cognito(self) -> CognitoClient:
        return CognitoClient(http=self.http, url="http://cognito.test/", client_id="client")

    def _sign_in(self, lookup: Lookup) -> SignIn:
        return SignIn(username=lookup, cognito=self._cognito(), clock=lambda: NOW)


async def _asked(schema: strawberry.Schema, query: str, variables: dict[str, Any], context: object) -> Answer:
    result = await schema.execute(query, variable_values=variables, context_value=context)
    errors = {
        ".".join(map(str, error.path or ())): type(error.original_error or error).__name__
        for error in result.errors or ()
    }
    return Answer(result.data, errors)


def _google(http: httpx.AsyncClient) -> GoogleClient:
    account = ServiceAccount(client_email="bff@project.example", private_key=_private_key())
    return google_client(
        http, api_url="http://google.test", token_url="http://google.test/token", account=account, clock=lambda: NOW
    )


@cache
def _private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
