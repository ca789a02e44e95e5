"""Every operation has its budget: what is in no row of the tables is named here."""

from collections.abc import Iterator, Mapping
from typing import Final

import pytest
from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLObjectType,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    parse,
    visit,
)

from schema.__main__ import GRAPHS
from schema.common.loaded import LOADED
from schema.common.principals import Audience
from tests.budget.test_calls import BUDGETS
from tests.budget.test_writes import written
from tests.budget.watched import SUBSCRIPTIONS
from tests.budget.writes import WRITES

_ROOTS: Final = ("Query", "Mutation", "Subscription")


@pytest.mark.parametrize("audience", GRAPHS)
def test_every_root_every_connection_and_every_load_is_in_a_row(audience: Audience) -> None:
    assert set(needed(audience)) - in_rows(audience, documents(audience)) == set()


@pytest.mark.parametrize("audience", GRAPHS)
def test_a_field_in_no_row_is_named(audience: Audience) -> None:
    fewer = [each for each in documents(audience) if "appointments(" not in each]
    missing = {"patient": "Patient.appointments", "doctor": "Doctor.appointments", "erp": "Query.appointments"}
    assert missing[audience] in set(needed(audience)) - in_rows(audience, fewer)


def documents(audience: Audience) -> list[str]:
    """Return all operations that have a budget."""
    return [
        *(each.document for each in BUDGETS if each.audience == audience),
        *(written(each)[0] for each in WRITES if each.audience == audience),
        *(each.document for each in SUBSCRIPTIONS if each.audience == audience),
    ]


def needed(audience: Audience) -> Iterator[str]:
    """Name the fields of a graph that cost calls."""
    for shown in GRAPHS[audience]._schema.type_map.values():
        if isinstance(shown, GraphQLObjectType):
            for name, field in shown.fields.items():
                connection = get_named_type(field.type).name.endswith("Connection")
                if shown.name in _ROOTS or connection or loads(field):
                    yield f"{shown.name}.{name}"


def loads(field: GraphQLField) -> bool:
    """Say whether a field is `loaded`."""
    definition = field.extensions.get("strawberry-definition")
    metadata: Mapping[str, object] = definition.metadata if definition else {}
    return LOADED in metadata


def in_rows(audience: Audience, queries: list[str]) -> set[str]:
    """Name the fields that some operation asks for."""
    asked = _Asked(TypeInfo(GRAPHS[audience]._schema))
    for query in queries:
        visit(parse(query), TypeInfoVisitor(asked.info, asked))
    return asked.found


class _Asked(Visitor):
    """Notes whose fields are asked for."""

    def __init__(self, info: TypeInfo) -> None:
        super().__init__()
        self.info = info
        self.found: set[str] = set()

    def enter_field(self, node: FieldNode, *_: object) -> None:
        """Note one."""
        parent = self.info.get_parent_type()
        self.found.add(f"{parent.name if parent else None}.{node.name.value}")
