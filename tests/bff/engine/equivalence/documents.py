"""Operations without end for a schema: fields, aliases, fragments, switches, arguments and variables by chance."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLNonNull,
    GraphQLSchema,
    GraphQLType,
    Undefined,
    get_named_type,
    is_composite_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
    is_required_argument,
    is_required_input_field,
)

# What an argument of this name, of a field of this name, is given; None where any value will do.
Suggest = Callable[[Random, str, str], Any]
# graphql-core's types are told apart by functions.
AnyType = Any
MAX_DEPTH = 5
MAX_FIELDS = 40


@dataclass(frozen=True, slots=True)
class Operation:
    """A text and its variables."""

    query: str
    variables: dict[str, Any]


@dataclass
class Author:
    """Writes one operation."""

    schema: GraphQLSchema
    chance: Random
    suggest: Suggest
    fragments: list[str] = field(default_factory=list)
    declared: dict[str, str] = field(default_factory=dict)
    given: dict[str, Any] = field(default_factory=dict)
    names: int = 0
    fields: int = 0

    def operation(self, kind: str = "query") -> Operation:
        """Return an operation of this kind."""
        root = self.schema.query_type if kind == "query" else self.schema.mutation_type
        assert root is not None
        selection = self._selection(root, MAX_DEPTH)
        declared = ", ".join(f"${name}: {type_}" for name, type_ in self.declared.items())
        variables = f"({declared})" if declared else ""
        return Operation("\n".join((f"{kind} Any{variables} {selection}", *self.fragments)), self.given)

    def _selection(self, type_: AnyType, depth: int) -> str:
        parts = ["__typename"] if self._may(0.15) or not is_object_type(type_) else []
        fields = getattr(type_, "fields", {})
        if fields:
            wanted = [name for name in fields if depth > 1 or not is_composite_type(get_named_type(fields[name].type))]
            chosen = self.chance.sample(wanted, min(len(wanted), self._count(1, 4)))
            deeper = [name for name in wanted if is_composite_type(get_named_type(fields[name].type))]
            if chosen and deeper and self._may(0.7):
                chosen = list(dict.fromkeys([*chosen[1:], self.chance.choice(deeper)]))
            parts += [self._field(name, fields[name], depth) for name in chosen]
        if not is_object_type(type_):
            possible = self.schema.get_possible_types(type_)
            for each in self.chance.sample(list(possible), min(len(possible), self._count(0, 2))):
                parts.append(self._fragment(each, depth))
        elif self._may(0.1):
            parts.append(self._fragment(type_, depth))
        self.chance.shuffle(parts)
        return "{ " + " ".join(parts or ["__typename"]) + " }"

    def _fragment(self, type_: AnyType, depth: int) -> str:
        selection = self._selection(type_, depth)
        if self._may(0.5):
            return f"... on {type_.name}{self._switch()} {selection}"
        name = self._name("F")
        self.fragments.append(f"fragment {name} on {type_.name} {selection}")
        return f"...{name}{self._switch()}"

    def _field(self, name: str, definition: GraphQLField, depth: int) -> str:
        type_ = get_named_type(definition.type)
        below = f" {self._selection(type_, depth - 1)}" if is_composite_type(type_) else ""
        alias = f"{self._name('a')}: " if definition.args or self._may(0.15) else ""
        once = f"{alias}{name}{self._arguments(name, definition)}{self._switch()}{below}"
        if below and not definition.args and self._may(0.1):
            return f"{once} {alias}{name} {self._selection(type_, depth - 1)}"
        return once

    def _switch(self) -> str:
        if not self._may(0.06):
            return ""
        switch = self.chance.choice(["@include(if: {})", "@skip(if: {})"])
        return " " + switch.format(self._value(GraphQLNonNull(GraphQLBoolean), ""))

    def _arguments(self, field_name: str, definition: GraphQLField) -> str:
        written = [
            f"{name}: {self._argument(field_name, name, argument)}"
            for name, argument in definition.args.items()
            if is_required_argument(argument) or self._may(0.6)
        ]
        return f"({', '.join(written)})" if written else ""

    def _argument(self, field_name: str, name: str, argument: GraphQLArgument) -> str:
        suggested = self.suggest(self.chance, field_name, name)
        if suggested is None:
            return self._value(argument.type, name)
        return self._variable(argument.type, suggested) if self._may(0.3) else json.dumps(suggested)

    def _value(self, type_: GraphQLType, name: str) -> str:
        if self._may(0.15):
            nullable = not is_non_null_type(type_)
            if nullable and self._may(0.3):
                return self._variable(type_, Undefined)
            literal, value = self._plain(type_, name)
            return self._variable(type_, value, literal if self._may(0.3) else None)
        return self._plain(type_, name, variables=True)[0]

    def plain(self, type_: AnyType, name: str) -> Any:  # noqa: ANN401  JSON
        """Choose a value for a variable."""
        return self._plain(type_, name)[1]

    def _plain(self, type_: AnyType, name: str, *, variables: bool = False) -> tuple[str, Any]:
        """Return a literal and the same as JSON; with `variables` inside, the second means nothing."""
        if is_non_null_type(type_):
            type_ = type_.of_type
        elif self._may(0.1):
            return "null", None
        if is_list_type(type_):
            items = [self._inner(type_.of_type, name, variables) for _ in range(self.chance.randint(0, 3))]
            return f"[{', '.join(literal for literal, _ in items)}]", [value for _, value in items]
        if isinstance(type_, GraphQLInputObjectType):
            fields = {
                key: self._inner(each.type, key, variables)
                for key, each in type_.fields.items()
                if is_required_input_field(each) or self._may(0.5)
            }
            inside = ", ".join(f"{key}: {literal}" for key, (literal, _) in fields.items())
            return f"{{{inside}}}", {key: value for key, (_, value) in fields.items()}
        if isinstance(type_, GraphQLEnumType):
            chosen = self.chance.choice(list(type_.values))
            return chosen, chosen
        value = self._scalar(type_.name, name)
        return json.dumps(value), value

    def _inner(self, type_: GraphQLType, name: str, variables: bool) -> tuple[str, Any]:
        return (self._value(type_, name), None) if variables else self._plain(type_, name)

    def _scalar(self, type_name: str, name: str) -> object:
        suggested = self.suggest(self.chance, "", name)
        if suggested is not None:
            return suggested
        match type_name:
            case "Boolean":
                value: object = self._may(0.5)
            case "Float":
                value = self.chance.randint(0, 40) / 8
            case "Date":
                value = f"2026-11-{self.chance.randint(24, 28)}"
            case "DateTime":
                value = f"2026-11-{self.chance.randint(24, 28)}T13:00:00Z"
            case "String" | "ID":
                value = self.chance.choice(["", "one", "two", "ção"])
            case _:
                value = self.chance.randint(0, 9)
        return value

    def _variable(self, type_: GraphQLType, value: object, default: str | None = None) -> str:
        name = self._name("v")
        self.declared[name] = str(type_)
        if default is not None and not is_non_null_type(type_):
            self.declared[name] += f" = {default}"
            value = Undefined if self._may(0.5) else value
        if value is not Undefined:
            self.given[name] = value
        return f"${name}"

    def _count(self, least: int, most: int) -> int:
        """Return how many fields or fragments to write: none, once there are enough."""
        count = self.chance.randint(least, most) if self.fields < MAX_FIELDS else 0
        self.fields += count
        return count

    def _name(self, kind: str) -> str:
        self.names += 1
        return f"{kind}{self.names}"

    def _may(self, probability: float) -> bool:
        return self.chance.random() < probability
