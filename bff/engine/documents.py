"""A query text becomes a valid document once, and is kept."""

from collections import OrderedDict
from typing import Final

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

DEFAULT_LIMITS: Final = Limits()
MAX_KEPT: Final = 1000
# A longer text is parsed each time: a thousand bodies full of blanks would otherwise fill the memory.
MAX_KEPT_CHARACTERS: Final = 20_000
MAX_ERRORS: Final = 10


class InvalidDocument(InvalidRequest):
    """The text does not parse, or the document is not valid for its schema."""


class Documents:
    """The valid documents of one schema, the most recently used kept."""

    def __init__(self, schema: GraphQLSchema, *, introspection: bool, limits: Limits = DEFAULT_LIMITS) -> None:
        self._schema = schema
        self._limits = limits
        self._hide_suggestions = not introspection
        self._rules = [*specified_rules] if introspection else [*specified_rules, NoSchemaIntrospectionCustomRule]
        self._kept: OrderedDict[str, DocumentNode] = OrderedDict()

    def document(self, query: str) -> DocumentNode:
        """Return the valid document of `query`; raise `InvalidDocument`."""
        return self.valid(query, self.parsed(query))

    def parsed(self, query: str) -> DocumentNode:
        """Return the document of `query`, valid or not; raise `InvalidDocument` for bad syntax, or `Refused`."""
        kept = self._kept.get(query)
        if kept is not None:
            return kept
        try:
            return parse_within(query, self._limits)
        except GraphQLError as error:
            raise InvalidDocument([error]) from None

    def valid(self, query: str, document: DocumentNode) -> DocumentNode:
        """Return `document`, which `query` was parsed into, if it is valid, and keep it; raise `InvalidDocument`."""
        if query in self._kept:
            self._kept.move_to_end(query)
            return document
        errors = validate(
            self._schema, document, self._rules, max_errors=MAX_ERRORS, hide_suggestions=self._hide_suggestions
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
