"""The URL parameters of a GET become a GraphQL request, or a clear refusal."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.requests import Request

from bff.admission.body import GraphQLRequest, decoded
from bff.answers.messages import Message
from bff.refusals import Refused

_NAMES: Final = frozenset({"query", "operationName", "variables", "extensions", "documentId"})


def read_parameters(request: Request) -> GraphQLRequest:
    """Read a GET's parameters; raise `Refused` 400. Others than GraphQL's are ignored; an empty one is none."""
    try:
        pairs = parse_qsl(request.scope["query_string"].decode("ascii"), errors="strict")
    except ValueError:
        raise Refused(400, "BAD_USER_INPUT", Message.URL_MALFORMED) from None
    ours = [pair for pair in pairs if pair[0] in _NAMES]
    given = dict(ours)
    if len(given) < len(ours):
        raise Refused(400, "BAD_USER_INPUT", Message.URL_MALFORMED)
    return GraphQLRequest(
        query=given.get("query"),
        operation_name=given.get("operationName"),
        variables=_object(given, "variables"),
        extensions=_object(given, "extensions"),
        document_id=given.get("documentId"),
    )


def _object(given: Mapping[str, str], name: str) -> Mapping[str, Any]:
    text = given.get(name, "null")
    return {} if text == "null" else decoded(text.encode(), dict[str, Any], Message.URL_MALFORMED)
