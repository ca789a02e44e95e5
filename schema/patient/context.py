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


class PatientChanges(Protocol):
    """What happens, as it happens."""

    def of_patient(self, patient_id: PatientId) -> Changes:
        """Return what concerns a patient, from now on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientContext:
    """One request to the patient graph."""

    principal: Principal
    language: Language
    loaders: Loaders
    scheduling: SchedulingClient
    records: RecordsClient
    accounts: Accounts
    changes: PatientChanges


PatientInfo = Info[PatientContext, None]
