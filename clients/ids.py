"""The opaque ids of the platform. A person's id is also their Cognito username."""

from typing import NewType

PatientId = NewType("PatientId", str)
DoctorId = NewType("DoctorId", str)
AdminId = NewType("AdminId", str)
AppointmentId = NewType("AppointmentId", str)
RecordId = NewType("RecordId", str)
ShareId = NewType("ShareId", str)
NoteId = NewType("NoteId", str)
InvoiceId = NewType("InvoiceId", str)
