"""What happens in the services, as subscribers are told: changes that tests make up."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
import strawberry
from graphql import parse, validate

from bff.admission.body import GraphQLRequest
from bff.answers.encoding import encoded
from bff.engine.errors import ErrorPolicy
from bff.engine.execution import Content, Context, Execution, prepared, run
from bff.engine.subscription import subscribe
from clients.changes.models import Change, Concerns
from clients.ids import DoctorId, PatientId

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)


def change(number: int, kind: str = "appointment.confirmed", **concerns: str | None) -> Change:
    """Return the nth change: of `apt_1` of `pat_1` with `doc_1`, unless it concerns others."""
    usual: dict[str, Any] = {"patient_id": "pat_1", "doctor_id": "doc_1", "appointment_id": "apt_1"}
    data = Concerns(**usual | concerns)
    return Change(id=f"evt_{number}", type=kind, entity="apt_1", version=2, at=AT, data=data)


def shared(number: int, kind: str = "record.shared") -> Change:
    """Return the nth change: of the sharing of `rec_1` of `pat_1` with `doc_1`."""
    return change(number, kind, appointment_id=None, record_id="rec_1")


@dataclass(slots=True)
class Happened:
    """The changes of everybody, in their order; whose were asked for, and how many streams are open."""

    changes: list[Change] = field(default_factory=list)
    asked_for: list[str] = field(default_factory=list)
    open: int = 0

    def of_patient(self, patient_id: PatientId) -> "Stream":
        """Return a patient's."""
        return self._of(patient_id, lambda each: each.data.patient_id == patient_id)

    def of_doctor(self, doctor_id: DoctorId) -> "Stream":
        """Return a doctor's."""
        return self._of(doctor_id, lambda each: each.data.doctor_id == doctor_id)

    def _of(self, person_id: str, concerns: Callable[[Change], bool]) -> "Stream":
        self.asked_for.append(person_id)
        self.open += 1
        return Stream(self, [each for each in self.changes if concerns(each)])


class Stream:
    """Somebody's changes, then the end."""

    def __init__(self, happened: Happened, changes: list[Change]) -> None:
        self._happened = happened
        self._changes = changes

    def __aiter__(self) -> AsyncIterator[Change]:
        return self

    async def __anext__(self) -> Change:
        if not self._changes:
            raise StopAsyncIteration
        return self._changes.pop(0)

    async def aclose(self) -> None:
        """Close it."""
        self._happened.open -= 1


async def watched(
    schema: strawberry.Schema, query: str, variables: Mapping[str, Any], make_context: Callable[[], Context]
) -> list[Content]:
    """Subscribe as the BFF does; return all answers, of errors their codes by their place."""
    document = parse(query)
    assert validate(schema._schema, document) == []
    request = GraphQLRequest(query=query, operation_name=None, variables=variables)
    execution = prepared(schema._schema, document, request, max_errors=5, hide_suggestions=True)
    policy = ErrorPolicy(request_id="request-0001", language="en", max_errors=5)

    async def answer_to(event: Execution) -> Content:
        return await run(event, make_context(), policy)

    async with aclosing(await subscribe(execution, make_context(), policy, answer_to)) as answers:
        return [_in_short(orjson.loads(encoded(each))) async for each in answers]


def _in_short(answer: Content) -> Content:
    if "errors" not in answer:
        return answer
    codes = {".".join(map(str, error.get("path", ()))): error["extensions"]["code"] for error in answer["errors"]}
    return {"data": answer["data"], "errors": codes}
