"""The matrix guards each declaration: take one away, and the rows of its fields fail."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pytest
import strawberry
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField

from schema.__main__ import GRAPHS
from schema.common.building import build
from schema.common.guarding import UndeclaredError
from schema.common.permissions import PUBLIC, Public, RequiresRole, SignedIn
from schema.common.principals import Audience
from schema.common.scalars import CONFIG
from schema.doctor import live as doctor_live
from schema.doctor import schema as doctor
from schema.erp import schema as erp
from schema.patient import live as patient_live
from schema.patient import schema as patient
from schema.patient.account import Patient
from tests.matrix.decided import decided
from tests.matrix.rows import coordinates, expected, rows

pytestmark = pytest.mark.anyio

BUILD: Final[Mapping[Audience, Callable[[], strawberry.Schema]]] = {
    "patient": lambda: build(
        "patient", patient.Query, patient.Mutation, types=[Patient], subscription=patient_live.Subscription
    ),
    "doctor": lambda: build("doctor", doctor.Query, doctor.Mutation, subscription=doctor_live.Subscription),
    "erp": lambda: build("erp", erp.Query, erp.Mutation),
}
# What a declaration becomes that is not taken away but wrong: for anybody, or for nobody.
NOBODY: Final = RequiresRole(roles=["nobody"])


@dataclass(frozen=True, slots=True)
class Declared:
    """A declaration in the code: what carries it, a type or a field."""

    audience: Audience
    name: str
    carrier: Any

    def without(self) -> list[object]:
        """Return the carrier's directives but for its declaration."""
        return [each for each in self.carrier.directives if not is_declaration(each)]

    def wrong(self) -> object:
        """Return the opposite of what is declared."""
        [declaration] = filter(is_declaration, self.carrier.directives)
        return NOBODY if isinstance(declaration, Public) else PUBLIC


def is_declaration(directive: object) -> bool:
    return isinstance(directive, Public | RequiresRole | SignedIn)


def declarations(audience: Audience) -> Iterator[Declared]:
    """Find each declaration of a graph: on types, on interfaces, on fields."""
    carriers: dict[int, Declared] = {}
    for name, concrete in GRAPHS[audience].schema_converter.type_map.items():
        definition = concrete.definition
        if isinstance(definition, StrawberryObjectDefinition) and not definition.is_input:
            fields: list[StrawberryField] = [] if definition.is_interface else definition.fields
            named: list[tuple[str, Any]] = [(name, definition)]
            named += [(f"{name}.{CONFIG.name_converter.get_graphql_name(field)}", field) for field in fields]
            for called, each in named:
                if any(map(is_declaration, each.directives or ())):
                    carriers[id(each)] = Declared(audience, called, each)
    yield from carriers.values()


ALL: Final = [each for audience in GRAPHS for each in declarations(audience)]
each_declaration = pytest.mark.parametrize("declared", ALL, ids=[f"{each.audience} {each.name}" for each in ALL])


def built(audience: Audience) -> strawberry.Schema | set[str]:
    """Return a graph, or the fields that nobody has declared."""
    try:
        return BUILD[audience]()
    except UndeclaredError as missing:
        return set(missing.fields)


async def assert_rows_fail(mutant: strawberry.Schema, audience: Audience, fields: set[str]) -> None:
    for field in fields:
        decision = expected(audience, decided(audience)[field])
        assert await rows(mutant, audience, field) != decision, field


@each_declaration
async def test_without_a_declaration_or_with_a_wrong_one_the_rows_of_its_fields_fail(
    declared: Declared, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without one there is no graph, unless the field's type says something else of it."""
    wrong = declared.wrong()
    monkeypatch.setattr(declared.carrier, "directives", declared.without())
    without = built(declared.audience)
    fields = without if isinstance(without, set) else {declared.name}
    if not isinstance(without, set):
        await assert_rows_fail(without, declared.audience, fields)
    monkeypatch.setattr(declared.carrier, "directives", [*declared.without(), wrong])
    await assert_rows_fail(BUILD[declared.audience](), declared.audience, fields)


@pytest.mark.parametrize("audience", GRAPHS)
def test_every_field_stands_on_one_of_the_declarations_that_are_taken_away(
    audience: Audience, monkeypatch: pytest.MonkeyPatch
) -> None:
    for declared in [each for each in ALL if each.audience == audience]:
        monkeypatch.setattr(declared.carrier, "directives", declared.without())
    assert built(audience) == set(coordinates(GRAPHS[audience]))
