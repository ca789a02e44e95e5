"""What the patient graph needs; the BFF provides it for each request."""

from dataclasses import dataclass
from typing import Protocol

from strawberry.types import Info

from clients.ids import PatientId
from clients.loaders import Loaders
from clients.records.client import RecordsClient
from clients.scheduling.client import SchedulingClient
from schema.common.accounts import Accounts
from schema.common.live import Changes
from schema.common.messages import Language
from schema.common.principals import Principal
from schema.common.trail import Trail
from schema.patient.policies import allows


class PatientChanges(Protocol):
    """What happens, as it happens."""

    def of_patient(self, patient_id: PatientId) -> Changes:
        """Return what concerns a patient, from now on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientContext:
    """One request to the patient graph."""

    principal: Principal
    trail: Trail
    language: Language
    loaders: Loaders
    scheduling: SchedulingClient
    records: RecordsClient
    accounts: Accounts
    changes: PatientChanges

    def allows(self, model: object) -> bool:
        """Say whether the patient may be shown this object."""
        return allows(self.principal, model)


PatientInfo = Info[PatientContext, None]
