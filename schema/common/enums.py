"""Enums that several graphs show: the services' own values, with their descriptions for clients."""

import strawberry

from clients.cognito.models import Challenge
from clients.erp.models import InvoiceStatus, RegistrationStatus
from clients.records.audit import AuditDecision, AuditKind, AuditPool
from clients.records.models import PatientStatus, RecordCategory, RecordStatus
from clients.scheduling.figures import TimeBucket
from clients.scheduling.models import AppointmentStatus, DoctorOrder, MeetingStatus, Party

__all__ = [
    "AppointmentStatus",
    "AuditDecision",
    "AuditKind",
    "AuditPool",
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
    AuditDecision,
    description="By the usual rules, by an emergency access, or refused: EMERGENCY counts before DENIED, and that "
    "before ALLOWED, where an operation had several.",
)
strawberry.enum(AuditKind, description="An operation, or an emergency access that a doctor was given.")
strawberry.enum(AuditPool, description="Who did it: a person of which pool.")
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
