"""One request's context for each graph: clients that speak for the asker, and loaders over them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bff.asking import Asker
from bff.audit.recorder import Recorder
from bff.auth.internal import InternalToken
from bff.live.feed import Feed
from clients.cognito.client import CognitoClient
from clients.erp.client import ErpClient
from clients.google.client import GoogleClient
from clients.http import Downstream
from clients.loaders import Loaders
from clients.records.client import RecordsClient
from clients.scheduling.client import SchedulingClient
from clients.transports.transport import Transport
from schema.common.accounts import Accounts, AccountSecrets, Lookup
from schema.common.principals import Audience
from schema.doctor.context import DoctorContext
from schema.erp.context import ErpContext
from schema.patient.context import PatientContext


@dataclass(frozen=True, slots=True, kw_only=True)
class Contexts:
    """Makes contexts from what lives as long as the process. URLs have no trailing slash."""

    http: Transport
    internal_token: InternalToken
    scheduling_url: str
    records_url: str
    erp_url: str
    changes: Feed
    google: GoogleClient
    patient_cognito: CognitoClient
    doctor_cognito: CognitoClient
    erp_cognito: CognitoClient
    account_secrets: AccountSecrets
    totp_required: frozenset[Audience]
    clock: Callable[[], datetime]

    def patient(self, asker: Asker, trail: Recorder) -> PatientContext:
        """Make the patient graph's context."""
        scheduling, records = self._scheduling(asker, trail), self._records(asker, trail)
        return PatientContext(
            principal=asker.principal,
            trail=trail,
            language=asker.language,
            loaders=Loaders([scheduling, records]),
            scheduling=scheduling,
            records=records,
            accounts=self._accounts(asker, self.patient_cognito, records.username),
            changes=self.changes,
        )

    def doctor(self, asker: Asker, trail: Recorder) -> DoctorContext:
        """Make the doctor graph's context."""
        scheduling, records = self._scheduling(asker, trail), self._records(asker, trail)
        return DoctorContext(
            principal=asker.principal,
            trail=trail,
            language=asker.language,
            loaders=Loaders([scheduling, records, self.google]),
            scheduling=scheduling,
            records=records,
            accounts=self._accounts(asker, self.doctor_cognito, self._erp(asker, trail).username),
            changes=self.changes,
            clock=self.clock,
        )

    def erp(self, asker: Asker, trail: Recorder) -> ErpContext:
        """Make the ERP graph's context."""
        erp = self._erp(asker, trail)
        return ErpContext(
            principal=asker.principal,
            trail=trail,
            language=asker.language,
            loaders=Loaders([self._scheduling(asker, trail), self._records(asker, trail), erp]),
            erp=erp,
            accounts=self._accounts(asker, self.erp_cognito, erp.username),
        )

    def _scheduling(self, asker: Asker, trail: Recorder) -> SchedulingClient:
        return SchedulingClient(self._downstream("scheduling", self.scheduling_url, asker, trail))

    def _records(self, asker: Asker, trail: Recorder) -> RecordsClient:
        return RecordsClient(self._downstream("records", self.records_url, asker, trail))

    def _erp(self, asker: Asker, trail: Recorder) -> ErpClient:
        return ErpClient(self._downstream("erp", self.erp_url, asker, trail))

    def _downstream(self, name: str, url: str, asker: Asker, trail: Recorder) -> Downstream:
        headers = self.internal_token.headers(asker.principal, asker.request_id)
        return Downstream(name=name, base_url=url, http=self.http, headers=headers, told=trail.told)

    def _accounts(self, asker: Asker, cognito: CognitoClient, username: Lookup) -> Accounts:
        return Accounts(
            audience=asker.principal.audience,
            username=username,
            cognito=cognito,
            secrets=self.account_secrets,
            clock=self.clock,
            totp_required=asker.principal.audience in self.totp_required,
            access_token=asker.principal.access_token,
        )
