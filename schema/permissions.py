"""Who may read what, as the SDLs say it: for the page of the documentation, and for whoever holds a graph to it."""

import inspect
from collections import defaultdict
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Final

from graphql import (
    FieldDefinitionNode,
    GraphQLObjectType,
    InterfaceTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    build_schema,
    value_from_ast_untyped,
)

from schema.common.permissions import ROLES
from schema.common.principals import Audience
from schema.doctor import policies as doctor
from schema.erp import policies as erp
from schema.patient import policies as patient

# The roles that open a field; none are needed where it is public.
Roles = tuple[str, ...] | None

ROOTS: Final = ("Query", "Mutation", "Subscription")
_POLICIES: Final[Mapping[Audience, ModuleType]] = {"patient": patient, "doctor": doctor, "erp": erp}
_NAMES: Final[Mapping[Audience, str]] = {"patient": "Patient", "doctor": "Doctor", "erp": "ERP"}

_Node = FieldDefinitionNode | ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode | None
_HEAD: Final = """# Who may do what

Made from the graphs by `python -m schema export`; `python -m schema check` fails where it is out of date.

Three rings, each of which is enough to refuse:

1. **The pool.** An endpoint takes the tokens of its own pool: any other is `UNAUTHENTICATED`, before anything runs. So
   is an operation without a token, unless all its root fields are public.
2. **The role**, of a type or a field: `@public` or `@requiresRole` in the SDL. A field's own declaration counts, else
   its type's, else that of the interface that brings it in; a graph with a field that has none does not build. Without
   the role, the field is `FORBIDDEN` and calls no service; the rest of the operation is answered.
3. **The object.** The services decide whose an object is, and the policies below are asked about each that they answer
   with. Another's looks as an absent one does: the same bytes, by the same calls.
"""


def permissions(sdl: str) -> Mapping[str, Mapping[str, Roles]]:
    """Return what each field of each object type asks for; raise KeyError for one that nobody has declared."""
    graph = build_schema(sdl)
    types = [each for each in graph.type_map.values() if isinstance(each, GraphQLObjectType)]
    shown = [each for each in types if not each.name.startswith("__")]
    return {each.name: {field: _roles(each, field) for field in each.fields} for each in shown}


def page(sdls: Mapping[Audience, str]) -> str:
    """Return docs/permissions.md."""
    lines = [line for audience, sdl in sdls.items() for line in _graph(audience, permissions(sdl))]
    return "\n".join([_HEAD, *lines, ""])


def _roles(shown: GraphQLObjectType, field: str) -> Roles:
    faces = [each.ast_node for each in shown.interfaces if field in each.fields]
    for node in (shown.fields[field].ast_node, shown.ast_node, *faces):
        for roles in _said(node):
            return roles
    message = f"{shown.name}.{field}"
    raise KeyError(message)


def _said(node: _Node) -> Iterator[Roles]:
    for directive in node.directives or () if node else ():
        if directive.name.value == "public":
            yield None
        elif directive.name.value == "requiresRole":
            [roles] = [value_from_ast_untyped(argument.value) for argument in directive.arguments or ()]
            yield tuple(roles)


def _graph(audience: Audience, declared: Mapping[str, Mapping[str, Roles]]) -> Iterator[str]:
    columns = ["nobody", *ROLES[audience]]
    yield f"## {_NAMES[audience]}\n\n### Operations\n"
    yield _row("Field", *columns)
    yield _row(*("---" for _ in ("Field", *columns)))
    for root in ROOTS:
        for field, roles in declared.get(root, {}).items():
            yield _row(f"`{root}.{field}`", *("yes" if roles is None or each in roles else "" for each in columns))
    yield "\n### Types\n"
    yield _row("Opens to", "Fields")
    yield _row("---", "---")
    yield from _types({name: fields for name, fields in declared.items() if name not in ROOTS})
    yield "\n### Objects\n"
    yield _row("Policy", "Who")
    yield _row("---", "---")
    for name, policy in inspect.getmembers(_POLICIES[audience], inspect.isfunction):
        if name.startswith("may_"):
            yield _row(f"`{name}`", inspect.cleandoc(policy.__doc__ or "").partition("\n")[0])
    yield ""


def _types(declared: Mapping[str, Mapping[str, Roles]]) -> Iterator[str]:
    """Write a line for each set of roles: whole types by their names, parts of a type field by field."""
    opened: dict[Roles, list[str]] = defaultdict(list)
    for name, fields in declared.items():
        for roles in dict.fromkeys(fields.values()):
            some = [f"`{name}.{field}`" for field in fields if fields[field] == roles]
            opened[roles] += [f"`{name}`"] if len(some) == len(fields) else some
    for roles, names in opened.items():
        yield _row("whoever gets there" if roles is None else ", ".join(roles), ", ".join(names))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
