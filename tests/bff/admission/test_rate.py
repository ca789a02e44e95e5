"""How often somebody may do something: whose uses count together, and what a refusal says."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
from graphql import VariableValues, parse

from bff.admission.operation import chosen_operation
from bff.admission.rate import RateLimiter, Rule, Subject, rate_rules
from bff.admission.uses import ONE_REQUEST, REQUEST, Use, operation_uses
from bff.admission.windows import Windows
from bff.refusals import Refused
from schema.common.building import public_root_fields
from schema.doctor.schema import schema as doctor
from schema.erp.schema import schema as erp
from schema.patient.schema import schema as patient
from tests.bff.pool import Clock
from tests.bff.redis_server import running

pytestmark = pytest.mark.anyio

RULES = rate_rules(
    requests_per_minute=60, sign_ins_per_minute=10, sign_ins_per_address_per_minute=10, bookings_per_minute=20
)
SECRET = b"a secret of the tests"
CPF = "11144477735"
HOME = "198.51.100.7"
NOBODY = Subject(person=None, address=HOME)
ANA = Subject(person="pat_ana", address=HOME)
BOOKING = Use("Mutation.bookAppointment")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Stop the time that `limits` reads, at the beginning of a minute."""
    clock = Clock(1_795_500_000)
    monkeypatch.setattr(time, "time", clock)
    return clock


@pytest.fixture
def limiter(clock: Clock) -> RateLimiter:  # noqa: ARG001  the time stands still
    return RateLimiter(Windows("memory://"), RULES, secret=SECRET)


def sign_in(login: str = CPF, count: int = 1) -> Mapping[Use, int]:
    return {Use("Mutation.signIn", login): count}


async def refusal(limiter: RateLimiter, subject: Subject, uses: Mapping[Use, int]) -> Refused:
    with pytest.raises(Refused) as refused:
        await limiter.check(subject, uses)
    assert refused.value.code == "LIMIT_EXCEEDED"
    return refused.value


async def admitted(limiter: RateLimiter, subject: Subject, uses: Mapping[Use, int]) -> bool:
    try:
        await limiter.check(subject, uses)
    except Refused:
        return False
    return True


def test_every_field_of_a_rule_is_in_a_graph() -> None:
    """A mutation that is renamed would have no limit any more."""
    graphs = [each._schema for each in (patient, doctor, erp)]
    fields = {f"Mutation.{name}" for graph in graphs if graph.mutation_type for name in graph.mutation_type.fields}
    assert {field for rule in RULES for field in rule.fields} - fields == {REQUEST.field}
    assert [rule.name for rule in RULES] == ["requests", "signInsPerAddress", "signInsPerAccount", "bookings"]


def test_every_field_that_anybody_may_ask_about_a_login_is_counted() -> None:
    """A new one that is forgotten in the rules would give a guesser as many attempts as they like."""
    naming = {
        f"Mutation.{name}"
        for graph in (patient, doctor, erp)
        if (mutation := graph._schema.mutation_type)
        for name, field in mutation.fields.items()
        if f"Mutation.{name}" in public_root_fields(graph) and "login" in field.args["input"].type.of_type.fields
    }
    counted = {rule.name: rule.fields for rule in RULES}
    assert "Mutation.answerChallenge" in naming
    assert naming <= counted["signInsPerAccount"] & counted["signInsPerAddress"]


async def test_a_refusal_says_when_to_come_back(limiter: RateLimiter, clock: Clock) -> None:
    for _ in range(10):
        await limiter.check(NOBODY, sign_in())
    clock.advance(12.5)
    refused = await refusal(limiter, NOBODY, sign_in())
    assert refused.status == 429
    assert refused.headers == {"Retry-After": "48"}
    assert refused.extensions == {"limit": "signInsPerAddress", "maximum": 10, "retryAfterSeconds": 48}
    assert CPF not in str(refused)
    clock.advance(48)
    await limiter.check(NOBODY, sign_in())


async def test_what_no_waiting_makes_possible_has_no_time_to_come_back(limiter: RateLimiter) -> None:
    refused = await refusal(limiter, NOBODY, sign_in(count=11))
    assert (refused.status, refused.headers) == (400, {})
    assert refused.extensions == {"limit": "signInsPerAddress", "maximum": 10, "value": 11}
    assert await admitted(limiter, NOBODY, sign_in(count=10))


@pytest.mark.parametrize(
    "query",
    [
        "mutation { a: %s b: %s c: %s d: %s e: %s }",
        "mutation { a: %s ... { b: %s ...F } } fragment F on Mutation { c: %s ... on Mutation { d: %s e: %s } }",
    ],
)
async def test_five_aliases_are_five_attempts(limiter: RateLimiter, query: str) -> None:
    call = f'signIn(input: {{login: "{CPF}", password: "x"}}) {{ __typename }}'
    document = parse(query % ((call,) * 5))
    operation = chosen_operation(document, None)
    uses = operation_uses(patient._schema, document, operation, VariableValues({}, {}))
    await limiter.check(NOBODY, uses)
    await limiter.check(NOBODY, uses)
    assert not await admitted(limiter, NOBODY, sign_in())


async def test_an_account_has_its_attempts_from_all_addresses_together(limiter: RateLimiter) -> None:
    for number in range(10):
        await limiter.check(Subject(person=None, address=f"192.0.2.{number}"), sign_in())
    refused = await refusal(limiter, NOBODY, sign_in())
    assert refused.extensions["limit"] == "signInsPerAccount"
    assert await admitted(limiter, NOBODY, sign_in("ana@example.com"))


async def test_an_address_has_its_attempts_for_all_accounts_together(limiter: RateLimiter) -> None:
    """Also those of the person who is signed in there, and over all fields that tell something about an account."""
    for number in range(5):
        await limiter.check(NOBODY, sign_in(f"{number}"))
        await limiter.check(ANA, {Use("Mutation.confirmRegistration", f"b{number}"): 1})
    refused = await refusal(limiter, NOBODY, {Use("Mutation.registerPatient"): 1})
    assert refused.extensions["limit"] == "signInsPerAddress"
    assert await admitted(limiter, Subject(person=None, address="192.0.2.1"), {Use("Mutation.registerPatient"): 1})


async def test_who_is_refused_uses_up_nothing_of_a_victims(limiter: RateLimiter) -> None:
    """The address is asked first: a guesser at one address takes its ten, and then nothing more."""
    await limiter.check(NOBODY, sign_in("somebody", count=5))
    for _ in range(50):
        await admitted(limiter, NOBODY, sign_in())
    assert await admitted(limiter, Subject(person=None, address="192.0.2.1"), sign_in(count=5))


async def test_a_person_is_one_caller_wherever_they_are(limiter: RateLimiter) -> None:
    elsewhere = Subject(person="pat_ana", address="192.0.2.1")
    await limiter.check(ANA, {BOOKING: 15})
    assert not await admitted(limiter, elsewhere, {BOOKING: 6})
    assert await admitted(limiter, elsewhere, {BOOKING: 5})
    refused = await refusal(limiter, ANA, {BOOKING: 1})
    assert refused.extensions["limit"] == "bookings"
    assert await admitted(limiter, Subject(person="pat_bia", address=HOME), {BOOKING: 20})


async def test_nobody_is_an_address(limiter: RateLimiter) -> None:
    """And the people who are signed in there are others."""
    for _ in range(60):
        await limiter.check(NOBODY, ONE_REQUEST)
    assert not await admitted(limiter, NOBODY, ONE_REQUEST)
    assert await admitted(limiter, ANA, ONE_REQUEST)
    assert await admitted(limiter, Subject(person=None, address="192.0.2.1"), ONE_REQUEST)


async def test_a_persons_id_is_not_taken_for_an_address(limiter: RateLimiter) -> None:
    await limiter.check(Subject(person=HOME, address="192.0.2.1"), {BOOKING: 20})
    assert await admitted(limiter, NOBODY, {BOOKING: 20})


async def test_further_root_fields_are_requests_too(limiter: RateLimiter) -> None:
    for _ in range(6):
        await limiter.check(ANA, ONE_REQUEST)
        await limiter.check(ANA, {Use("Query.specialties"): 10, REQUEST: 9})
    assert not await admitted(limiter, ANA, ONE_REQUEST)


async def test_what_no_rule_is_about_has_no_limit(limiter: RateLimiter) -> None:
    assert await admitted(limiter, NOBODY, {Use("Query.doctors"): 1000, Use("Query.signIn", CPF): 1000})


async def test_all_attempts_are_back_once_the_old_ones_weigh_less_than_one(limiter: RateLimiter, clock: Clock) -> None:
    await limiter.check(NOBODY, sign_in(count=10))
    clock.advance(60 + 53.9)
    assert not await admitted(limiter, NOBODY, sign_in(count=10))
    clock.advance(0.2)
    assert await admitted(limiter, NOBODY, sign_in(count=10))


@pytest.fixture(params=["memory", "redis"])
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """Return each storage in turn."""
    if request.param == "memory":
        yield "memory://"
    else:
        with running(tmp_path) as server:
            yield server.url


async def test_a_hundred_at_once_are_never_more_than_the_limit(url: str) -> None:
    windows = Windows(url)
    limiter = RateLimiter(windows, RULES, secret=SECRET)
    outcomes = await asyncio.gather(*(admitted(limiter, NOBODY, sign_in()) for _ in range(100)))
    bookings = await asyncio.gather(*(admitted(limiter, ANA, {BOOKING: 3}) for _ in range(100)))
    await windows.aclose()
    assert outcomes.count(True) == 10
    assert bookings.count(True) == 6


async def test_redis_learns_nothing_about_people(tmp_path: Path) -> None:
    """Keys are keyed hashes: the same in all processes, others under another secret."""
    with running(tmp_path) as server:
        windows = Windows(server.url)
        seen: list[set[str]] = []
        for secret in (SECRET, SECRET, b"another secret"):
            limiter = RateLimiter(windows, RULES, secret=secret)
            await limiter.check(NOBODY, {**sign_in(), **ONE_REQUEST})
            await limiter.check(ANA, {BOOKING: 1})
            seen.append({line for line in server.ask("KEYS", "*") if line.startswith("healthmed")})
        await windows.aclose()
    first, same, other = seen
    assert len(first) == 4
    assert same == first
    assert len(other) == 8
    assert not [key for key in other if CPF in key or HOME in key or "pat_ana" in key]


@pytest.mark.parametrize("login", ["\ud800", "\x00", "ã" * 10_000, "a/b {c}", ""])
async def test_any_login_can_be_counted(limiter: RateLimiter, login: str) -> None:
    assert await admitted(limiter, NOBODY, sign_in(login, count=10))
    assert not await admitted(limiter, Subject(person=None, address="192.0.2.1"), sign_in(login))


async def test_rules_are_asked_in_their_order() -> None:
    first, second = (
        Rule(name=name, fields=frozenset({"Query.a"}), per_minute=1, per="caller") for name in ("first", "second")
    )
    limiter = RateLimiter(Windows("memory://"), [first, second], secret=SECRET)
    await limiter.check(ANA, {Use("Query.a"): 1})
    assert (await refusal(limiter, ANA, {Use("Query.a"): 1})).extensions["limit"] == "first"
