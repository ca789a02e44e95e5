"""Query texts become valid documents, each once, and only so many are kept."""

import pytest
from graphql import parse

from bff.engine import documents
from bff.engine.documents import MAX_ERRORS, MAX_KEPT_CHARACTERS, Document, Documents, InvalidDocument
from bff.refusals import Refused
from schema.patient.schema import schema


@pytest.fixture
def kept() -> Documents:
    return Documents(schema._schema, introspection=False)


def messages(kept: Documents, query: str) -> list[str]:
    with pytest.raises((InvalidDocument, Refused)) as refusal:
        kept.document(query)
    match refusal.value:
        case InvalidDocument() as invalid:
            return [error.message for error in invalid.errors]
        case refused:
            return [str(refused)]


def test_a_text_is_parsed_once(kept: Documents) -> None:
    query = "{ me { id } }"
    assert kept.document(query) is kept.document(query)


def test_the_most_recently_used_are_kept(kept: Documents, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MAX_KEPT", 2)
    first = kept.document("{ me { id } }")
    second = kept.document("{ me { name } }")
    assert kept.document("{ me { id } }") is first
    kept.document("{ me { email } }")
    assert len(kept._kept) == 2
    assert kept.document("{ me { id } }") is first
    assert kept.document("{ me { name } }") is not second


def test_long_texts_are_not_kept(kept: Documents) -> None:
    """A thousand of them would fill the memory, and anybody may send them: blanks cost no token."""
    kept.document("{ __typename }".ljust(MAX_KEPT_CHARACTERS + 1))
    assert not kept._kept
    kept.document("{ __typename }".ljust(MAX_KEPT_CHARACTERS))
    assert len(kept._kept) == 1


def test_what_is_found_out_once_is_kept_with_its_document_and_only_so_much_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(documents, "MAX_FOUND", 2)
    document, results = Document(parse("{ me { id } }")), iter(range(10))

    def found(what: str) -> int:
        return document.once(what, lambda: next(results))

    assert [found("a"), found("a"), found("b"), found("a"), found("c")] == [0, 0, 1, 0, 2]
    assert [found("a"), found("b")] == [0, 3]


def test_nothing_is_found_out_for_good_of_a_text_that_is_not_valid(kept: Documents) -> None:
    """It is measured before it is validated, and anybody may send a thousand of them."""
    query = "{ nothing }"
    kept.parsed(query).once("measured", lambda: 1)
    assert kept.parsed(query).once("measured", lambda: 2) == 2


def test_an_invalid_text_is_not_kept(kept: Documents) -> None:
    messages(kept, "{ nothing }")
    assert not kept._kept


@pytest.mark.parametrize(
    "query",
    [
        "",
        "   # nothing but a comment",
        "{",
        "query Name",
        "{ me { id } } fragment F on Query { me { id } }",
        "{ ...F }",
        "{ ...F } fragment F on Query { ...G } fragment G on Query { ...F }",
        "{ me { id } } { me { id } }",
        "type Query { id: ID }",
        "query ($a: Nothing) { me { id } }",
        "{ doctor { id } }",
        '{ doctor(id: "doc_1", name: "x") { id } }',
        "subscription { me { id } }",
    ],
)
def test_what_is_not_valid_is_refused(kept: Documents, query: str) -> None:
    assert messages(kept, query)


def test_a_text_of_too_many_tokens_is_refused(kept: Documents) -> None:
    said = "The operation exceeds the limit tokens: 2001, and the maximum is 2000."
    assert messages(kept, "{" + " id" * 2_000 + "}") == [said]


@pytest.mark.parametrize(
    "query",
    [
        "{ me " * 3000 + "}" * 3000,
        "{" + "... {" * 3000 + "__typename" + "}" * 3000 + "}",
        "query ($deep: " + "[" * 3000 + "ID" + "]" * 3000 + ") { __typename }",
        "{ doctor(id: " + "[" * 3000 + "]" * 3000 + ") { id } }",
        "{ doctor(id: " + "{ id: " * 3000 + "1" + "}" * 3000 + ") { id } }",
        "{ ...F0 } "
        + " ".join(f"fragment F{n} on Query {{ ...F{n + 1} }}" for n in range(1000))
        + " fragment F1000 on Query { __typename }",
    ],
    ids=["fields", "inline fragments", "types", "lists", "objects", "fragments"],
)
def test_a_text_that_is_nested_too_deeply_is_refused(kept: Documents, query: str) -> None:
    """Python's stack has an end: it is never the server's."""
    assert messages(kept, query)


def test_fragments_that_are_spread_twice_each_are_walked_once(kept: Documents) -> None:
    """Twenty-two of them would be four million spreads."""
    chain = " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(22))
    kept.document("{ ...F0 } " + chain + " fragment F22 on Query { __typename }")
    assert len(kept._kept) == 1


def test_errors_are_counted_to_an_end(kept: Documents) -> None:
    assert len(messages(kept, "{" + " ".join(f"nothing{n}" for n in range(100)) + "}")) <= MAX_ERRORS + 1


def test_a_literal_that_python_cannot_read_is_the_documents_error(kept: Documents) -> None:
    with pytest.raises(InvalidDocument) as invalid:
        kept.document("{ doctors(first: " + "9" * 5000 + ") { nodes { id } } }")
    (error,) = invalid.value.errors
    assert error.original_error is None
    assert error.locations


@pytest.mark.parametrize("query", ["{ __schema { types { name } } }", '{ __type(name: "Query") { name } }'])
def test_introspection_is_a_choice(query: str) -> None:
    graph = schema._schema
    Documents(graph, introspection=True).document(query)
    assert messages(Documents(graph, introspection=False), query)


def test_a_typename_is_no_introspection(kept: Documents) -> None:
    kept.document("{ __typename me { __typename } }")
    assert len(kept._kept) == 1
