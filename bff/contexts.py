"""One request's context for each graph: clients that speak for the asker, and loaders over them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bff.asking import Asker
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
from schema.common.accounts import Lookup, SignIn
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
    clock: Callable[[], datetime]

    def patient(self, asker: Asker) -> PatientContext:
        """Make the patient graph's context."""
        scheduling, records = self._scheduling(asker), self._records(asker)
        return PatientContext(
            principal=asker.principal,
            language=asker.language,
            loaders=Loaders([scheduling, records]),
            scheduling=scheduling,
            records=records,
            cognito=self.patient_cognito,
            sign_in=self._sign_in(self.patient_cognito, records.username),
            changes=self.changes,
        )

    def doctor(self, asker: Asker) -> DoctorContext:
        """Make the doctor graph's context."""
        scheduling, records = self._scheduling(asker), self._records(asker)
        return DoctorContext(
            principal=asker.principal,
            language=asker.language,
            loaders=Loaders([scheduling, records, self.google]),
            scheduling=scheduling,
            records=records,
            sign_in=self._sign_in(self.doctor_cognito, self._erp(asker).username),
            changes=self.changes,
        )

    def erp(self, asker: Asker) -> ErpContext:
        """Make the ERP graph's context."""
        erp = self._erp(asker)
        return ErpContext(
            principal=asker.principal,
            language=asker.language,
            loaders=Loaders([self._scheduling(asker), self._records(asker), erp]),
            erp=erp,
            sign_in=self._sign_in(self.erp_cognito, erp.username),
        )

    def _scheduling(self, asker: Asker) -> SchedulingClient:
        return SchedulingClient(self._downstream("scheduling", self.scheduling_url, asker))

    def _records(self, asker: Asker) -> RecordsClient:
        return RecordsClient(self._downstream("records", self.records_url, asker))

    def _erp(self, asker: Asker) -> ErpClient:
        return ErpClient(self._downstream("erp", self.erp_url, asker))

    def _downstream(self, name: str, url: str, asker: Asker) -> Downstream:
        headers = self.internal_token.headers(asker.principal, asker.request_id)
        return Downstream(name=name, base_url=url, http=self.http, headers=headers)

    def _sign_in(self, cognito: CognitoClient, username: Lookup) -> SignIn:
        return SignIn(username=username, cognito=cognito, clock=self.clock)
