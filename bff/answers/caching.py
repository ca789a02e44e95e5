"""Who may keep an answer, and for how long: nobody, unless it shows only what is public and nobody in particular asked.

Health data is `private, no-store`. An answer that anybody may have, asked for without a token, is `public` with the
least `@cacheControl(maxAge)` of its fields, and has an entity tag, by which a client that kept it is told that it still
holds (304).
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    get_named_type,
    is_abstract_type,
)
from starlette.datastructures import Headers

from bff.admission.operation import root_fields
from schema.common.caching import CacheControl, public_seconds

# What an answer depends on. The token is among it: a cache must not answer from a public copy who sends a wrong one.
VARY: Final = "Accept, Accept-Language, Authorization"
# What refusals and faults say, and every answer that shows anything of anybody's.
PRIVATE: Final[Mapping[str, str]] = MappingProxyType({"Cache-Control": "private, no-store", "Vary": VARY})
NOT_MODIFIED: Final = 304

_SAFE: Final = frozenset({"GET", "HEAD"})
_TAG: Final = re.compile(r'"([^"]*)"')
_TYPENAME: Final = "__typename"


def shareable_seconds(
    schema: GraphQLSchema,
    hints: Mapping[str, CacheControl],
    document: DocumentNode,
    operation: OperationDefinitionNode,
) -> int:
    """Return for how many seconds anybody may keep the answers of a valid operation; 0: not at all.

    It is the least of all hints in it, whatever is skipped, and 0 unless every root field has one: a field without a
    hint may be kept as long as its parent. Each fragment is walked once.
    """
    if operation.operation is not OperationType.QUERY:
        return 0
    roots = {node.name.value for node in root_fields(document, operation)} - {_TYPENAME}
    if not roots or not all(f"Query.{name}" in hints for name in roots):
        return 0
    fields = _coordinates(schema, document, operation)
    return min(public_seconds(hints[each]) for each in fields if each in hints)


def _coordinates(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) -> Iterable[str]:
    """Find every field that an operation names, as `Doctor.slots`; of an interface, each object's."""
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    waiting: list[tuple[GraphQLNamedType | None, SelectionSetNode]] = [(schema.query_type, operation.selection_set)]
    while waiting:
        parent, selections = waiting.pop()
        for node in selections.selections:
            match node:
                case FieldNode():
                    yield from (f"{each.name}.{node.name.value}" for each in _objects(schema, parent))
                    if node.selection_set:
                        waiting.append((_type_of(parent, node), node.selection_set))
                case InlineFragmentNode():
                    condition = node.type_condition
                    within = schema.type_map[condition.name.value] if condition else parent
                    waiting.append((within, node.selection_set))
                case FragmentSpreadNode():
                    fragment = fragments.pop(node.name.value, None)
                    if fragment:
                        waiting.append((schema.type_map[fragment.type_condition.name.value], fragment.selection_set))
                case _:
                    continue


def _objects(schema: GraphQLSchema, parent: GraphQLNamedType | None) -> Iterable[GraphQLNamedType]:
    if parent is None:
        return ()
    return schema.get_possible_types(parent) if is_abstract_type(parent) else (parent,)


def _type_of(parent: GraphQLNamedType | None, node: FieldNode) -> GraphQLNamedType | None:
    """Return the type that a field shows; None below `__schema` and `__type`, which have no hints."""
    fields = parent.fields if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType) else {}
    field = fields.get(node.name.value)
    return get_named_type(field.type) if field else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """What becomes of an answer: its status, what it says to caches, and its body, which a 304 does not repeat."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def finish(method: str, request: Headers, body: bytes, *, errors: bool, seconds: int) -> Finished:
    """Finish an answer of 200. `seconds` are its operation's `shareable_seconds`.

    An answer with errors is nobody's to keep: the next try may go well. Only a GET is answered by 304: to a POST,
    If-None-Match would mean 412 (RFC 9110), and nobody sends it so.
    """
    if errors or not seconds or "authorization" in request:
        return Finished(status=200, headers=PRIVATE, body=body)
    tag = hashlib.sha256(body).hexdigest()[:32]
    headers = {"Cache-Control": f"public, max-age={seconds}", "ETag": f'"{tag}"', "Vary": VARY}
    if method in _SAFE and _matches(request.getlist("if-none-match"), tag):
        return Finished(status=NOT_MODIFIED, headers=headers, body=b"")
    return Finished(status=200, headers=headers, body=body)


def _matches(conditions: Iterable[str], tag: str) -> bool:
    """Compare weakly, as RFC 9110 asks: what was sent compressed came with a weak tag."""
    return any(each.strip() == "*" or tag in _TAG.findall(each) for each in conditions)
