"""One execution of a plan, level by level.

A level is all that can be shown without waiting; then everything that it asks for is waited for together: one batch a
loader over the unique keys of all parents, and what asynchronous resolvers return. What comes is the next level.
"""

import asyncio
from collections.abc import Awaitable, Collection, Iterable, Sequence
from dataclasses import dataclass
from inspect import iscoroutine
from itertools import chain
from typing import Any, Final, Protocol

from graphql import ExecutionResult, GraphQLError, GraphQLResolveInfo, OperationType, Undefined
from graphql.error import located_error
from graphql.pyutils import Path, is_awaitable

from bff.engine.execution import Context, Execution
from bff.engine.places import FieldPlaces, Frame, Places, Root, SomePlaces
from bff.engine.race import end
from clients.loaders import BatchLoader

AnyLoader = type[BatchLoader[Any, Any, Any]]
Groups = dict[Any, list[int]]

# Turns of the loop in which a resolver that waits for nothing downstream has come back.
PATIENCE_TURNS: Final = 5


class Shape(Protocol):
    """What a type makes of a column of values."""

    field: Any
    nullable: bool

    def complete(self, level: "Levels", places: Places, values: Sequence[Any]) -> Sequence[Any]:
        """Return what the answer shows of each value; what is wrong with one is told to `level`."""

    def one(self, level: "Levels", places: Places, index: int, value: Any) -> Any:  # noqa: ANN401  any resolver's
        """Return what becomes of one value that is there; raise what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Request:
    """What one field asks a loader for: its keys, and which of the frame's objects each is for."""

    field: Any
    frame: Frame
    groups: Groups

    def of(self, keys: Collection[Any]) -> "Request":
        """Ask for some of the keys alone."""
        return Request(self.field, self.frame, {key: rows for key, rows in self.groups.items() if key in keys})

    def of_shown(self) -> "Request":
        """Leave out what is for objects that are no longer part of the answer."""
        shown = {key: [row for row in rows if self.frame.is_shown(row)] for key, rows in self.groups.items()}
        return Request(self.field, self.frame, {key: rows for key, rows in shown.items() if rows})


@dataclass(frozen=True, slots=True)
class Waiting:
    """A value that somebody has to be waited for."""

    shape: Shape
    places: Places
    index: int
    value: Awaitable[Any]

    def is_shown(self) -> bool:
        """Say whether there is still a place for it."""
        return any(True for _ in self.places.paths(self.index))


class Levels:
    """The state of one execution."""

    def __init__(self, execution: Execution, context: Context) -> None:
        self.execution: Final = execution
        self.errors: Final[list[GraphQLError]] = []
        self.context: Final = context
        self._root: Final = Root()
        self._frames: list[Frame] = []
        self._requests: dict[AnyLoader, list[Request]] = {}
        self._waiting: list[Waiting] = []
        self._begun: list[tuple[Waiting, asyncio.Task[Any]]] = []
        self._nulls: list[tuple[Places, int]] = []

    async def run(self, selection: Any) -> ExecutionResult:  # noqa: ANN401  the plan's
        """Execute the root's selection: all its fields at once, or one after the other where they change something."""
        try:
            return await self._run(selection)
        finally:
            await end([task for _, task in self._begun])

    async def _run(self, selection: Any) -> ExecutionResult:  # noqa: ANN401  the plan's
        frame = Frame(selection, [self.execution.root_value], self._root)
        self._root.data = frame.shown[0]
        if self.execution.operation.operation is OperationType.MUTATION:
            for field in selection.fields:
                if self._root.data is not None:
                    field.start(self, frame)
                    await self._all_levels()
        else:
            self._frames.append(frame)
            await self._all_levels()
        return ExecutionResult(self._root.data, self.errors or None)

    def frame(self, selection: Any, sources: Sequence[Any], places: Places) -> Frame:  # noqa: ANN401  the plan's
        """Show some objects: their fields are started before anything is waited for."""
        frame = Frame(selection, sources, places)
        self._frames.append(frame)
        return frame

    def place(self, shape: Shape, places: FieldPlaces, values: Sequence[Any]) -> None:
        """Show a field's values."""
        places.put_all(shape.complete(self, places, values))
        self._settle()

    def ask(self, loader: AnyLoader, request: Request) -> None:
        """Load keys together with those that others of this level ask for; those that are known cost no level."""
        known = self.context.loaders.known(loader, request.groups)
        if known:
            request.field.arrived(self, request.of(known), known)
            request = request.of(request.groups.keys() - known.keys())
        if request.groups:
            self._requests.setdefault(loader, []).append(request)

    def one_by_one(self, shape: Shape, places: Places, values: Iterable[Any]) -> list[Any]:
        """Complete a column that is not as expected, as graphql-core would each of its values."""
        return [self._completed(shape, places, index, value) for index, value in enumerate(values)]

    def wait(self, shape: Shape, places: Places, index: int, value: Awaitable[Any]) -> None:
        """Wait for a value, together with all else that this level waits for."""
        self._waiting.append(Waiting(shape, places, index, value))

    def fail(self, shape: Shape, places: Places, index: int, fault: Exception) -> None:
        """Tell an error at each place of a value, and let null be there or around it."""
        nodes = shape.field.nodes
        self.errors.extend(
            located_error(fault, nodes, path.as_list() if path else None) for path in places.paths(index)
        )
        self._nulls.append((places, index))

    def info(self, field: Any, path: Path | None) -> GraphQLResolveInfo[Any]:  # noqa: ANN401  the plan's
        """Return what a resolver is told."""
        return self.execution.build_resolve_info(field.definition, field.nodes, field.parent_type, path)  # type: ignore[arg-type]

    def _completed(self, shape: Shape, places: Places, index: int, value: Any) -> Any:  # noqa: ANN401  any resolver's
        try:
            if isinstance(value, Exception):
                raise value  # noqa: TRY301  where all that is wrong with a value ends
            if is_awaitable(value):
                self.wait(shape, places, index, value)
                return None
            if value is not None and value is not Undefined:
                return shape.one(self, places, index, value)
            if not shape.nullable:
                field = shape.field
                message = f"Cannot return null for non-nullable field {field.parent_type}.{field.field_name}."
                raise TypeError(message)  # noqa: TRY301  as above
        except Exception as fault:  # noqa: BLE001  whatever a resolver raises is its field's error
            self.fail(shape, places, index, fault)
        return None

    def _settle(self) -> None:
        while self._nulls:
            places, index = self._nulls.pop()
            places.nullify(index)

    async def _all_levels(self) -> None:
        while True:
            while self._frames:
                frame = self._frames.pop()
                for field in frame.selection.fields:
                    field.start(self, frame)
            if self._waiting:
                self._begin()
            if self._begun and await self._some_came():
                continue
            if not self._requests and not self._begun:
                return
            await self._next_level()

    def _begin(self) -> None:
        """Begin what this level waits for. What resolvers ask of loaders meanwhile goes with what the level asks."""
        waiting, self._waiting = self._waiting, []
        self.context.loaders.hold()
        for each in _still_wanted(waiting) if self.errors else waiting:
            self._begun.append((each, asyncio.ensure_future(_outcome(each.value))))

    async def _some_came(self) -> bool:
        """Show what comes without anything downstream: it belongs to this level still."""
        for _ in range(PATIENCE_TURNS):
            await asyncio.sleep(0)
            came = [each for each in self._begun if each[1].done()]
            if came:
                self._begun = [each for each in self._begun if not each[1].done()]
                self._waited_for([each for each, _ in came], [task.result() for _, task in came])
                return True
        return False

    async def _next_level(self) -> None:
        requests, self._requests = self._requests, {}
        begun, self._begun = self._begun, []
        if self.errors:
            requests = _of_shown(requests)
        loads = [_outcome(self._load(loader, asked)) for loader, asked in requests.items()]
        if begun:
            self.context.loaders.release(except_for=requests.keys())
        outcomes = await _together([*(task for _, task in begun), *loads])
        self._waited_for([each for each, _ in begun], outcomes[: len(begun)])
        for asked, found in zip(requests.values(), outcomes[len(begun) :], strict=True):
            for request in asked:
                request.field.arrived(self, request, found)

    async def _load(self, loader: AnyLoader, asked: Sequence[Request]) -> Any:  # noqa: ANN401  any loader's
        keys = asked[0].groups if len(asked) == 1 else dict.fromkeys(chain(*(each.groups for each in asked)))
        return await self.context.loaders[loader].load_all(keys)

    def _waited_for(self, waiting: Sequence[Waiting], values: Sequence[Any]) -> None:
        columns: dict[tuple[int, int], list[int]] = {}
        for index, each in enumerate(waiting):
            columns.setdefault((id(each.shape), id(each.places)), []).append(index)
        for indexes in columns.values():
            first = waiting[indexes[0]]
            places = SomePlaces(first.places, [waiting[index].index for index in indexes])
            shown = first.shape.complete(self, places, [values[index] for index in indexes])
            for position, value in enumerate(shown):
                places.put(position, value)
            self._settle()


def _of_shown(requests: dict[AnyLoader, list[Request]]) -> dict[AnyLoader, list[Request]]:
    shown = {loader: [request.of_shown() for request in asked] for loader, asked in requests.items()}
    return {loader: asked for loader, asked in shown.items() if any(request.groups for request in asked)}


def _still_wanted(waiting: Sequence[Waiting]) -> list[Waiting]:
    wanted = []
    for each in waiting:
        if each.is_shown():
            wanted.append(each)
        elif iscoroutine(each.value):
            # Never begun, so nothing has to be undone.
            each.value.close()
    return wanted


async def _together(works: Sequence[Awaitable[Any]]) -> list[Any]:
    """Wait for all; whoever is cancelled meanwhile ends them first."""
    if len(works) == 1:
        return [await works[0]]
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        return await asyncio.gather(*tasks)
    except BaseException:
        await end(tasks)
        raise


async def _outcome(work: Awaitable[Any]) -> Any:  # noqa: ANN401  any resolver's
    """Return what comes, or what it fails with."""
    try:
        return await work
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        return RuntimeError("cancelled by nobody who asked for it")
    except Exception as fault:  # noqa: BLE001  whatever a resolver raises is its field's error
        return fault
