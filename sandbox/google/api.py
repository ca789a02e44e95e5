"""One call through the API: route, token, scope, parameters, body, operation."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from sandbox.google import events, freebusy
from sandbox.google.calls import Answer, Call
from sandbox.google.discovery import route
from sandbox.google.errors import GoogleError, not_implemented
from sandbox.google.store import EventStore
from sandbox.google.tokens import Principal, TokenDesk

# Parameters without an effect on what is answered.
_HARMLESS: Final = frozenset(
    {
        "alt",
        "alwaysIncludeEmail",
        "key",
        "prettyPrint",
        "quotaUser",
        "sendNotifications",
        "sendUpdates",
        "supportsAttachments",
        "userIp",
    }
)


@dataclass(frozen=True, slots=True)
class _Operation:
    run: Callable[[EventStore, Call], Answer]
    parameters: frozenset[str] = frozenset()


_CONFERENCE: Final = frozenset({"conferenceDataVersion"})
_LISTING: Final = frozenset(
    {
        "iCalUID",
        "maxResults",
        "orderBy",
        "pageToken",
        "privateExtendedProperty",
        "showDeleted",
        "singleEvents",
        "timeMax",
        "timeMin",
        "updatedMin",
    }
)
_OPERATIONS: Final = {
    "calendar.events.insert": _Operation(events.insert, _CONFERENCE),
    "calendar.events.get": _Operation(events.get),
    "calendar.events.patch": _Operation(events.patch, _CONFERENCE),
    "calendar.events.delete": _Operation(events.delete),
    "calendar.events.list": _Operation(events.list_, _LISTING),
    "calendar.freebusy.query": _Operation(freebusy.query),
}


class GoogleApi:
    """Calendar v3 and Meet v2. What `_OPERATIONS` leaves out of their discovery documents is answered 501."""

    def __init__(self, store: EventStore, tokens: TokenDesk, now_ms: Callable[[], int]) -> None:
        self._store = store
        self._tokens = tokens
        self._now_ms = now_ms

    def answer(self, http_method: str, target: str, headers: Mapping[str, str], content: bytes) -> Answer:
        """Answer one call; `target` is the still encoded path with its query, `headers` have lower-case names."""
        try:
            return self._answer(http_method, target, headers, content)
        except GoogleError as error:
            return Answer(error.code, error.body())

    def _answer(self, http_method: str, target: str, headers: Mapping[str, str], content: bytes) -> Answer:
        url = urlsplit(target)
        method, path = route(http_method, url.path)
        principal = self._tokens.principal(headers.get("authorization", ""))
        _check_scopes(principal, method.scopes)
        query = method.query(parse_qsl(url.query, keep_blank_values=True))
        operation = _OPERATIONS.get(method.id)
        if operation is None:
            raise not_implemented(method.id)
        for name in query.keys() - operation.parameters - _HARMLESS:
            raise not_implemented(method.id, name)
        body = _json(content) if method.request else {}
        method.check_body(body)
        call = Call(
            principal=principal,
            path=path,
            query=query,
            body=body,
            if_match=headers.get("if-match"),
            now_ms=self._now_ms(),
        )
        return operation.run(self._store, call)


def _check_scopes(principal: Principal, accepted: frozenset[str]) -> None:
    if not principal.scopes & accepted:
        raise GoogleError(403, "insufficientPermissions", "Request had insufficient authentication scopes.")


def _json(content: bytes) -> Any:  # noqa: ANN401  whatever was sent; the schema checks it next
    try:
        return json.loads(content)
    except ValueError:
        raise GoogleError(400, "parseError", "This API does not support parsing form-encoded input.") from None
