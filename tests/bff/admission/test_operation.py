"""Which operation runs, and whether it may run for nobody: a private field is found wherever it hides."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from graphql import DocumentNode, parse, validate
from hypothesis import given, settings
from hypothesis import strategies as st

from bff.admission.operation import admit, check_method, chosen_operation
from bff.refusals import InvalidRequest, Refused
from schema.common.building import public_root_fields
from schema.common.principals import Principal
from schema.patient.schema import schema

NOBODY = Principal(audience="patient", id=None)
ANA = Principal(audience="patient", id="pat_ana")
PUBLIC = public_root_fields(schema)


def admitted(query: str, name: str | None = None, principal: Principal = NOBODY) -> bool:
    document = parse(query)
    assert not validate(schema._schema, document)
    try:
        admit(document, chosen_operation(document, name), principal, PUBLIC)
    except Refused:
        return False
    return True


def test_what_is_public_is_known() -> None:
    """A field that becomes public changes this list, and somebody has to agree."""
    assert {
        "Query.doctors",
        "Query.doctor",
        "Query.specialties",
        "Mutation.signIn",
        "Mutation.registerPatient",
        "Mutation.confirmRegistration",
        "Mutation.resendConfirmation",
        "Mutation.answerChallenge",
        "Mutation.refreshSession",
        "Mutation.forgotPassword",
        "Mutation.resetPassword",
    } == PUBLIC


OPEN = {
    "a public field": "{ specialties { code } }",
    "several": '{ specialties { code } doctors { nodes { id } } doctor(id: "doc_1") { name } }',
    "under another name": "{ me: specialties { code } }",
    "in a fragment": "{ ...F } fragment F on Query { specialties { code } }",
    "its type's name": "{ __typename }",
    "introspection": "{ __schema { queryType { name } } }",
    "a public mutation": 'mutation { signIn(input: {login: "a", password: "b"}) { __typename } }',
    "a private type below a public field": '{ doctors { nodes { slots(from: "2026-11-24") { startsAt } } } }',
}


@pytest.mark.parametrize("query", OPEN.values(), ids=OPEN.keys())
def test_a_public_operation_runs_for_nobody(query: str) -> None:
    assert admitted(query)


CLOSED = {
    "a private field": "{ me { id } }",
    "under a public one's name": "{ specialties: me { id } }",
    "after a public one": "{ specialties { code } me { id } }",
    "in an inline fragment": "{ ... { me { id } } }",
    "in a typed inline fragment": "{ ... on Query { ... on Query { me { id } } } }",
    "in a fragment": "{ ...F } fragment F on Query { me { id } }",
    "in a fragment's fragment": "{ ...F } fragment F on Query { ...G } fragment G on Query { me { id } }",
    "in the second spread": "{ ...F ...G } fragment F on Query { __typename } fragment G on Query { me { id } }",
    "in an inline fragment of a fragment": "{ ...F } fragment F on Query { ... { me { id } } }",
    "beside a typename": "{ __typename me { id } }",
    "skipped": "{ specialties { code } me @skip(if: true) { id } }",
    "not included": "{ ...F @include(if: false) } fragment F on Query { me { id } }",
    "a node of a public type": '{ node(id: "doc_1") { id } }',
    "a private mutation": 'mutation { revokeShare(input: {shareId: "s"}) { __typename } }',
    "a mutation after a public one": (
        'mutation { signIn(input: {login: "a", password: "b"}) { __typename } '
        'revokeShare(input: {shareId: "s"}) { __typename } }'
    ),
}


@pytest.mark.parametrize("query", CLOSED.values(), ids=CLOSED.keys())
def test_any_other_needs_a_person(query: str) -> None:
    assert not admitted(query)
    assert admitted(query, principal=ANA)


def test_the_refusal_asks_for_a_token() -> None:
    document = parse("{ me { id } }")
    with pytest.raises(Refused) as refused:
        admit(document, chosen_operation(document, None), NOBODY, PUBLIC)
    assert (refused.value.status, refused.value.code) == (401, "UNAUTHENTICATED")
    assert refused.value.headers == {"WWW-Authenticate": "Bearer"}


BOTH = "query Open { specialties { code } } query Closed { me { id } }"


def test_the_chosen_operation_is_judged_and_no_other() -> None:
    assert admitted(BOTH, "Open")
    assert not admitted(BOTH, "Closed")


def test_a_mutation_is_not_taken_for_a_query_of_the_same_document() -> None:
    """`Query.doctors` being public says nothing of a mutation: the kind of operation counts."""
    document = 'query Q { specialties { code } } mutation M { revokeShare(input: {shareId: "s"}) { __typename } }'
    assert admitted(document, "Q")
    assert not admitted(document, "M")


def test_a_mutation_named_like_a_public_query_is_private() -> None:
    document = parse("mutation { specialties }")
    with pytest.raises(Refused):
        admit(document, chosen_operation(document, None), NOBODY, PUBLIC)


def test_a_subscription_is_private() -> None:
    document = parse("subscription { specialties }")
    with pytest.raises(Refused):
        admit(document, chosen_operation(document, None), NOBODY, PUBLIC)


@pytest.mark.parametrize("name", [None, "Other", "open", ""])
def test_a_choice_that_is_not_made_is_refused(name: str | None) -> None:
    with pytest.raises(InvalidRequest):
        chosen_operation(parse(BOTH), name)


def test_a_name_that_the_only_operation_does_not_have_is_refused() -> None:
    with pytest.raises(InvalidRequest):
        chosen_operation(parse("{ specialties { code } }"), "Open")


@pytest.mark.parametrize("kind", ["mutation", "subscription"])
def test_only_a_query_may_come_by_get(kind: str) -> None:
    operation = chosen_operation(parse(f"{kind} {{ __typename }}"), None)
    check_method("POST", operation)
    with pytest.raises(Refused) as refused:
        check_method("GET", operation)
    assert (refused.value.status, refused.value.headers) == (405, {"Allow": "POST"})
    check_method("GET", chosen_operation(parse("{ __typename }"), None))


def test_cyclic_fragments_come_to_an_end() -> None:
    """Validation refuses them before; admission does not depend on it."""
    document = parse("{ ...F } fragment F on Query { specialties { code } ...G } fragment G on Query { ...F }")
    admit(document, chosen_operation(document, None), NOBODY, PUBLIC)
    document = parse("{ ...F } fragment F on Query { ...G me { id } } fragment G on Query { ...F }")
    with pytest.raises(Refused):
        admit(document, chosen_operation(document, None), NOBODY, PUBLIC)


FIELDS: Mapping[str, bool] = {
    "__typename": True,
    "specialties { code }": True,
    "doctors { nodes { id } }": True,
    "me { id }": False,
    'record(id: "rec_1") { id }': False,
}


@dataclass(frozen=True, slots=True)
class Written:
    """A piece of a root selection, the fragments that it needs, and whether all its fields are public."""

    text: str
    fragments: tuple[str, ...]
    public: bool


def _field(alias: str | None, field: str) -> Written:
    return Written(f"{alias}: {field}" if alias else field, (), FIELDS[field])


def _selection(pieces: list[Written]) -> Written:
    return Written(
        " ".join(each.text for each in pieces),
        tuple(fragment for each in pieces for fragment in each.fragments),
        all(each.public for each in pieces),
    )


def _inline(inner: Written, *, typed: bool) -> Written:
    return Written(f"... {'on Query ' if typed else ''}{{ {inner.text} }}", inner.fragments, inner.public)


def _spread(inner: Written, *, skipped: bool) -> Written:
    """Move the selection into a fragment; its place among the others is its name."""
    name = f"F{abs(hash((inner.text, inner.fragments)))}"
    fragment = f"fragment {name} on Query {{ {inner.text} }}"
    fragments = inner.fragments if fragment in inner.fragments else (*inner.fragments, fragment)
    return Written(f"...{name}{' @skip(if: true)' if skipped else ''}", fragments, inner.public)


SELECTIONS = st.recursive(
    st.builds(_field, st.none() | st.sampled_from(["a", "specialties", "doctors"]), st.sampled_from(sorted(FIELDS))),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=4).map(_selection)
        | st.builds(_inline, inner, typed=st.booleans())
        | st.builds(_spread, inner, skipped=st.booleans())
    ),
    max_leaves=12,
)


@given(SELECTIONS)
@settings(deadline=None, max_examples=300, database=None)
def test_an_operation_is_public_when_all_its_root_fields_are(written: Written) -> None:
    """However they are nested, spread, renamed or skipped."""
    document: DocumentNode = parse(f"{{ {written.text} }} {' '.join(dict.fromkeys(written.fragments))}")
    try:
        admit(document, chosen_operation(document, None), NOBODY, PUBLIC)
    except Refused:
        assert not written.public
    else:
        assert written.public
