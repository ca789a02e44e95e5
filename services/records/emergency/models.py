"""Emergency access: a doctor reads a patient's records without a share, for a while, and everybody is told."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from services.common.wire import Wire
from services.records.models import MAX_ID_CHARS, Kept

Reason = Annotated[str, Field(max_length=500)]


class NewEmergency(Wire):
    """Whose records, and why: in words that the patient may read."""

    patient_id: str = Field(min_length=1, max_length=MAX_ID_CHARS)
    reason: Reason


class EmergencyAccess(Kept):
    """One doctor may read all records of one patient from `created_at` until `expires_at`."""

    id: str
    doctor_id: str
    patient_id: str
    reason: str
    created_at: datetime
    expires_at: datetime
