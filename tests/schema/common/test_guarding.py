"""Deny by default: what nobody has declared has no graph, what is declared is asked for before anything resolves."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any

import pytest
import strawberry

from schema.common.building import build
from schema.common.guarding import UndeclaredError, declaration_of, roles_for
from schema.common.pagination import Connection
from schema.common.permissions import DOCTOR, PATIENT, PUBLIC, SIGNED_IN, RequiresRole
from schema.common.principals import Audience, Principal
from tests.schema.noted import NotedTrail

pytestmark = pytest.mark.anyio


@dataclass(frozen=True, slots=True)
class Context:
    principal: Principal
    trail: NotedTrail = field(default_factory=NotedTrail)


@strawberry.interface(directives=[PUBLIC])
class Failure:
    code: int


@strawberry.type(directives=[SIGNED_IN])
class Shared:
    word: str = "shared"


@strawberry.type(directives=[RequiresRole(roles=["admin"])])
class Book:
    title: str = "Anatomy"
    price: int = strawberry.field(default=1, directives=[RequiresRole(roles=["finance"])])
    shared: Shared = strawberry.field(default_factory=Shared, directives=[PUBLIC])


@strawberry.type
class Lost(Failure):
    code: int = 404


@strawberry.type
class Query:
    @strawberry.field(directives=[PUBLIC])
    def book(self) -> Book:
        """Whoever asks gets the object; its fields decide."""
        return Book()

    @strawberry.field(directives=[PUBLIC])
    def lost(self) -> Lost:
        """Show a type that declares nothing of its own."""
        return Lost()

    @strawberry.field(directives=[PUBLIC])
    def books(self) -> Connection[Book] | None:
        """Show a page."""
        return None


@strawberry.type
class Mutation:
    @strawberry.mutation(directives=[RequiresRole(roles=["admin"])])
    def burn(self) -> bool:
        """Would tell."""
        raise AssertionError


@strawberry.type
class Subscription:
    @strawberry.subscription(directives=[RequiresRole(roles=["admin"])], metadata={"shown": lambda event, _: event})
    async def read(self) -> AsyncGenerator[int, None]:
        """Would tell."""
        raise AssertionError
        yield 1


GRAPH = build("erp", Query, Mutation, subscription=Subscription)


def person(*roles: str, audience: Audience = "erp", person_id: str | None = "adm_1") -> Context:
    return Context(Principal(audience=audience, id=person_id, roles=frozenset(roles)))


async def asked(query: str, context: Context) -> tuple[Any, set[str]]:
    result = await GRAPH.execute(query, context_value=context)
    return result.data, {type(error.original_error).__name__ for error in result.errors or ()}


async def test_a_field_asks_for_its_types_roles_or_for_its_own() -> None:
    assert await asked("{ book { title } }", person("admin", "support")) == ({"book": {"title": "Anatomy"}}, set())
    assert await asked("{ book { title } }", person("finance")) == (None, {"Forbidden"})
    assert await asked("{ book { price } }", person("finance")) == ({"book": {"price": 1}}, set())
    assert await asked("{ book { price } }", person("admin")) == (None, {"Forbidden"})


async def test_nobody_is_not_forbidden_but_unknown() -> None:
    assert await asked("{ book { title } }", person("admin", person_id=None)) == (None, {"Unauthenticated"})


async def test_an_interfaces_declaration_is_for_the_fields_that_it_brings() -> None:
    assert await asked("{ lost { code } }", person(person_id=None)) == ({"lost": {"code": 404}}, set())


@pytest.mark.parametrize("roles", [(), ("root",), ("patient", "doctor")])
async def test_signed_in_is_any_role_of_the_graph_and_no_other(roles: tuple[str, ...]) -> None:
    query = "{ book { shared { word } } }"
    assert await asked(query, person("support")) == ({"book": {"shared": {"word": "shared"}}}, set())
    assert await asked(query, person(*roles)) == (None, {"Forbidden"})


@pytest.mark.parametrize("audience", ["patient", "doctor"])
async def test_groups_give_roles_in_the_erp_alone(audience: Audience) -> None:
    context = person("admin", "finance", audience=audience, person_id="x_1")
    assert context.principal.held == {audience}
    assert await asked("{ book { title } }", context) == (None, {"Forbidden"})


async def test_a_denied_mutation_does_nothing() -> None:
    assert await asked("mutation { burn }", person("auditor")) == (None, {"Forbidden"})


async def test_a_denied_subscription_opens_nothing() -> None:
    answers: Any = await GRAPH.subscribe("subscription { read }", context_value=person("auditor"))
    told = [answer async for answer in answers]
    assert [type(error.original_error).__name__ for answer in told for error in answer.errors] == ["Forbidden"]


def test_a_page_declares_what_is_listed() -> None:
    sdl = GRAPH.as_str()
    for name in ("Book", "BookConnection", "BookEdge"):
        assert f'type {name} @requiresRole(roles: ["admin"]) {{' in sdl


def test_the_sdl_names_the_roles_of_the_graph_that_shows_a_shared_type() -> None:
    assert 'type Shared @requiresRole(roles: ["admin", "finance", "support", "auditor"]) {' in GRAPH.as_str()
    assert declaration_of(Shared) is SIGNED_IN
    assert roles_for(Shared, "patient") == frozenset({"patient"})
    assert roles_for(Query, "patient") == frozenset()


def test_what_nobody_has_declared_has_no_graph() -> None:
    @strawberry.type
    class Page:
        number: int = 1
        text: str = strawberry.field(default="", directives=[DOCTOR])

    @strawberry.type(name="Query")
    class Open:
        page: Page = strawberry.field(default_factory=Page, directives=[PATIENT])
        anything: int = 1

    with pytest.raises(UndeclaredError, match=r"^who may read Page\.number, Query\.anything\?$") as missing:
        build("patient", Open, Mutation)
    assert missing.value.fields == ["Page.number", "Query.anything"]
