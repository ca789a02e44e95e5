"""Trusted documents: the operations of our own clients, known by their hash before anybody asks.

A manifest has the format of GraphQL codegen's `persistedDocuments`: a JSON object from each document's hash to its
text. The hash is SHA-256 in hex, with or without `sha256:` before it (codegen: `hashAlgorithm: "sha256"`; its default
is another one).
"""

import hashlib
import logging
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Final, Literal

import msgspec
from graphql import GraphQLError, OperationDefinitionNode, parse

from bff.admission.body import GraphQLRequest
from bff.answers.messages import Message
from bff.engine.documents import Documents, InvalidDocument
from bff.refusals import Refused

Mode = Literal["off", "log-unknown", "require"]

_PREFIX: Final = "sha256:"

_log: Final = logging.getLogger("bff.trusted")


class Reason(StrEnum):
    """Why a document is refused, in `extensions.reason`: the codes that clients of persisted queries know."""

    MISMATCH = "PERSISTED_QUERY_MISMATCH"
    NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
    NOT_SUPPORTED = "PERSISTED_QUERY_NOT_SUPPORTED"
    REQUIRED = "PERSISTED_QUERY_REQUIRED"


# Apollo's clients look for two of these, word for word.
_MESSAGES: Final[Mapping[Reason, Message]] = {
    Reason.MISMATCH: Message.PERSISTED_QUERY_MISMATCH,
    Reason.NOT_FOUND: Message.PERSISTED_QUERY_NOT_FOUND,
    Reason.NOT_SUPPORTED: Message.PERSISTED_QUERY_NOT_SUPPORTED,
    Reason.REQUIRED: Message.PERSISTED_QUERY_REQUIRED,
}


class InvalidManifest(Exception):  # noqa: N818  what it is
    """The manifest cannot be served; the message has a line for each fault, with the hash and the operation."""


def document_hash(text: str) -> str:
    """Return the SHA-256 of a document's text, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def document_id(text: str) -> str:
    """Return a document's id as GraphQL over HTTP says: its hash, prefixed."""
    return f"{_PREFIX}{document_hash(text)}"


def read_manifest(file: Path) -> Mapping[str, str]:
    """Read a manifest; raise `InvalidManifest` where there is none."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=dict[str, str])
    except OSError as failure:
        message = f"{file}: {failure.strerror}"
    except (msgspec.MsgspecError, UnicodeDecodeError):
        message = f"{file}: not a JSON object from hashes to documents"
    raise InvalidManifest(message)


class TrustedDocuments:
    """Finds the text of a request's document.

    off: every document runs, and ids mean nothing. log-unknown: ids are known, and a document that is not in the
    manifest runs with a line in the log. require: nothing else than the manifest runs.
    """

    def __init__(self, manifest: Mapping[str, str], mode: Mode, documents: Documents) -> None:
        """Parse and validate every document; raise `InvalidManifest` with all faults of all of them."""
        faults = [fault for key, text in manifest.items() for fault in _faults(key, text, documents)]
        if faults:
            raise InvalidManifest("\n".join(faults))
        self._mode: Final = mode
        self._texts: Final = {key.removeprefix(_PREFIX): text for key, text in manifest.items()}
        self._operations: Final = frozenset(name for text in manifest.values() for name in _operations(text))

    def resolve(self, request: GraphQLRequest) -> str:
        """Return the text to run; raise `Refused` 400, with the reason in `extensions`."""
        query = request.query
        if query is not None and self._mode == "off":
            return query
        wanted = _wanted_hash(request)
        if query is None:
            return self._text_of(wanted)
        actual = document_hash(query)
        if wanted not in {None, actual}:
            raise _refused(Reason.MISMATCH)
        if actual not in self._texts:
            self._admit_unknown(request.operation_name, actual)
        return query

    def _text_of(self, wanted: str | None) -> str:
        if wanted is None:
            raise Refused(400, "BAD_USER_INPUT", Message.NO_DOCUMENT)
        if self._mode == "off":
            raise _refused(Reason.NOT_SUPPORTED)
        if wanted not in self._texts:
            raise _refused(Reason.NOT_FOUND)
        return self._texts[wanted]

    def _admit_unknown(self, operation: str | None, actual: str) -> None:
        if self._mode == "require":
            raise _refused(Reason.REQUIRED)
        # A name that is in no manifest is whatever the caller wrote there.
        name = operation if operation in self._operations else "of no known name"
        _log.warning("unknown document %s, operation %s", actual, name)


def _wanted_hash(request: GraphQLRequest) -> str | None:
    """Return the hash that the request names, by either protocol; another kind of id stays as it is."""
    ids = {each.removeprefix(_PREFIX) for each in (request.document_id, _apollo_hash(request)) if each is not None}
    if len(ids) > 1:
        raise _refused(Reason.MISMATCH)
    return next(iter(ids), None)


def _apollo_hash(request: GraphQLRequest) -> str | None:
    match request.extensions.get("persistedQuery"):
        case None:
            return None
        case {"version": 1, "sha256Hash": str(sha256_hash)}:
            return sha256_hash
        case _:
            raise Refused(400, "BAD_USER_INPUT", Message.PERSISTED_QUERY_MALFORMED)


def _refused(reason: Reason) -> Refused:
    return Refused(400, "BAD_USER_INPUT", _MESSAGES[reason], extensions={"reason": reason.value})


def _faults(key: str, text: str, documents: Documents) -> Iterator[str]:
    subject = f"{key} ({', '.join(_operations(text)) or 'no named operation'})"
    if key.removeprefix(_PREFIX) != document_hash(text):
        yield f"{subject}: this is not the SHA-256 of its document"
    try:
        documents.document(text)
    except InvalidDocument as invalid:
        yield from (f"{subject}: {error.message}" for error in invalid.errors)
    except Refused as refused:
        yield f"{subject}: {refused}"


def _operations(text: str) -> list[str]:
    """Return the names of a document's operations; none where it does not parse."""
    try:
        document = parse(text, no_location=True)
    except GraphQLError:
        return []
    return [each.name.value for each in document.definitions if isinstance(each, OperationDefinitionNode) and each.name]
