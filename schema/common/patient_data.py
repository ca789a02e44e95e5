"""Types that hold a patient's data say so, and the SDL prints it; whatever is shown of their objects leaves a trail.

    @strawberry.type(directives=[DOCTOR, PATIENT_DATA])
    class MedicalRecord(Node):
        patient_id: strawberry.Private[PatientId]

An object tells whose it is by `patient_id`, or by the one object that it has of such a type (a mutation's payload).
"""

from collections.abc import Mapping
from operator import attrgetter
from typing import Any, Final, get_type_hints

import strawberry
from graphql import GraphQLField, GraphQLObjectType, GraphQLResolveInfo, GraphQLUnionType, get_named_type
from strawberry.schema_directive import Location
from strawberry.types.base import StrawberryObjectDefinition, get_object_definition

from schema.common.access import SUBJECT, Subject


@strawberry.schema_directive(locations=[Location.OBJECT])
class PatientData:
    """Objects of this type hold a patient's data: each operation that shows one is audited."""


PATIENT_DATA: Final = PatientData()


class UnknownSubjectError(TypeError):
    """A type holds a patient's data, and its objects do not say whose."""


def witness(schema: strawberry.Schema) -> None:
    """Let every object that holds a patient's data leave a trail as it is shown; its fields say whose they are.

    To be done before the fields get their guards, which note it.
    """
    for concrete in schema.schema_converter.type_map.values():
        definition, implementation = concrete.definition, concrete.implementation
        if isinstance(definition, StrawberryObjectDefinition) and is_patient_data(definition.origin):
            assert isinstance(implementation, GraphQLObjectType)  # noqa: S101  Strawberry's counterpart of the other
            _witness_type(definition.origin, implementation)


def is_patient_data(shown: object) -> bool:
    """Say whether a Python type declares that its objects hold a patient's data."""
    definition = get_object_definition(shown) if isinstance(shown, type) else None
    return definition is not None and PATIENT_DATA in (definition.directives or ())


def patients_writes(schema: strawberry.Schema) -> frozenset[str]:
    """Return the mutations that write a patient's data, as their payloads say: `Mutation.cancelAppointment`."""
    mutation = schema._schema.mutation_type  # noqa: SLF001  Strawberry has no public name for it
    fields: Mapping[str, GraphQLField] = mutation.fields if mutation else {}
    holding = {
        name
        for name, concrete in schema.schema_converter.type_map.items()
        if isinstance(concrete.definition, StrawberryObjectDefinition) and is_patient_data(concrete.definition.origin)
    }
    return frozenset(f"Mutation.{name}" for name, field in fields.items() if holding & _possible(field))


def _possible(field: GraphQLField) -> set[str]:
    payload = get_named_type(field.type)
    return {each.name for each in payload.types} if isinstance(payload, GraphQLUnionType) else {payload.name}


def _witness_type(origin: type, implementation: GraphQLObjectType) -> None:
    subject = _subject(origin)
    is_type_of = implementation.is_type_of

    def shown(value: Any, info: GraphQLResolveInfo[Any]) -> Any:  # noqa: ANN401  graphql-core's signature
        if isinstance(value, origin) and (patient_id := subject(value)) is not None:
            info.context.trail.touched((patient_id,), f"{info.parent_type.name}.{info.field_name}")
        return is_type_of(value, info) if is_type_of else isinstance(value, origin)

    implementation.is_type_of = shown
    for each in (implementation, *implementation.fields.values()):
        each.extensions = {**each.extensions, SUBJECT: subject}


def _subject(origin: type) -> Subject:
    if hasattr(origin, "patient_id") or "patient_id" in get_type_hints(origin):
        return attrgetter("patient_id")
    parts = [name for name, hint in get_type_hints(origin).items() if is_patient_data(hint)]
    if len(parts) != 1:
        message = f"whose is {origin.__qualname__}?"
        raise UnknownSubjectError(message)
    return attrgetter(f"{parts[0]}.patient_id")
