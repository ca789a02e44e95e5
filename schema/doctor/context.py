"""What the doctor graph needs; the BFF provides it for each request."""

from dataclasses import dataclass

from strawberry.types import Info

from clients.loaders import Loaders
from clients.records.client import RecordsClient
from clients.scheduling.client import SchedulingClient
from schema.common.accounts import SignIn
from schema.common.messages import Language
from schema.common.principals import Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorContext:
    """One request to the doctor graph. The loaders stand on scheduling, records and Google."""

    principal: Principal
    language: Language
    loaders: Loaders
    scheduling: SchedulingClient
    records: RecordsClient
    sign_in: SignIn


DoctorInfo = Info[DoctorContext, None]
