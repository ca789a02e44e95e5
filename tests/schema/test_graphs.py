"""What holds for all three graphs, whatever is added to them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import strawberry
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    print_ast,
)
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField

import schema as package
from clients.erp.client import ErpClient
from clients.google.client import GoogleClient
from clients.loaders import BatchLoader
from clients.records.client import RecordsClient
from clients.scheduling.client import SchedulingClient
from schema.__main__ import GRAPHS, sdl
from schema.common.building import public_root_fields
from schema.common.loaded import LOADED, Load
from schema.common.principals import Audience

FOLDER = Path(package.__path__[0])
CLIENTS: dict[Audience, set[type]] = {
    "patient": {SchedulingClient, RecordsClient},
    "doctor": {SchedulingClient, RecordsClient, GoogleClient},
    "erp": {SchedulingClient, RecordsClient, ErpClient},
}
SESSIONS = {
    "Mutation.signIn",
    "Mutation.answerChallenge",
    "Mutation.refreshSession",
    "Mutation.forgotPassword",
    "Mutation.resetPassword",
}
PUBLIC: dict[Audience, set[str]] = {
    "patient": {
        "Query.doctors",
        "Query.doctor",
        "Query.specialties",
        "Mutation.registerPatient",
        "Mutation.confirmRegistration",
        "Mutation.resendConfirmation",
        *SESSIONS,
    },
    "doctor": SESSIONS,
    "erp": SESSIONS,
}
MAX_RESOLVER_LINES = 8

each_audience = pytest.mark.parametrize("audience", GRAPHS)


@cache
def graph(audience: Audience) -> GraphQLSchema:
    return build_schema(sdl(audience))


def object_types(audience: Audience) -> Iterator[GraphQLObjectType]:
    yield from (each for each in graph(audience).type_map.values() if isinstance(each, GraphQLObjectType))


def fields(schema: strawberry.Schema) -> Iterator[StrawberryField]:
    for concrete in schema.schema_converter.type_map.values():
        if isinstance(concrete.definition, StrawberryObjectDefinition):
            yield from concrete.definition.fields


@each_audience
def test_only_these_root_fields_are_public(audience: Audience) -> None:
    assert public_root_fields(GRAPHS[audience]) == PUBLIC[audience]


@each_audience
def test_public_is_printed_into_the_sdl(audience: Audience) -> None:
    roots = [each for each in object_types(audience) if each.name in {"Query", "Mutation", "Subscription"}]
    nodes = [field.ast_node for each in roots for field in each.fields.values()]
    public = [node for node in nodes if node and "public" in {said.name.value for said in node.directives or ()}]
    assert len(public) == len(PUBLIC[audience])


@each_audience
def test_every_mutation_takes_exactly_one_input(audience: Audience) -> None:
    mutation = graph(audience).mutation_type
    assert mutation is not None
    for field in mutation.fields.values():
        assert list(field.args) == ["input"]
        [argument] = field.args.values()
        assert isinstance(argument.type, GraphQLNonNull)
        assert isinstance(argument.type.of_type, GraphQLInputObjectType)


@each_audience
def test_every_mutation_returns_its_success_or_problems(audience: Audience) -> None:
    """Signing in has two ways to go well: a session, and one more step towards it."""
    mutation = graph(audience).mutation_type
    assert mutation is not None
    for name, field in mutation.fields.items():
        result = field.type.of_type if isinstance(field.type, GraphQLNonNull) else None
        assert isinstance(result, GraphQLUnionType)
        successes = [each.name for each in result.types if "Problem" not in {face.name for face in each.interfaces}]
        assert len(successes) == (2 if name in {"signIn", "answerChallenge"} else 1), name
        assert len(successes) < len(result.types), name


@each_audience
def test_everything_is_described(audience: Audience) -> None:
    undescribed = {
        each.name
        for each in graph(audience).type_map.values()
        if not each.name.startswith("__")
        and isinstance(each, GraphQLObjectType | GraphQLInputObjectType | GraphQLEnumType)
        and not each.description
    }
    generic = {name for name in undescribed if name.endswith(("Connection", "Edge"))}
    assert undescribed == generic


@each_audience
def test_lists_are_connections_of_bounded_pages(audience: Audience) -> None:
    for each in object_types(audience):
        for name, field in each.fields.items():
            shown = field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type
            if getattr(shown, "name", "").endswith("Connection"):
                assert {"first", "after"} <= field.args.keys(), (each.name, name)
                assert "first: Int = 20" in print_ast(field.args["first"].ast_node)


@each_audience
def test_every_loading_field_stands_on_a_client_that_its_audience_has(audience: Audience) -> None:
    loads = [field.metadata[LOADED] for field in fields(GRAPHS[audience]) if LOADED in field.metadata]
    assert loads
    for load in loads:
        assert isinstance(load, Load)
        assert issubclass(load.loader, BatchLoader)
        assert load.loader.client_type in CLIENTS[audience]


@pytest.mark.parametrize("file", sorted(FOLDER.rglob("*.py")), ids=lambda file: str(file.relative_to(FOLDER)))
def test_nothing_loads_without_saying_so(file: Path) -> None:
    """Loaders are reached by a declaration (`loaded`) or by a node's id, never by hand."""
    calls = [node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    loads = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "load"]
    allowed = {FOLDER / "common" / "loaded.py": 1, FOLDER / "common" / "nodes.py": 1}
    assert len(loads) == allowed.get(file, 0)


def resolvers() -> Iterator[tuple[str, int]]:
    """Find the audiences' resolvers: their names, and how many lines they have below their docstrings."""
    for audience in GRAPHS:
        for file in (FOLDER / audience).glob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _resolves(node):
                    body = node.body[1:] if ast.get_docstring(node) else node.body
                    yield f"{audience}.{node.name}", (body[-1].end_lineno or 0) - body[0].lineno + 1


def _resolves(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    decorators = {ast.unparse(each).partition("(")[0] for each in function.decorator_list}
    takes_info = "info" in {argument.arg for argument in function.args.args}
    return takes_info or bool(decorators & {"strawberry.field", "strawberry.mutation"})


RESOLVERS = sorted(resolvers())


@pytest.mark.parametrize("name", ["patient.book_appointment", "doctor.write_note", "doctor.me", "erp.dashboard"])
def test_resolvers_are_found(name: str) -> None:
    """Both kinds: functions that a mutation names, and methods of a root type."""
    assert name in dict(RESOLVERS)


@pytest.mark.parametrize(("name", "lines"), RESOLVERS)
def test_no_resolver_is_longer_than_eight_lines(name: str, lines: int) -> None:
    assert lines <= MAX_RESOLVER_LINES, name


def names(audience: Audience) -> set[str]:
    """Return every name of a graph: of types, of fields, of input fields, of arguments."""
    found = set()
    for each in graph(audience).type_map.values():
        found.add(each.name)
        if isinstance(each, GraphQLObjectType | GraphQLInputObjectType):
            found |= each.fields.keys()
        if isinstance(each, GraphQLObjectType):
            found |= {argument for field in each.fields.values() for argument in field.args}
    return {each.lower() for each in found}


@pytest.mark.parametrize(("audience", "word"), [("patient", "notes"), ("doctor", "cpf")])
def test_not_even_a_description_speaks_of_it(audience: Audience, word: str) -> None:
    assert word not in sdl(audience).lower()


@pytest.mark.parametrize(
    ("audience", "secrets"),
    [
        ("patient", {"note", "notes", "calendarid", "calendarevent", "invoices"}),
        ("doctor", {"cpf", "phone", "email", "calendarid", "invoices"}),
        ("erp", {"note", "notes", "medicalrecord", "records", "sharedrecords", "downloadurl", "url"}),
    ],
)
def test_a_graph_does_not_show_what_is_not_for_its_audience(audience: Audience, secrets: set[str]) -> None:
    assert names(audience) & secrets == set()


@each_audience
def test_no_key_of_a_loader_is_shown(audience: Audience) -> None:
    """Keys are private: what they lead to is a field of its own.

    A mutation may say which object it was about; the audit names people who may be there no more.
    """
    keys = {"doctorId", "patientId", "recordId", "appointmentId", "calendarId", "eventId"}
    shown = {each.name for each in object_types(audience) if keys & each.fields.keys()}
    assert shown <= {"RegistrationPending", "RegistrationConfirmed", "AuditEvent"}
