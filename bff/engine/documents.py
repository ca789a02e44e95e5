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

MAX_TOKENS: Final = 10_000
MAX_KEPT: Final = 1000
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
        if kept is None:
            kept = self._kept[query] = self._valid(query)
            while len(self._kept) > MAX_KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(query)
        return kept

    def _valid(self, query: str) -> DocumentNode:
        try:
            document = parse(query, max_tokens=MAX_TOKENS)
        except GraphQLError as error:
            raise InvalidDocument([error]) from None
        except RecursionError:
            raise InvalidDocument([GraphQLError("The document is nested too deeply.")]) from None
        errors = validate(self._schema, document, self._rules, max_errors=MAX_ERRORS)
        if errors:
            raise InvalidDocument(errors)
        return document
