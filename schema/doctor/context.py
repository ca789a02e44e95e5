"""What the doctor graph needs; the BFF provides it for each request."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from strawberry.types import Info

from clients.ids import DoctorId
from clients.loaders import Loaders
from clients.records.client import RecordsClient
from clients.scheduling.client import SchedulingClient
from schema.common.accounts import Accounts
from schema.common.live import Changes
from schema.common.messages import Language
from schema.common.principals import Principal
from schema.common.trail import Trail
from schema.doctor.policies import allows


class DoctorChanges(Protocol):
    """What happens, as it happens."""

    def of_doctor(self, doctor_id: DoctorId) -> Changes:
        """Return what concerns a doctor, from now on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorContext:
    """One request to the doctor graph. The loaders stand on scheduling, records and Google."""

    principal: Principal
    trail: Trail
    language: Language
    loaders: Loaders
    scheduling: SchedulingClient
    records: RecordsClient
    accounts: Accounts
    changes: DoctorChanges
    clock: Callable[[], datetime]

    def allows(self, model: object) -> bool:
        """Say whether the doctor may be shown this object now."""
        return allows(self.principal, model, self.clock())


DoctorInfo = Info[DoctorContext, None]
