"""A query text becomes a document, and reading a hostile one stops early."""

from typing import Final

from graphql import DocumentNode, GraphQLSyntaxError, parse
from graphql.language.parser import MAX_NESTING_DEPTH

from bff.admission.limits import Limits, exceeded
from bff.answers.messages import Message
from bff.refusals import Refused

# The parser's time grows with the tokens: this many are read where they are measured only.
MEASURED_TOKENS: Final = 10_000
# Long enough for every operation that is within the tokens: one token may be a megabyte.
MAX_CHARACTERS: Final = 100_000


def parse_within(query: str, limits: Limits) -> DocumentNode:
    """Parse a query; raise `Refused` with LIMIT_EXCEEDED, or `GraphQLSyntaxError` for what is no GraphQL.

    The parser gives up where a text is too long or nested too deeply for it, so the value shown is the first one too
    many, and the nesting counts also that of lists and objects.
    """
    if len(query) > MAX_CHARACTERS:
        shown = {"limit": "characters", "value": len(query), "maximum": MAX_CHARACTERS}
        raise Refused(400, "LIMIT_EXCEEDED", Message.LIMIT, extensions=shown)
    most = max(limits.tokens, MEASURED_TOKENS) if "tokens" in limits.measured_only else limits.tokens
    try:
        document = parse(query, max_lexical_tokens=most, max_comments=most)
    except GraphQLSyntaxError as error:
        refused = _limit(error.description, most, limits)
        if refused is None:
            raise
        raise refused from None
    _unlink(document)
    return document


def _unlink(document: DocumentNode) -> None:
    """Let tokens know the next one alone: as a ring, a document that is forgotten would wait for a collection."""
    token = document.loc.start_token if document.loc else None
    while token:
        token.prev = None
        token = token.next


def _limit(description: str, most: int, limits: Limits) -> Refused | None:
    """Return which limit the parser met; graphql-core tells them from bad syntax by words alone."""
    if description.startswith("Document contains more than"):
        return exceeded("tokens", most + 1, limits)
    if description.startswith("Document is nested too deeply"):
        return exceeded("depth", MAX_NESTING_DEPTH + 1, limits)
    return None
