"""Enums that several graphs show: the services' own values, with their descriptions for clients."""

import strawberry

from clients.cognito.models import Challenge
from clients.erp.models import InvoiceStatus, RegistrationStatus
from clients.records.models import PatientStatus, RecordCategory, RecordStatus
from clients.scheduling.figures import TimeBucket
from clients.scheduling.models import AppointmentStatus, DoctorOrder, MeetingStatus, Party

__all__ = [
    "AppointmentStatus",
    "Challenge",
    "DoctorOrder",
    "InvoiceStatus",
    "MeetingStatus",
    "Party",
    "PatientStatus",
    "RecordCategory",
    "RecordStatus",
    "RegistrationStatus",
    "TimeBucket",
]

strawberry.enum(AppointmentStatus, description="The life of an appointment.")
strawberry.enum(
    Challenge,
    description="NEW_PASSWORD_REQUIRED: choose a password of one's own. SOFTWARE_TOKEN_MFA: show the authenticator's "
    "code. MFA_SETUP: put `totp` into an authenticator, and show its code.",
)
strawberry.enum(DoctorOrder, description="How a search is ordered; DISTANCE needs `near`.")
strawberry.enum(InvoiceStatus, description="What became of an invoice.")
strawberry.enum(MeetingStatus, description="PENDING while Google creates the meeting, then READY or FAILED.")
strawberry.enum(Party, description="Who did it.")
strawberry.enum(PatientStatus, description="PENDING until the e-mail address is confirmed.")
strawberry.enum(RecordCategory, description="The kind of a medical record.")
strawberry.enum(RecordStatus, description="PENDING until the file has arrived.")
strawberry.enum(RegistrationStatus, description="Whether a doctor works with HealthMed now.", name="DoctorStatus")
strawberry.enum(TimeBucket, description="The width of a series' steps.")
