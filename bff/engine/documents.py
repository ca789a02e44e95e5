"""A query text becomes a valid document once, and is kept."""

from collections import OrderedDict
from typing import Final

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    parse,
    specified_rules,
    validate,
)

MAX_TOKENS: Final = 2_000
MAX_KEPT: Final = 1000
# A longer text is parsed each time: a thousand bodies full of blanks would otherwise fill the memory.
MAX_KEPT_CHARACTERS: Final = 20_000
MAX_ERRORS: Final = 10


class InvalidDocument(Exception):  # noqa: N818  what it is
    """The text does not parse, or the document is not valid for its schema."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__("invalid document")
        self.errors: Final = errors


class Documents:
    """The valid documents of one schema, the most recently used kept."""

    def __init__(self, schema: GraphQLSchema, *, introspection: bool) -> None:
        self._schema = schema
        self._rules = [*specified_rules] if introspection else [*specified_rules, NoSchemaIntrospectionCustomRule]
        self._kept: OrderedDict[str, DocumentNode] = OrderedDict()

    def document(self, query: str) -> DocumentNode:
        """Return the valid document of `query`; raise `InvalidDocument`."""
        kept = self._kept.get(query)
        if kept is not None:
            self._kept.move_to_end(query)
            return kept
        document = self._valid(query)
        if len(query) <= MAX_KEPT_CHARACTERS:
            self._kept[query] = document
            while len(self._kept) > MAX_KEPT:
                self._kept.popitem(last=False)
        return document

    def _valid(self, query: str) -> DocumentNode:
        try:
            document = parse(query, max_tokens=MAX_TOKENS)
        except GraphQLError as error:
            raise InvalidDocument([error]) from None
        errors = validate(self._schema, document, self._rules, max_errors=MAX_ERRORS)
        if errors:
            raise InvalidDocument([_of_the_document(error) for error in errors])
        return document


def _of_the_document(error: GraphQLError) -> GraphQLError:
    """Return the error as one of the document, also where a scalar raised over a literal: 5,000 digits are no int."""
    return GraphQLError(error.message, error.nodes) if error.original_error else error
