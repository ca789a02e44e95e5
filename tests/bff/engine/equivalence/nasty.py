"""A schema that has everything that graphs may have, over a world where anything may go wrong."""

from collections.abc import AsyncIterator, Iterator
from typing import Annotated

import strawberry
from strawberry.schema.config import StrawberryConfig

from clients.loaders import Asked
from schema.common.loaded import loaded
from schema.common.nodes import id_key
from tests.bff.engine.equivalence.beings import (
    ODD,
    Being,
    Cat,
    Cell,
    Colour,
    Dog,
    Ghost,
    Info,
    Odd,
    Stone,
    being_of,
    being_or_mishap,
    cell,
    filled,
)
from tests.bff.engine.equivalence.world import (
    BeingByIdLoader,
    BeingsByPageLoader,
    EnemyByIdLoader,
    Mishap,
    Value,
    mishap,
    turns,
)

Either = Annotated[Cat | Dog | Stone, strawberry.union("Either")]


@strawberry.input
class Box:
    label: str
    size: int | None = 3
    inner: "Box | None" = None


def _id_or_third(_root: object, *, id: strawberry.ID = strawberry.ID("b3")) -> str:  # noqa: A002, B008  the argument's name
    return id


def _page_key(_root: object, *, first: int = 2, box: Box | None = None, info: Info) -> Asked[str, int]:
    if info.context.world.goes_wrong("page", first):
        raise mishap(where="page")
    return Asked(box.label if box else "nobody", min(first, 4))


@strawberry.type
class Query:
    being: Being | None = loaded(BeingByIdLoader, key=id_key, into=being_of)
    sure: Being = loaded(EnemyByIdLoader, key=_id_or_third, into=being_of)
    page: list[Being] | None = loaded(
        BeingsByPageLoader, key=_page_key, into=lambda page: [being_of(each) for each in page]
    )

    @strawberry.field
    async def beings(self, info: Info, ids: list[strawberry.ID]) -> list[Being | None]:
        """Load some, as a resolver may."""
        found = await info.context.loaders[BeingByIdLoader].load_many(ids)
        return [being_of(each) if each else None for each in found]

    @strawberry.field
    def some(self, info: Info, count: int | None = 3) -> list[Being] | None:
        """Return some, one after the other."""
        world = info.context.world

        def each() -> Iterator[Being]:
            for number in range(min(count or 0, 4)):
                yield being_or_mishap(world, number)
                if world.goes_wrong("some", number):
                    raise mishap(where="some")

        return each()  # type: ignore[return-value]

    @strawberry.field
    def flow(self, info: Info) -> list[Being | None] | None:
        """Return some as they come."""
        world = info.context.world

        async def each() -> AsyncIterator[Being]:
            await turns(1)
            for number in range(3):
                yield being_or_mishap(world, number)
                if world.goes_wrong("flow", number):
                    raise mishap(where="flow")

        return each()  # type: ignore[return-value]

    @strawberry.field
    def either(self, info: Info, number: int = 1) -> Either | None:
        """Return a cat, a dog, a stone or what is none of them."""
        world = info.context.world
        kind = world.pick([Cat, Dog, Stone], "either", number)
        if world.goes_wrong("either", number):
            return Ghost()  # type: ignore[return-value]
        return Stone(world=world, number=number) if kind is Stone else filled(kind, world, number)

    @strawberry.field
    def rooms(self, info: Info) -> list[list[list[Cell] | None]]:
        """Return lists of lists of lists."""
        world = info.context.world
        row = [cell(world, ("room", n)) for n in range(2)]
        wrong: Value = world.pick([[row, None], [row, [None]], [row, Mishap("row")], None], "rooms")
        return [[row, row], wrong if world.goes_wrong("rooms") else [row]]

    @strawberry.field
    def echo(  # noqa: PLR0913, PLR0917  an argument of each kind
        self,
        text: str = "d",
        n: int | None = None,
        box: Box | None = None,
        many: list[list[int] | None] | None = None,
        colour: Colour = Colour.RED,
        odd: Odd | None = None,
        on: bool | None = True,
    ) -> str:
        """Say what was given."""
        return repr((text, n, box, many, colour, odd, on))


@strawberry.type
class Tally:
    total: int
    being: Being | None = loaded(BeingByIdLoader, key=lambda tally: f"b{tally.total % 10}", into=being_of)


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def add(self, info: Info, by: int = 1) -> Tally | None:
        """Count up, after a while."""
        await turns(by % 3)
        world = info.context.world
        world.total += by
        if world.goes_wrong("add", by):
            raise mishap(where="add")
        return Tally(total=world.total)

    @strawberry.mutation
    def add_surely(self, info: Info, by: int = 1) -> Tally:
        """Count up at once."""
        world = info.context.world
        world.total += by
        return None if world.goes_wrong("surely", by) else Tally(total=world.total)  # type: ignore[return-value]


NASTY = strawberry.Schema(Query, Mutation, types=[Cat, Dog, Stone], config=StrawberryConfig(scalar_map={Odd: ODD}))
