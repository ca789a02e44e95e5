"""Fields that load, as declarations: what they say, and what they do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest
import strawberry
from strawberry.types import Info

from clients.loaders import BatchLoader, Loaders
from schema.common.loaded import LOADED, Load, loaded
from tests.schema.noted import NotedTrail

pytestmark = pytest.mark.anyio


@dataclass
class Shelf:
    """A downstream that knows the even numbers; it notes what it was asked for."""

    asked: list[list[int]]


class WordByNumberLoader(BatchLoader[Shelf, int, str | None]):
    client_type = Shelf

    async def fetch(self, keys: Sequence[int]) -> Mapping[int, str]:
        """Note the keys."""
        self.client.asked.append(list(keys))
        return {key: f"word {key}" for key in keys if key % 2 == 0}


@dataclass(frozen=True)
class Context:
    loaders: Loaders
    offset: int = 0
    hidden: frozenset[object] = frozenset()
    trail: NotedTrail = field(default_factory=NotedTrail)

    def allows(self, model: object) -> bool:
        """Say whether something is not hidden."""
        return model not in self.hidden


@strawberry.type
class Item:
    number: int
    word: str | None = loaded(WordByNumberLoader, key=lambda item: item.number)
    loud: str | None = loaded(WordByNumberLoader, key=lambda item: item.number, into=str.upper)
    pair: str | None = loaded(
        WordByNumberLoader,
        key=lambda item: item.number,
        within=lambda item, key, word: f"{item.number} {key} {word}",
    )


def plus(item: Item, *, more: int = 2) -> int:
    return item.number + more


def plus_offset(item: Item, info: Info[Context, None]) -> int:
    return item.number + info.context.offset


@strawberry.type
class Adding(Item):
    later: str | None = loaded(WordByNumberLoader, key=plus)
    mine: str | None = loaded(WordByNumberLoader, key=plus_offset)


@strawberry.type
class Query:
    @strawberry.field
    def items(self) -> list[Adding]:
        """Show an odd number and two even ones."""
        return [Adding(number=number) for number in (1, 2, 4)]


schema = strawberry.Schema(Query)


async def asked(selection: str, shelf: Shelf, offset: int = 0) -> list[object]:
    context = Context(Loaders([shelf]), offset)
    result = await schema.execute(f"{{ items {{ {selection} }} }}", context_value=context)
    assert result.errors is None
    assert result.data is not None
    return [next(iter(item.values())) for item in result.data["items"]]


async def test_a_level_is_one_call_and_an_absent_key_is_null() -> None:
    shelf = Shelf([])
    assert await asked("word loud pair", shelf) == [None, "word 2", "word 4"]
    assert shelf.asked == [[1, 2, 4]]


async def test_what_is_loaded_is_projected_unless_it_is_none() -> None:
    assert await asked("loud", Shelf([])) == [None, "WORD 2", "WORD 4"]
    assert await asked("pair", Shelf([])) == [None, "2 2 word 2", "4 4 word 4"]


async def test_what_may_not_be_shown_is_as_an_absent_key() -> None:
    """It is asked for all the same, so that there is no telling."""
    shelf = Shelf([])
    context = Context(Loaders([shelf]), hidden=frozenset({"word 4"}))
    result = await schema.execute("{ items { word loud pair } }", context_value=context)
    assert result.data is not None
    assert result.data["items"][2] == {"word": None, "loud": None, "pair": None} == result.data["items"][0]
    assert shelf.asked == [[1, 2, 4]]


async def test_a_key_takes_the_fields_arguments() -> None:
    assert await asked("later", Shelf([])) == [None, "word 4", "word 6"]
    assert await asked("later(more: 1)", Shelf([])) == ["word 2", None, None]


async def test_a_key_may_depend_on_who_asks() -> None:
    assert await asked("mine", Shelf([]), offset=3) == ["word 4", None, None]


def test_the_declaration_is_on_the_field() -> None:
    definition = schema.get_type_by_name("Adding")
    assert isinstance(definition, strawberry.types.base.StrawberryObjectDefinition)
    loads = {field.python_name: field.metadata.get(LOADED) for field in definition.fields}
    assert loads["number"] is None
    assert isinstance(loads["later"], Load)
    assert loads["later"].key is plus
