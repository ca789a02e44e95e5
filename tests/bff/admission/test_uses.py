"""What an operation uses up: nothing that runs is missed, wherever it hides, and nothing counts twice."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from graphql import (
    GraphQLResolveInfo,
    GraphQLSchema,
    VariableValues,
    build_schema,
    execute_sync,
    get_variable_values,
    parse,
    print_ast,
    validate,
)
from hypothesis import given
from hypothesis import strategies as st

from bff.admission.operation import chosen_operation
from bff.admission.uses import REQUEST, Use, operation_uses, same_login
from schema.doctor.schema import schema as doctor
from schema.erp.schema import schema as erp
from schema.patient.schema import schema as patient
from services.erp.rules import parse_crm, parse_email
from services.records.rules.identity import login_of

PATIENT = patient._schema
ENTER = 'signIn(input: {login: "ana@example.com", password: "x"})'
IN = f"{ENTER} {{ __typename }}"
SIGN_IN = Use("Mutation.signIn", "ana@example.com")


def uses(query: str, variables: dict[str, Any] | None = None, schema: GraphQLSchema = PATIENT) -> Mapping[Use, int]:
    document = parse(query)
    assert not validate(schema, document)
    operation = chosen_operation(document, None)
    values = get_variable_values(schema, operation.variable_definitions or (), variables or {})
    assert isinstance(values, VariableValues)
    return operation_uses(schema, document, operation, values)


def test_one_field_is_one_use_and_no_request_more() -> None:
    assert uses("{ specialties { code } }") == {Use("Query.specialties"): 1}


def test_each_further_root_field_is_one_more_request() -> None:
    assert uses("{ specialties { code } a: specialties { name } me { id } __typename }") == {
        Use("Query.specialties"): 2,
        Use("Query.me"): 1,
        Use("Query.__typename"): 1,
        REQUEST: 3,
    }


HIDDEN = {
    "aliases": f"mutation {{ a: {IN} b: {IN} c: {IN} }}",
    "aliases named like other fields": f"mutation {{ {IN} registerPatient: {IN} __type: {IN} }}",
    "inline fragments": f"mutation {{ a: {IN} ... {{ b: {IN} ... on Mutation {{ c: {IN} }} }} }}",
    "a fragment": f"mutation {{ a: {IN} ...F }} fragment F on Mutation {{ b: {IN} c: {IN} }}",
    "fragments of a fragment": (
        f"mutation {{ ...F }} fragment F on Mutation {{ a: {IN} ...G ...H }} "
        f"fragment G on Mutation {{ b: {IN} }} fragment H on Mutation {{ c: {IN} ...G }}"
    ),
    "a fragment that is left out at first": (
        f"mutation {{ ...F @skip(if: true) ...F }} fragment F on Mutation {{ a: {IN} b: {IN} c: {IN} }}"
    ),
    "a field that is left out at first": (
        f"mutation {{ a: {ENTER} @skip(if: true) {{ __typename }} a: {IN} b: {IN} c: {IN} }}"
    ),
    "fields written twice": (
        f"mutation {{ a: {IN} a: {IN} ...F ...F }} fragment F on Mutation {{ a: {IN} b: {IN} c: {IN} }}"
    ),
}


@pytest.mark.parametrize("query", HIDDEN.values(), ids=HIDDEN.keys())
def test_three_sign_ins_are_three_wherever_they_hide(query: str) -> None:
    assert uses(query) == {SIGN_IN: 3, REQUEST: 2}


@pytest.mark.parametrize(
    ("directives", "runs"),
    [
        ("@skip(if: true)", False),
        ("@skip(if: false)", True),
        ("@include(if: true)", True),
        ("@include(if: false)", False),
        ("@skip(if: $yes)", False),
        ("@skip(if: $no)", True),
        ("@include(if: $yes)", True),
        ("@include(if: $no)", False),
        ("@skip(if: false) @include(if: false)", False),
        ("@skip(if: true) @include(if: true)", False),
    ],
)
def test_a_field_that_is_left_out_does_not_count(directives: str, *, runs: bool) -> None:
    query = f"""
        mutation($yes: Boolean = true, $no: Boolean!) {{
            a: {ENTER} {directives} {{ __typename }}
            b: {ENTER} @skip(if: $no) @include(if: $yes) {{ __typename }}
        }}"""
    assert uses(query, {"no": False})[SIGN_IN] == 1 + runs


def test_a_field_that_nobody_can_decide_about_counts() -> None:
    """A default makes a nullable variable valid here, and null is given."""
    query = f"mutation($off: Boolean = false) {{ {ENTER} @skip(if: $off) {{ __typename }} }}"
    assert uses(query, {"off": None}) == {SIGN_IN: 1}


LOGINS = {
    "a literal": ('mutation { signIn(input: {login: "Ana@example.com", password: "x"}) { __typename } }', {}),
    "a block": ('mutation { signIn(input: {login: """\n Ana@example.com\n""", password: "x"}) { __typename } }', {}),
    "escapes": ('mutation { signIn(input: {login: "\\u0041na@example.com", password: "x"}) { __typename } }', {}),
    "the input": (
        "mutation($in: SignInInput!) { signIn(input: $in) { __typename } }",
        {"in": {"login": "ANA@EXAMPLE.COM", "password": "x"}},
    ),
    "the login": (
        'mutation($login: String!) { signIn(input: {login: $login, password: "x"}) { __typename } }',
        {"login": " ana@example.com "},
    ),
    "a default": (
        'mutation($a: String! = "ana@example.com") { signIn(input: {login: $a, password: "x"}) { __typename } }',
        {},
    ),
    "a default of the input": (
        'mutation($in: SignInInput! = {login: "ana@example.com", password: "x"}) { signIn(input: $in) { __typename } }',
        {},
    ),
}


@pytest.mark.parametrize(("query", "variables"), LOGINS.values(), ids=LOGINS.keys())
@pytest.mark.parametrize("schema", [PATIENT, doctor._schema, erp._schema], ids=["patient", "doctor", "erp"])
def test_whose_account_it_is_is_found(query: str, variables: dict[str, Any], schema: GraphQLSchema) -> None:
    assert uses(query, variables, schema) == {SIGN_IN: 1}


def test_each_account_counts_for_itself() -> None:
    other = 'signIn(input: {login: "111.444.777-35", password: "x"}) { __typename }'
    query = f"mutation {{ a: {IN} b: {IN} c: {other} }}"
    assert uses(query) == {SIGN_IN: 2, Use("Mutation.signIn", "11144477735"): 1, REQUEST: 2}


def test_a_confirmation_is_about_an_account_too() -> None:
    query = 'mutation { confirmRegistration(input: {login: "ana@example.com", code: "1"}) { __typename } }'
    assert uses(query) == {Use("Mutation.confirmRegistration", "ana@example.com"): 1}


def test_a_field_without_a_login_is_about_nobody() -> None:
    schema = build_schema(
        """
        type Query { signIn(input: In): Int }
        type Mutation { signIn(input: In): Int, needs(input: In! = {}): Int }
        input In { login: String }
        """
    )
    for selection, field in (
        ('query { signIn(input: {login: "ana"}) }', "Query.signIn"),
        ("mutation { signIn }", "Mutation.signIn"),
        ("mutation { signIn(input: null) }", "Mutation.signIn"),
        ("mutation { signIn(input: {login: null}) }", "Mutation.signIn"),
        ("mutation { __typename }", "Mutation.__typename"),
    ):
        assert uses(selection, schema=schema) == {Use(field): 1}
    query = "mutation($in: In = {}) { needs(input: $in) }"
    assert uses(query, {"in": None}, schema) == {Use("Mutation.needs"): 1}


FIELDS = build_schema("type Query { a: Int, b: Int } type Mutation { a: Int, b: Int }")
DIRECTIVES = ["", "", "@skip(if: $t)", "@skip(if: $f)", "@include(if: $t)", "@include(if: $f)"]


def selections(spreads: Sequence[str], left_out: Sequence[str]) -> st.SearchStrategy[str]:
    """Generate selections of fields and of inline and other fragments, which the directives of `left_out` leave out."""
    field = st.builds("{0}{1}: {0} {2}".format, st.sampled_from("ab"), st.integers(0, 3), st.sampled_from(DIRECTIVES))
    around = st.sampled_from(left_out)
    leaves = st.one_of(field, *(st.builds("...{} {}".format, st.just(each), around) for each in spreads))

    def nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.lists(st.one_of(leaves, st.builds("... {} {{ {} }}".format, around, inner)), min_size=1).map(" ".join)

    return st.recursive(st.lists(leaves, min_size=1, max_size=4).map(" ".join), nested, max_leaves=4)


def counted_and_run(kind: str, top: str, f: str, g: str) -> tuple[Counter[str], Counter[str]]:
    """Return how often each field counts, and how often it runs."""
    root = kind.capitalize()
    document = parse(
        f"{kind}($t: Boolean = true, $f: Boolean!) {{ {top} ...F ...G a: a @skip(if: $t) @include(if: $f) }} "
        f"fragment F on {root} {{ {f} }} fragment G on {root} {{ {g} }}"
    )
    assert not validate(FIELDS, document)
    ran: Counter[str] = Counter()

    def resolve(_source: object, info: GraphQLResolveInfo[Any]) -> int:
        ran[f"{root}.{info.field_name}"] += 1
        return 1

    assert not execute_sync(FIELDS, document, variable_values={"f": False}, field_resolver=resolve).errors
    counted = uses(print_ast(document), {"f": False}, FIELDS)
    return Counter({use.field: count for use, count in counted.items() if use != REQUEST}), ran


@given(st.sampled_from(["query", "mutation"]), selections("FG", [""]), selections("G", [""]), selections("", [""]))
def test_what_counts_is_what_runs(kind: str, top: str, f: str, g: str) -> None:
    counted, ran = counted_and_run(kind, top, f, g)
    assert counted == ran


@given(
    st.sampled_from(["query", "mutation"]),
    selections("FG", DIRECTIVES),
    selections("G", DIRECTIVES),
    selections("", DIRECTIVES),
)
def test_where_fragments_are_left_out_no_less_counts_than_runs(kind: str, top: str, f: str, g: str) -> None:
    counted, ran = counted_and_run(kind, top, f, g)
    assert counted >= ran


SPELLINGS = [
    ("11144477735", ["111.444.777-35", "111 444 777 35", " 111.444.777/35\n", "111-444-777-35"]),
    ("00000000191", ["000.000.001-91"]),
    ("ana@example.com", ["ANA@example.com", " Ana@Example.COM\t", "ana@EXAMPLE.com"]),
    ("kai@example.com", ["\u212aai@example.com"]),
    ("123456/SP", ["123456-SP", "123456SP", "CRM/SP 123456", "crm-sp 123.456", " 00123456 sp ", "sp: 123456"]),
    ("123456P/SP", ["CRM/SP 123456P", "0123456p-sp"]),
]


@pytest.mark.parametrize(("login", "spelling"), [(login, each) for login, all_ in SPELLINGS for each in all_])
def test_a_login_has_one_form_however_it_is_typed(login: str, spelling: str) -> None:
    """What the services take for the same login is the same here, so a spelling is worth no attempts."""
    assert meanings(spelling) == meanings(login)
    assert same_login(spelling) == same_login(login)


@pytest.mark.parametrize("other", ["11144477736", "ana@example.org", "anna@example.com", "123457/SP", "ana", "", "bia"])
def test_other_logins_have_other_forms(other: str) -> None:
    logins = ["11144477735", "ana@example.com", "123456/SP", "Ana Maria"]
    assert same_login(other) not in {same_login(login) for login in logins}


def meanings(login: str) -> set[object]:
    """Return what the services take a login for; every one means something to one of them."""
    meant: list[object] = [login_of(login), parse_crm(login), parse_email(login)]
    assert any(meant)
    return set(meant)


characters = (
    st.sampled_from("0123456789 .-/:@\t\u212a\u017f\u0661") | st.sampled_from("aApPsSrRmMcCjJ") | st.characters()
)
typed = st.one_of(
    st.text(characters, max_size=20),
    st.builds("".join, st.lists(st.sampled_from(["crm", "CRM", "sp", "RJ", "1", "23", "0", ".", "-", "/", " ", "P"]))),
    st.builds("{}@{}".format, st.text(characters, max_size=5), st.sampled_from(["b.co", "B.CO", "\u212a.co"])),
)


@given(st.dictionaries(typed, st.none(), max_size=40))
def test_no_two_spellings_of_one_login_have_two_forms(logins: Mapping[str, None]) -> None:
    forms: dict[object, str] = {}
    for login in logins:
        for meaning in {login_of(login), parse_crm(login), parse_email(login)} - {None}:
            assert forms.setdefault(meaning, same_login(login)) == same_login(login)
