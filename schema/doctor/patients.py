"""The doctor's patients: who they are, and what they share."""

from datetime import date
from typing import Self

import strawberry

from clients.ids import PatientId
from clients.records import models
from clients.records.loaders import RecordsByPatientLoader
from schema.common.costs import PAGE
from schema.common.loaded import loaded
from schema.common.nodes import Node
from schema.common.pagination import Connection
from schema.common.patient_data import PATIENT_DATA
from schema.common.permissions import DOCTOR
from schema.doctor.records import MedicalRecord, record_connection, records_key


@strawberry.type(directives=[DOCTOR, PATIENT_DATA])
class Patient(Node):
    """A patient who has, or had, an appointment with the doctor."""

    name: str
    birth_date: date
    shared_records: Connection[MedicalRecord] | None = loaded(
        RecordsByPatientLoader, key=records_key, within=record_connection, directives=[PAGE]
    )

    @property
    def patient_id(self) -> PatientId:
        """Whose data it is."""
        return PatientId(self.id)

    @classmethod
    def of(cls, model: models.Patient) -> Self:
        """Project the model."""
        return cls(id=strawberry.ID(model.id), name=model.name, birth_date=model.birth_date)
