"""How a field of a plan gets its values: from an attribute, from a loader, or from whatever resolver it has."""

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from operator import attrgetter
from typing import Any, Final, cast

import strawberry
from graphql import GraphQLField, GraphQLObjectType, GraphQLSchema, default_field_resolver, get_argument_values
from graphql.execution.collect_fields import FieldDetailsList
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField

from bff.engine.levels import Groups, Levels, Request
from bff.engine.places import FieldPlaces, Frame
from bff.engine.shapes import shape_of
from schema.common.access import ACCESS, Access
from schema.common.loaded import LOADED, Load

Selections = Callable[[GraphQLObjectType, FieldDetailsList], Any]


class Field:
    """A field that one selection asks for: its place in the answer, its arguments, and the shape of its values."""

    def __init__(
        self,
        name: str,
        parent_type: GraphQLObjectType,
        definition: GraphQLField,
        details: FieldDetailsList,
        selections: Selections,
    ) -> None:
        self.name: Final = name
        self.parent_type: Final = parent_type
        self.definition: Final = definition
        self.details: Final = details
        self.nodes: Final = [each.node for each in details]
        self.field_name: Final = self.nodes[0].name.value
        self.coordinate: Final = f"{parent_type.name}.{self.field_name}"
        self.access: Final[Access | None] = definition.extensions.get(ACCESS)
        self.shape: Final = shape_of(self, definition.type)
        self.nullable: Final = self.shape.nullable
        self._selections: Final = selections
        self._selection_of: Final[dict[GraphQLObjectType, Any]] = {}

    def selection(self, type_: GraphQLObjectType) -> Any:  # noqa: ANN401  the plan's, which knows fields
        """Return what is asked of values of this type: worked out when there is the first."""
        selection = self._selection_of.get(type_)
        if selection is None:
            selection = self._selection_of[type_] = self._selections(type_, self.details)
        return selection

    def start(self, level: Levels, frame: Frame) -> None:
        """Show the field's values for a frame's objects, as far as they need no waiting."""
        raise NotImplementedError

    def enter(self, level: Levels, frame: Frame) -> bool:
        """Say whether who asks may read the field; where not, each of its places has the error."""
        if self.access is None:
            return True
        try:
            self.access.check(level.context, frame.sources)
            self.access.note(level.context, frame.patient_ids(self.access.subject))
        except Exception as refusal:  # noqa: BLE001  whatever stands before a field, what it raises is the field's error
            level.place(self.shape, FieldPlaces(frame, self), [refusal] * len(frame.sources))
            return False
        return True

    def arguments(self, level: Levels) -> dict[str, Any]:
        """Return the coerced arguments; raise what is wrong with one."""
        node = self.nodes[0]
        if not self.definition.args and not node.arguments:
            return {}
        execution = level.execution
        return get_argument_values(self.definition, node, execution.variable_values, None, execution.hide_suggestions)


class AttributeField(Field):
    """A field that shows an attribute of its parent."""

    def __init__(self, attribute: str, *field: Any) -> None:  # noqa: ANN401  a field's
        super().__init__(*field)
        self._get: Final = attrgetter(attribute)

    def start(self, level: Levels, frame: Frame) -> None:
        """Take the attribute of each."""
        if not self.enter(level, frame):
            return
        try:
            values = list(map(self._get, frame.sources))
        except Exception:  # noqa: BLE001  of one of them: that one's error
            values = [_attempt(self._get, source) for source in frame.sources]
        level.place(self.shape, FieldPlaces(frame, self), values)


class CalledField(Field):
    """A field with a resolver of its own, which is called for each parent as graphql-core would."""

    def start(self, level: Levels, frame: Frame) -> None:
        """Call the resolver, unless its parent is no longer shown; it may return something to wait for."""
        places = FieldPlaces(frame, self)
        try:
            arguments = self.arguments(level)
        except Exception as fault:  # noqa: BLE001  an argument that does not fit is the field's error
            values: list[Any] = [fault] * len(frame.sources)
        else:
            resolve = partial(self.definition.resolve or default_field_resolver, **arguments)
            paths = (next(places.paths(row), None) for row in range(len(frame.sources)))
            values = [
                path and _attempt(resolve, source, level.info(self, path))
                for source, path in zip(frame.sources, paths, strict=True)
            ]
        level.place(self.shape, places, values)


class LoadedField(Field):
    """A field that says what it loads: all keys of a level at once, each value once."""

    def __init__(self, load: Load, declared: StrawberryField, schema: strawberry.Schema, *field: Any) -> None:  # noqa: ANN401  a field's
        super().__init__(*field)
        self.load: Final = load
        self._declared: Final = declared
        self._schema: Final = schema
        self._asks_who: Final = "info" in inspect.signature(load.key).parameters

    def start(self, level: Levels, frame: Frame) -> None:
        """Ask for the keys of all parents; those without one have their null already."""
        if not self.enter(level, frame):
            return
        try:
            arguments = self._python_arguments(level, frame)
        except Exception as fault:  # noqa: BLE001  an argument that does not fit is the field's error
            level.place(self.shape, FieldPlaces(frame, self), [fault] * len(frame.sources))
            return
        key = partial(self.load.key, **arguments) if arguments else self.load.key
        try:
            groups = _grouped(map(key, frame.sources))
        except Exception:  # noqa: BLE001  of one of them: that one's error
            groups = self._grouped_one_by_one(level, frame, key)
        if without := groups.pop(None, None):
            level.place(self.shape, FieldPlaces(frame, self, [without]), [None])
        if groups:
            level.ask(self.load.loader, Request(self, frame, groups))

    def arrived(self, level: Levels, request: Request, found: Mapping[Any, Any] | Exception) -> None:
        """Show what was loaded: the same object wherever the key was the same, unless it depends on the parent."""
        rows: list[Sequence[int]] = []
        values: list[Any] = []
        sources, context, show = request.frame.sources, level.context, self.load.show
        if isinstance(found, Exception):
            found = dict.fromkeys(request.groups, found)
        for key, group in request.groups.items():
            value = found[key]
            if isinstance(value, Exception):
                rows.append(group)
                values.append(value)
                continue
            for shared in [(row,) for row in group] if self.load.within else (group,):
                rows.append(shared)
                values.append(_attempt(show, context, self.coordinate, sources[shared[0]], key, value))
        level.place(self.shape, FieldPlaces(request.frame, self, rows), values)

    def _grouped_one_by_one(self, level: Levels, frame: Frame, key: Callable[[Any], Any]) -> Groups:
        keys = [_attempt(_hashable, key, source) for source in frame.sources]
        groups = _grouped(keys)
        wrong = [each for each in groups if isinstance(each, Exception)]
        level.place(self.shape, FieldPlaces(frame, self, [groups.pop(each) for each in wrong]), wrong)
        return groups

    def _python_arguments(self, level: Levels, frame: Frame) -> dict[str, Any]:
        given = self.arguments(level)
        if not given and not self._asks_who:
            return given
        path = next(FieldPlaces(frame, self).paths(0), None)
        config, scalars = self._schema.config, self._schema.schema_converter.scalar_registry
        info = config.info_class(_raw_info=level.info(self, path), _field=self._declared)
        arguments = convert_arguments(given, self._declared.arguments, scalars, config, info)
        return {**arguments, "info": info} if self._asks_who else arguments


def field_of(schema: GraphQLSchema, definition: GraphQLField, *field: Any) -> Field:  # noqa: ANN401  a field's
    """Return a field by how it is resolved. Whatever is not known for certain is called."""
    resolve = resolver_of(definition)
    declared = definition.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    name, parent_type, details, selections = field
    whole = (name, parent_type, definition, details, selections)
    if not isinstance(declared, StrawberryField) or not _is_strawberrys(resolve):
        return CalledField(*whole)
    if declared.is_basic_field and declared.default_resolver is getattr:
        return AttributeField(declared.python_name, *whole)
    load = declared.metadata.get(LOADED)
    if isinstance(load, Load) and not declared.extensions and not declared.is_subscription:
        return LoadedField(load, declared, _strawberrys(schema), *whole)
    return CalledField(*whole)


def resolver_of(definition: GraphQLField) -> Any:  # noqa: ANN401  graphql-core's, any function
    """Return a field's own resolver: what stands before it stands aside."""
    access: Access | None = definition.extensions.get(ACCESS)
    return access.resolve if access else definition.resolve


def _strawberrys(schema: GraphQLSchema) -> strawberry.Schema:
    return cast("strawberry.Schema", vars(schema)["_strawberry_schema"])


def _is_strawberrys(resolve: Any) -> bool:  # noqa: ANN401  any function
    """Say whether a resolver is the one that Strawberry made, wrapped by nobody."""
    return getattr(resolve, "__module__", None) == GraphQLCoreConverter.__module__ and not hasattr(
        resolve, "__wrapped__"
    )


def _grouped(keys: Iterable[Any]) -> Groups:
    groups: Groups = {}
    for row, key in enumerate(keys):
        groups.setdefault(key, []).append(row)
    return groups


def _attempt(function: Callable[..., Any], *arguments: Any) -> Any:  # noqa: ANN401  any function's
    """Return what a function returns, or what it raises: such a value fails where it is shown."""
    try:
        return function(*arguments)
    except Exception as fault:  # noqa: BLE001  whatever a resolver raises is its field's error
        return fault


def _hashable(key: Callable[[Any], Any], source: object) -> Any:  # noqa: ANN401  any key
    found = key(source)
    hash(found)
    return found
