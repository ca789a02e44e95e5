"""A query text becomes a valid document once, and is kept, with what was found out about it."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Final, TypeVar, cast

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    specified_rules,
    validate,
)

from bff.admission.limits import Limits
from bff.admission.parsing import parse_within
from bff.refusals import InvalidRequest

T = TypeVar("T")

DEFAULT_LIMITS: Final = Limits()
MAX_KEPT: Final = 1000
# A longer text is parsed each time: a thousand bodies full of blanks would otherwise fill the memory.
MAX_KEPT_CHARACTERS: Final = 20_000
# Of one document: what depends on variables has many values, and who asks with more of them pays for each.
MAX_FOUND: Final = 16
MAX_ERRORS: Final = 10


class InvalidDocument(InvalidRequest):
    """The text does not parse, or the document is not valid for its schema."""


class Document:
    """A parsed text, and what was found out about it: kept together, and forgotten together."""

    __slots__ = ("_found", "node")

    def __init__(self, node: DocumentNode) -> None:
        self.node: Final = node
        self._found: Final[OrderedDict[Hashable, Any]] = OrderedDict()

    def once(self, what: Hashable, find_out: Callable[[], T]) -> T:
        """Return what was found out before, else find it out; the most recently used are kept."""
        if what in self._found:
            self._found.move_to_end(what)
        else:
            self._found[what] = find_out()
            if len(self._found) > MAX_FOUND:
                self._found.popitem(last=False)
        return cast("T", self._found[what])


class Documents:
    """The valid documents of one schema, the most recently used kept."""

    def __init__(self, schema: GraphQLSchema, *, introspection: bool, limits: Limits = DEFAULT_LIMITS) -> None:
        self._schema = schema
        self._limits = limits
        self._hide_suggestions = not introspection
        self._rules = [*specified_rules] if introspection else [*specified_rules, NoSchemaIntrospectionCustomRule]
        self._kept: OrderedDict[str, Document] = OrderedDict()

    def document(self, query: str) -> Document:
        """Return the valid document of `query`; raise `InvalidDocument`."""
        return self.valid(query, self.parsed(query))

    def parsed(self, query: str) -> Document:
        """Return the document of `query`, valid or not; raise `InvalidDocument` for bad syntax, or `Refused`."""
        kept = self._kept.get(query)
        if kept is not None:
            return kept
        try:
            return Document(parse_within(query, self._limits))
        except GraphQLError as error:
            raise InvalidDocument([error]) from None

    def valid(self, query: str, document: Document) -> Document:
        """Return `document`, which `query` was parsed into, if it is valid, and keep it; raise `InvalidDocument`."""
        if query in self._kept:
            self._kept.move_to_end(query)
            return document
        errors = validate(
            self._schema, document.node, self._rules, max_errors=MAX_ERRORS, hide_suggestions=self._hide_suggestions
        )
        if errors:
            raise InvalidDocument([_of_the_document(error) for error in errors])
        if len(query) <= MAX_KEPT_CHARACTERS:
            self._kept[query] = document
            while len(self._kept) > MAX_KEPT:
                self._kept.popitem(last=False)
        return document


def _of_the_document(error: GraphQLError) -> GraphQLError:
    """Return the error as one of the document, also where a scalar raised over a literal: 5,000 digits are no int."""
    return GraphQLError(error.message, error.nodes) if error.original_error else error
