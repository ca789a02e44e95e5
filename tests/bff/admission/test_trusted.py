"""Which documents run: what a manifest may hold, and what each mode makes of a request."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from graphql import build_schema

from bff.admission.body import GraphQLRequest
from bff.admission.trusted import InvalidManifest, Mode, Reason, TrustedDocuments, document_hash, read_manifest
from bff.engine.documents import Documents
from bff.refusals import Refused

SCHEMA = build_schema("type Query { name: String, age: Int }")
KNOWN = "query Known { name }"
OTHER = "query Other {\n  age\n}"
UNKNOWN = "query Unknown { age }"
MODES: tuple[Mode, ...] = ("off", "log-unknown", "require")
ON: tuple[Mode, ...] = ("log-unknown", "require")
CANARY = "Maria 111.444.777-35\r\nforged"


def manifest_of(*texts: str) -> dict[str, str]:
    return {document_hash(text): text for text in texts}


def trusted(mode: Mode, manifest: dict[str, str] | None = None) -> TrustedDocuments:
    given = manifest_of(KNOWN, OTHER) if manifest is None else manifest
    return TrustedDocuments(given, mode, Documents(SCHEMA, introspection=False))


def apollo(sha256_hash: object, **more: object) -> dict[str, Any]:
    return {"persistedQuery": {"version": 1, "sha256Hash": sha256_hash, **more}}


def refusal(mode: Mode, request: GraphQLRequest) -> tuple[str | None, str]:
    """Return the reason and the message of the refusal of a request."""
    with pytest.raises(Refused) as refused:
        trusted(mode).resolve(request)
    assert (refused.value.status, refused.value.code) == (400, "BAD_USER_INPUT")
    return refused.value.extensions.get("reason"), str(refused.value)


def test_the_hash_is_the_one_of_the_specification() -> None:
    """GraphQL over HTTP, appendix on persisted documents: its two examples."""
    assert document_hash("query ($id: ID!) {\n  user(id: $id) {\n    name\n  }\n}") == (
        "7dba4bd717b41f10434822356a93c32b1fb4907b983e854300ad839f84cdcd6e"
    )
    assert document_hash("query($id:ID!){user(id:$id){name}}") == (
        "71f7dc5758652baac68e4a10c50be732b741c892ade2883a99358f52b555286b"
    )


HASH = document_hash(KNOWN)
IDS = {
    "documentId": GraphQLRequest(query=None, document_id=f"sha256:{HASH}"),
    "bare documentId": GraphQLRequest(query=None, document_id=HASH),
    "Apollo's": GraphQLRequest(query=None, extensions=apollo(HASH)),
    "both": GraphQLRequest(query=None, document_id=f"sha256:{HASH}", extensions=apollo(HASH)),
    "documentId and the query": GraphQLRequest(query=KNOWN, document_id=f"sha256:{HASH}"),
    "Apollo's and the query": GraphQLRequest(query=KNOWN, extensions=apollo(HASH)),
    "the query alone": GraphQLRequest(query=KNOWN),
    "other extensions": GraphQLRequest(query=None, document_id=HASH, extensions={"persistedQuery": None, "a": 1}),
}


@pytest.mark.parametrize("mode", ON)
@pytest.mark.parametrize("request_", IDS.values(), ids=IDS.keys())
def test_a_trusted_document_is_found(request_: GraphQLRequest, mode: Mode, caplog: pytest.LogCaptureFixture) -> None:
    assert trusted(mode).resolve(request_) == KNOWN
    assert not caplog.records


def test_a_manifest_may_have_prefixed_hashes() -> None:
    documents = trusted("require", {f"sha256:{HASH}": KNOWN})
    assert documents.resolve(IDS["bare documentId"]) == KNOWN
    assert documents.resolve(IDS["documentId"]) == KNOWN


UNKNOWN_IDS = {
    "another hash": document_hash(UNKNOWN),
    "prefixed": f"sha256:{document_hash(UNKNOWN)}",
    "in capitals": HASH.upper(),
    "another prefix": f"x-ours:{HASH}",
    "another prefix's case": f"SHA256:{HASH}",
    "not a hash": CANARY,
    "empty": "",
    "only a prefix": "sha256:",
    "a prefix too many": f"sha256:sha256:{HASH}",
    "a lone surrogate": "\ud800",
}


@pytest.mark.parametrize("mode", ON)
@pytest.mark.parametrize("document_id", UNKNOWN_IDS.values(), ids=UNKNOWN_IDS.keys())
def test_an_unknown_id_is_not_found(document_id: str, mode: Mode) -> None:
    """In the words that Apollo's clients look for, before they send the query itself."""
    expected = ("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")
    assert refusal(mode, GraphQLRequest(query=None, document_id=document_id)) == expected
    assert refusal(mode, GraphQLRequest(query=None, extensions=apollo(document_id))) == expected


DISAGREEING = {
    "the other known one": GraphQLRequest(query=KNOWN, document_id=document_hash(OTHER)),
    "an unknown query": GraphQLRequest(query=UNKNOWN, document_id=HASH),
    "one blank more": GraphQLRequest(query=f"{KNOWN} ", document_id=HASH),
    "no query text": GraphQLRequest(query="", document_id=HASH),
    "Apollo's": GraphQLRequest(query=UNKNOWN, extensions=apollo(HASH)),
    "both ids": GraphQLRequest(query=None, document_id=HASH, extensions=apollo(document_hash(OTHER))),
    "both ids and a query": GraphQLRequest(query=KNOWN, document_id=HASH, extensions=apollo(document_hash(OTHER))),
    "a lone surrogate": GraphQLRequest(query="\ud800", document_id=HASH),
}


@pytest.mark.parametrize("mode", ON)
@pytest.mark.parametrize("request_", DISAGREEING.values(), ids=DISAGREEING.keys())
def test_an_id_and_a_query_that_disagree_are_refused(request_: GraphQLRequest, mode: Mode) -> None:
    """Never the one that happens to be trusted: who wrote which is not known."""
    assert refusal(mode, request_)[0] == Reason.MISMATCH


MALFORMED = [
    "text",
    [],
    {},
    {"version": 1},
    {"sha256Hash": HASH},
    {"version": 2, "sha256Hash": HASH},
    {"version": 1, "sha256Hash": None},
    {"version": 1, "sha256Hash": 5},
]


@pytest.mark.parametrize("mode", ON)
@pytest.mark.parametrize("query", [None, KNOWN])
@pytest.mark.parametrize("persisted", MALFORMED, ids=str)
def test_a_malformed_extension_is_refused(persisted: object, query: str | None, mode: Mode) -> None:
    reason, message = refusal(mode, GraphQLRequest(query=query, extensions={"persistedQuery": persisted}))
    assert reason is None
    assert "extensions.persistedQuery" in message


@pytest.mark.parametrize("mode", MODES)
def test_neither_query_nor_id_is_refused(mode: Mode) -> None:
    reason, message = refusal(mode, GraphQLRequest(query=None))
    assert reason is None
    assert "documentId" in message


@pytest.mark.parametrize("query", [UNKNOWN, f"{KNOWN} ", "", "{", "\ud800"])
def test_require_runs_nothing_else(query: str) -> None:
    assert refusal("require", GraphQLRequest(query=query))[0] == Reason.REQUIRED
    with_its_hash = GraphQLRequest(query=query, document_id=document_hash(query))
    assert refusal("require", with_its_hash)[0] == Reason.REQUIRED


def test_what_is_unknown_runs_with_its_hash_and_a_known_name_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """A new version of a known operation is the case that somebody can act on."""
    caplog.set_level(logging.DEBUG)
    assert trusted("log-unknown").resolve(GraphQLRequest(query=UNKNOWN, operation_name="Known")) == UNKNOWN
    assert caplog.messages == [f"unknown document {document_hash(UNKNOWN)}, operation Known"]


@pytest.mark.parametrize("name", [None, "", "Unknown", CANARY, "M" * 100_000])
def test_nothing_that_a_caller_wrote_is_in_the_log(name: str | None, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    query = f'query {{ name(cpf: "{CANARY}") }}'
    request = GraphQLRequest(query=query, operation_name=name, variables={CANARY: CANARY})
    assert trusted("log-unknown").resolve(request) == query
    assert caplog.messages == [f"unknown document {document_hash(query)}, operation of no known name"]


@pytest.mark.parametrize("mode", MODES)
def test_a_refusal_is_in_no_log(mode: Mode, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    refusal(mode, GraphQLRequest(query=None, document_id=CANARY, operation_name=CANARY))
    assert not caplog.records


@pytest.mark.parametrize("request_", [*IDS.values(), *DISAGREEING.values()])
def test_off_runs_every_query_and_knows_no_ids(request_: GraphQLRequest) -> None:
    if request_.query is None:
        reason = "PERSISTED_QUERY_MISMATCH" if "both ids" in _name_of(request_) else "PERSISTED_QUERY_NOT_SUPPORTED"
        assert refusal("off", request_)[0] == reason
    else:
        assert trusted("off").resolve(request_) == request_.query


def _name_of(request: GraphQLRequest) -> str:
    return next((name for name, each in DISAGREEING.items() if each is request), "")


def test_off_needs_no_manifest() -> None:
    assert trusted("off", {}).resolve(GraphQLRequest(query=UNKNOWN)) == UNKNOWN


WRONG = {
    "another hash": ({HASH: UNKNOWN}, f"{HASH} (Unknown): this is not the SHA-256 of its document"),
    "SHA-1, which codegen makes where nobody says otherwise": (
        {"0f37d0d5e5a2d5f6dbd2c1c3ba0d5cb5f3aaf2f8": KNOWN},
        "0f37d0d5e5a2d5f6dbd2c1c3ba0d5cb5f3aaf2f8 (Known): this is not the SHA-256 of its document",
    ),
    "a field that is gone": (
        manifest_of("query Old { size }"),
        f"{document_hash('query Old { size }')} (Old): Cannot query field 'size' on type 'Query'.",
    ),
    "a syntax error": (
        manifest_of("query Cut {"),
        f"{document_hash('query Cut {')} (no named operation): Syntax Error: Expected Name, found <EOF>.",
    ),
    "introspection": (
        manifest_of("query Look { __schema { description } }"),
        f"{document_hash('query Look { __schema { description } }')} (Look): GraphQL introspection has been disabled",
    ),
    "no operation": (
        manifest_of("fragment F on Query { name }"),
        f"{document_hash('fragment F on Query { name }')} (no named operation): Fragment 'F' is never used.",
    ),
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("manifest", "line"), WRONG.values(), ids=WRONG.keys())
def test_a_manifest_with_a_wrong_document_does_not_start(manifest: dict[str, str], line: str, mode: Mode) -> None:
    with pytest.raises(InvalidManifest) as invalid:
        trusted(mode, manifest_of(KNOWN) | manifest)
    assert str(invalid.value).splitlines()[0].startswith(line)


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(InvalidManifest) as invalid:
        trusted("require", manifest_of("query A { a }", KNOWN, "query B { b }") | {"c": "query C { c }"})
    said = [line.partition("(")[2].partition(")")[0] for line in str(invalid.value).splitlines()]
    assert said == ["A", "B", "C", "C"]


def test_a_manifest_is_read(tmp_path: Path) -> None:
    file = tmp_path / "manifest.json"
    file.write_text(json.dumps(manifest_of(KNOWN, OTHER), indent=2), encoding="utf-8")
    assert read_manifest(file) == manifest_of(KNOWN, OTHER)


@pytest.mark.parametrize("content", [b"", b"[]", b'{"a": 1}', b'{"a": {"text": "{ a }"}}', b"{", b'{"a": "\xff"}'])
def test_what_is_no_manifest_is_named(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "manifest.json"
    file.write_bytes(content)
    with pytest.raises(InvalidManifest, match=r"manifest\.json: not a JSON object from hashes to documents"):
        read_manifest(file)


def test_a_manifest_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidManifest, match=r"manifest\.json: No such file or directory"):
        read_manifest(tmp_path / "manifest.json")
