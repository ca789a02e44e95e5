import time

import jwt
import pytest

from services.common.callers import AUDIENCE, Caller, CallerCheck, UnknownCaller
from tests.services.tokens import ADMIN, DOCTOR, EVENTS, NOBODY, PATIENT, RECORDS, THE_BFF, Issuers, Person


@pytest.fixture(scope="session")
def check(issuers: Issuers) -> CallerCheck:
    return CallerCheck(issuers.public())


@pytest.mark.parametrize(
    "person", [PATIENT, NOBODY, DOCTOR, ADMIN, EVENTS, RECORDS, THE_BFF], ids=lambda each: each.actor
)
def test_an_honest_token_names_its_caller(check: CallerCheck, issuers: Issuers, person: Person) -> None:
    assert check(issuers.token(person)) == Caller(person.actor, person.pool, frozenset(person.roles))


@pytest.mark.parametrize(
    ("person", "forged"),
    [
        (PATIENT, {"aud": "healthmed-other"}),
        (PATIENT, {"aud": [AUDIENCE, "healthmed-other"]}),
        (PATIENT, {"aud": None}),
        (PATIENT, {"exp": int(time.time()) - 60}),
        (PATIENT, {"exp": None}),
        (PATIENT, {"iat": int(time.time()) + 3600}),
        (PATIENT, {"iss": "events"}),
        (PATIENT, {"iss": "nobody"}),
        (PATIENT, {"pool": "service"}),
        (PATIENT, {"pool": "admin"}),
        (PATIENT, {"pool": ["patient"]}),
        (PATIENT, {"pool": None}),
        (PATIENT, {"sub": None}),
        (PATIENT, {"sub": ""}),
        (PATIENT, {"sub": 7}),
        (PATIENT, {"roles": "admin"}),
        (PATIENT, {"roles": [1]}),
        (PATIENT, {"roles": {"admin": True}}),
        (EVENTS, {"pool": "patient", "sub": PATIENT.actor}),
        (EVENTS, {"pool": "erp", "roles": ["admin"]}),
        (EVENTS, {"sub": "records"}),
        (EVENTS, {"iss": "bff", "pool": "patient"}),
        (EVENTS, {"iss": "bff", "sub": "bff"}),
        (EVENTS, {"sub": "bff"}),
        (THE_BFF, {"sub": "events"}),
        (THE_BFF, {"iss": "events", "sub": "events"}),
        (THE_BFF, {"pool": "admin"}),
    ],
)
def test_a_token_that_says_too_much_is_refused(
    check: CallerCheck, issuers: Issuers, person: Person, forged: dict[str, object]
) -> None:
    """A service speaks for itself alone, and nobody signs for another."""
    with pytest.raises(UnknownCaller):
        check(issuers.token(person, **forged))


@pytest.mark.parametrize("claim", ["exp", "iat", "sub", "aud", "iss", "pool"])
def test_a_token_that_says_too_little_is_refused(check: CallerCheck, issuers: Issuers, claim: str) -> None:
    claims = issuers.claims(PATIENT)
    del claims[claim]
    with pytest.raises(UnknownCaller):
        check(jwt.encode(claims, issuers.keys["bff"], algorithm="EdDSA"))


def test_a_signature_by_anybody_else_is_refused(check: CallerCheck, issuers: Issuers) -> None:
    """A stranger's key, none at all, and the public key misused as a shared secret."""
    claims = issuers.claims(PATIENT)
    for token in (
        Issuers().token(PATIENT),
        jwt.encode(claims, "", algorithm="none"),
        jwt.encode(claims, "x" * 64, algorithm="HS256"),
        issuers.token(PATIENT)[:-4] + "AAAA",
        "",
        "a.b.c",
        "é",
    ):
        with pytest.raises(UnknownCaller):
            check(token)


def test_a_token_may_be_a_few_seconds_old(check: CallerCheck, issuers: Issuers) -> None:
    """Clocks differ by a little; five seconds are forgiven, not more."""
    now = int(time.time())
    assert check(issuers.token(PATIENT, exp=now - 2)).actor == PATIENT.actor
    with pytest.raises(UnknownCaller):
        check(issuers.token(PATIENT, exp=now - 7))


def test_an_anonymous_caller_is_no_person() -> None:
    anonymous = Caller(NOBODY.actor, "patient")
    assert not anonymous.is_person("patient", NOBODY.actor)
    assert Caller(PATIENT.actor, "patient").is_person("patient", PATIENT.actor)
    assert not Caller(PATIENT.actor, "doctor").is_person("patient", PATIENT.actor)


def test_roles_count_in_the_erps_pool_alone() -> None:
    assert Caller(ADMIN.actor, "erp", frozenset({"finance"})).has_role("admin", "finance")
    assert not Caller(ADMIN.actor, "erp", frozenset({"finance"})).has_role("admin")
    assert not Caller(DOCTOR.actor, "doctor", frozenset({"admin"})).has_role("admin")
    assert not Caller("events", "service", frozenset({"admin"})).has_role("admin")


def test_a_service_is_known_by_name() -> None:
    events = Caller("events", "service")
    assert events.is_service()
    assert events.is_service("records", "events")
    assert not events.is_service("records")
    assert not Caller("events", "patient").is_service("events")
