"""The shortest way from a graph's roots to each field, as an operation that a client could send."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graphql import GraphQLObjectType, GraphQLSchema, GraphQLUnionType, get_named_type

from tests.matrix.writing import field

Step = tuple[GraphQLObjectType, str]


@dataclass(frozen=True, slots=True)
class Way:
    """The fields on the way to one, and the operation that takes it."""

    steps: tuple[Step, ...]

    @property
    def coordinates(self) -> list[str]:
        """Name each field on the way."""
        return [f"{shown.name}.{name}" for shown, name in self.steps]

    @property
    def operation(self) -> str:
        """Write the operation; an object that is one of several is asked for as what it is."""
        inner = ""
        for shown, name in reversed(self.steps):
            inner = f"... on {shown.name} {{ {field(shown, name, inner or '__typename')} }}"
        root = self.steps[0][0].name
        return f"{root.lower()} {{ {inner} }}"


def ways(graph: GraphQLSchema) -> Mapping[str, Way]:
    """Return the way to each field that an object leads to; not those of problems, which stand on a failure."""
    found: dict[str, Way] = {}
    reached: set[str] = set()
    roots = [each for each in (graph.query_type, graph.mutation_type) if each]
    waiting: deque[tuple[GraphQLObjectType, tuple[Step, ...]]] = deque((each, ()) for each in roots)
    while waiting:
        shown, steps = waiting.popleft()
        if shown.name in reached:
            continue
        reached.add(shown.name)
        for name in shown.fields:
            way = Way((*steps, (shown, name)))
            found[f"{shown.name}.{name}"] = way
            waiting += [(each, way.steps) for each in _objects(shown, name)]
    return found


def _objects(shown: GraphQLObjectType, name: str) -> Iterator[GraphQLObjectType]:
    result = get_named_type(shown.fields[name].type)
    if isinstance(result, GraphQLObjectType):
        yield result
    elif isinstance(result, GraphQLUnionType):
        # What a mutation gives where all goes well: the first that its downstreams' usual answers lead to.
        yield result.types[0]
