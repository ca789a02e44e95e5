"""What the nasty schema shows: beings, and all that they have; each of it may be wrong."""

from enum import Enum
from typing import Annotated, Any, NewType

import strawberry
from graphql import GraphQLError
from strawberry.permission import BasePermission

from clients.loaders import Asked
from schema.common.loaded import LOADED, Load, loaded, resolver
from tests.bff.engine.equivalence.world import (
    BeingByIdLoader,
    BeingsByPageLoader,
    EnemyByIdLoader,
    Later,
    Mishap,
    Model,
    NastyContext,
    NicknameByBeingLoader,
    Value,
    World,
    mishap,
    turns,
)

Info = strawberry.Info[NastyContext, None]
Odd = NewType("Odd", int)
GONE = object()


def _odd(value: Value) -> Value:
    if not isinstance(value, int):
        message = f"{value} is no number"
        raise GraphQLError(message)
    if value % 5 == 0:
        return None
    if value % 2 == 0:
        raise mishap(value)
    return value


ODD = strawberry.scalar(name="Odd", serialize=_odd, parse_value=int)


@strawberry.enum
class Colour(Enum):
    RED = "red"
    GREEN = "green"


def value_at(world: World, right: object, wrong: object, *place: object) -> Value:
    """Return what an attribute holds: what is right, unless something goes wrong there."""
    if not world.goes_wrong(*place):
        return right if world.fate("later", *place) > 0.1 else Later(right, 2)
    return world.pick([None, wrong, Mishap("value"), Later(None, 1), Later(Mishap("later"), 1), GONE], *place)


def made(cls: type[Any], world: World, **values: Value) -> Value:
    """Make an object of this world; an attribute that is GONE is not there."""
    there = cls(world=world, **values)
    for name, value in values.items():
        if value is GONE:
            delattr(there, name)
    return there


class Allowed(BasePermission):
    message = "not for you"

    def has_permission(self, source: Value, info: Info, **kwargs: Value) -> bool:  # noqa: ARG002  Strawberry's interface
        """Allow, or not."""
        return not info.context.world.goes_wrong("allowed", info.field_name)


class AllowedLater(Allowed):
    async def has_permission(self, source: Value, info: Info, **kwargs: Value) -> bool:  # type: ignore[override]  # noqa: ARG002  as above
        """Allow after a while, or not."""
        await turns(1)
        return not info.context.world.goes_wrong("allowed", info.field_name)


def _next(being: Value) -> Value:
    world, number = being.world, int(being.number)
    if world.goes_wrong("key", number):
        return world.pick([None, [], GONE], number)
    if world.goes_wrong("key raises", number):
        raise mishap(where="key")
    return f"b{(number * 7 + 1) % 10}"


def being_of(model: Model) -> Value:
    """Return a cat, a dog or something that is neither."""
    world, number = model.world, int(model.id[1:] or 0)
    if world.goes_wrong("into", number):
        raise mishap(where="into")
    kind = world.pick([Cat, Cat, Dog, Dog, Dog], number)
    if world.goes_wrong("kind", number):
        kind = world.pick([Stone, Ghost], number)
    if kind is Ghost:
        return Ghost()
    return filled(kind, world, number)


def filled(kind: type[Any], world: World, number: int) -> Value:
    """Return an object of this number."""
    place = (kind.__name__, number)
    cells = [cell(world, (*place, n)) for n in range(world.pick([0, 1, 3], *place))]
    grid = [cells, tuple(cells), []][: world.pick([1, 2, 3], "grid", *place)]
    return made(
        kind,
        world,
        number=number,
        id=value_at(world, f"b{number}", 1.5, "id", *place),
        name=value_at(world, f"Being {number}", {}, "name", *place),
        colour=value_at(world, Colour.RED, "no colour", "colour", *place),
        cells=value_at(world, cells, 7, "cells", *place),
        grid=value_at(world, grid, [None, 3, Mishap("row")], "grid", *place),
        numbers=value_at(world, [[1, 2], [3]], [["x"], None, [None]], "numbers", *place),
    )


class Ghost:
    """No type of the schema."""


@strawberry.type
class Cell:
    world: strawberry.Private[World]
    number: strawberry.Private[int]
    odd: Odd | None
    sure: Odd
    ratio: float | None
    on: bool
    big: int | None
    owner: "Being | None" = loaded(BeingByIdLoader, key=_next, into=being_of)
    master: "Being" = loaded(EnemyByIdLoader, key=_next, into=being_of)

    @strawberry.field
    def shout(self, text: str = "oh") -> str | None:
        """Call out, or fail to."""
        if self.world.goes_wrong("shout", self.number):
            message = "hoarse"
            raise GraphQLError(message, extensions={"voice": 0})
        return f"{text} {self.number}"


def cell(world: World, place: tuple[object, ...]) -> Value:
    number = int(world.fate(*place) * 10)
    return made(
        Cell,
        world,
        number=number,
        odd=value_at(world, 7, 4, "odd", *place),
        sure=value_at(world, 7, 5, "sure", *place),
        ratio=value_at(world, 0.5, float("nan"), "ratio", *place),
        on=value_at(world, True, "yes", "on", *place),  # noqa: FBT003  a value
        big=value_at(world, 2**20, 2**40, "big", *place),
    )


@strawberry.interface
class Being:
    world: strawberry.Private[World]
    number: strawberry.Private[int]
    id: strawberry.ID
    name: str
    colour: Colour | None
    cells: list[Cell | None]
    grid: list[list[Cell]] | None
    numbers: list[list[int] | None] | None
    friend: "Being | None" = loaded(BeingByIdLoader, key=_next, into=being_of)
    enemy: "Being" = loaded(EnemyByIdLoader, key=_next, into=being_of)
    nickname: str | None = loaded(NicknameByBeingLoader, key=_next, into=str)
    rival: "Being | None" = strawberry.field(
        resolver=resolver(Load(EnemyByIdLoader, _next, being_of)),
        metadata={LOADED: Load(EnemyByIdLoader, _next, being_of)},
        permission_classes=[Allowed],
    )

    @strawberry.field
    async def slow(self, info: Info, turns_: Annotated[int, strawberry.argument(name="turns")] = 1) -> str | None:
        """Take some turns."""
        await turns(min(turns_, 2))
        return f"slow {info.field_name}"

    @strawberry.field
    async def mood(self) -> "Mood":
        """Say how one is, or fail to."""
        await turns(1)
        if self.world.goes_wrong("mood", self.number):
            raise mishap(where="mood")
        return Mood(text=value_at(self.world, "fine", 3.5, "text", self.number), being=self)

    @strawberry.field
    def others(self) -> list["Being"] | None:
        """Return others, as some iterable."""
        these = [being_or_mishap(self.world, n) for n in range(self.number % 3)]
        return self.world.pick([these, tuple(these), iter(these), Later(these, 1)], self.number)  # type: ignore[return-value]


def being_or_mishap(world: World, number: int) -> Value:
    """Return a being as an item of a list."""
    if world.goes_wrong("item", number):
        return world.pick([None, Mishap("item"), Later(None, 1), Ghost()], number)
    being = filled(world.pick([Cat, Dog], number), world, number)
    return being if world.fate("later item", number) > 0.2 else Later(being, 1)


@strawberry.type
class Mood:
    text: str
    being: Being


@strawberry.type
class Cat(Being):
    lives: int = 9

    @strawberry.field(permission_classes=[AllowedLater])
    def secret(self) -> str:
        """Not for everybody."""
        return "fish"


def _own_page(dog: "Dog", *, first: int = 2) -> Asked[str, int]:
    return Asked(f"b{dog.number}", min(first, 4))


@strawberry.type
class Dog(Being):
    page: list[Being] | None = loaded(
        BeingsByPageLoader,
        key=_own_page,
        within=lambda dog, asked, page: [being_of(each) for each in page if each.id != asked.key or dog.number],
    )

    @classmethod
    def is_type_of(cls, value: Value, _info: Value) -> bool:
        """Know dogs, but not all."""
        return isinstance(value, Dog) and not value.world.goes_wrong("dog", value.number)


@strawberry.type
class Stone:
    world: strawberry.Private[World]
    number: strawberry.Private[int]
    weight: float = 1.5
