"""The opaque ids of the platform. A person's id is also their Cognito username."""

import re
from typing import Final, NewType

from clients.errors import UpstreamNotFound

PatientId = NewType("PatientId", str)
DoctorId = NewType("DoctorId", str)
AdminId = NewType("AdminId", str)
AppointmentId = NewType("AppointmentId", str)
RecordId = NewType("RecordId", str)
ShareId = NewType("ShareId", str)
NoteId = NewType("NoteId", str)
EmergencyAccessId = NewType("EmergencyAccessId", str)
InvoiceId = NewType("InvoiceId", str)

_SEGMENT: Final = re.compile(r"[A-Za-z0-9_-]{1,128}")


def segment(identifier: str) -> str:
    """Return `identifier` for use in a path; one that could lead to another path is absent by definition."""
    if not _SEGMENT.fullmatch(identifier):
        raise UpstreamNotFound(downstream="ids", code="NOT_FOUND")
    return identifier
