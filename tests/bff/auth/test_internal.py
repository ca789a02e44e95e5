"""What the BFF signs is what the services believe: both sides, as they are."""

import time

import jwt
import pytest

from bff.auth import internal
from bff.auth.internal import LIFETIME_SECONDS, REUSED_SECONDS, InternalToken
from schema.common.principals import Audience, Principal
from services.common.callers import LEEWAY_SECONDS, Caller, CallerCheck, UnknownCaller
from tests.bff.pool import Clock, SigningKey

ANA = Principal(audience="patient", id="pat_ana")
CARLA = Principal(audience="erp", id="adm_carla", roles=frozenset({"finance", "admin"}))
AUDIENCES: tuple[Audience, ...] = ("patient", "doctor", "erp")


@pytest.fixture
def clock() -> Clock:
    """Start now: the services decide about expiry by the system's clock."""
    return Clock(time.time())


@pytest.fixture
def tokens(bff_key: tuple[str, str], clock: Clock) -> InternalToken:
    return InternalToken(bff_key[0], clock)


@pytest.fixture
def check(bff_key: tuple[str, str]) -> CallerCheck:
    return CallerCheck({"bff": bff_key[1]})


def token_of(tokens: InternalToken, principal: Principal) -> str:
    scheme, _, token = tokens.headers(principal, "request-1")["Authorization"].partition(" ")
    assert scheme == "Bearer"
    return token


def test_services_believe_who_is_asking(tokens: InternalToken, check: CallerCheck) -> None:
    assert check(token_of(tokens, CARLA)) == Caller("adm_carla", "erp", frozenset({"finance", "admin"}))
    assert check(token_of(tokens, ANA)) == Caller("pat_ana", "patient")


def test_services_know_the_bff_itself_as_a_service(tokens: InternalToken, check: CallerCheck) -> None:
    scheme, _, token = tokens.own_headers()["Authorization"].partition(" ")
    assert scheme == "Bearer"
    assert check(token) == Caller("bff", "service")


def test_the_bffs_own_token_is_signed_again_in_time(tokens: InternalToken, clock: Clock) -> None:
    """A call to the audit goes with every operation: signing for each would cost more than the call."""
    first = tokens.own_headers()["Authorization"]
    clock.seconds += REUSED_SECONDS - 1
    assert tokens.own_headers()["Authorization"] == first
    clock.seconds += 1
    assert tokens.own_headers()["Authorization"] != first


def test_no_person_passes_for_the_bff_itself(tokens: InternalToken, check: CallerCheck) -> None:
    """Whatever their name and their roles."""
    roles = frozenset({"service", "bff"})
    for audience in AUDIENCES:
        caller = check(token_of(tokens, Principal(audience=audience, id="bff", roles=roles)))
        assert not caller.is_service()


@pytest.mark.parametrize("audience", AUDIENCES)
def test_nobody_is_anonymous_in_the_endpoints_pool(
    tokens: InternalToken, check: CallerCheck, audience: Audience
) -> None:
    assert check(token_of(tokens, Principal(audience=audience, id=None))) == Caller("anonymous", audience)


def test_a_token_lives_for_a_minute(tokens: InternalToken, check: CallerCheck, clock: Clock) -> None:
    claims = jwt.decode(token_of(tokens, ANA), options={"verify_signature": False})
    assert claims["exp"] - claims["iat"] == LIFETIME_SECONDS == 60
    clock.advance(-LIFETIME_SECONDS - LEEWAY_SECONDS - 2)
    with pytest.raises(UnknownCaller):
        check(token_of(tokens, CARLA))


def test_a_token_is_used_again_and_renewed_well_before_it_expires(tokens: InternalToken, clock: Clock) -> None:
    first = token_of(tokens, ANA)
    clock.advance(REUSED_SECONDS - 1)
    assert token_of(tokens, ANA) == first
    clock.advance(1)
    assert token_of(tokens, ANA) != first
    assert LIFETIME_SECONDS - REUSED_SECONDS > 10


def test_each_principal_has_a_token_of_its_own(tokens: InternalToken) -> None:
    """Neither the pool nor a role can be borrowed from who asked before."""
    principals = [
        ANA,
        CARLA,
        Principal(audience="doctor", id="pat_ana"),
        Principal(audience="erp", id="adm_carla"),
        Principal(audience="erp", id="adm_carla", roles=frozenset({"admin"})),
        *(Principal(audience=audience, id=None) for audience in AUDIENCES),
    ]
    assert len({token_of(tokens, each) for each in principals}) == len(principals)


def test_the_bff_does_not_speak_for_a_service(bff_key: tuple[str, str]) -> None:
    """A service that knows other issuers, and not the BFF, believes nothing that the BFF signs."""
    private, public = bff_key
    with pytest.raises(UnknownCaller):
        CallerCheck({"records": public})(token_of(InternalToken(private, time.time), ANA))


def test_the_request_id_travels_along(tokens: InternalToken) -> None:
    assert tokens.headers(ANA, "request-1")["X-Request-Id"] == "request-1"


def test_kept_tokens_are_bounded(tokens: InternalToken, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(internal, "MAX_KEPT", 3)
    for number in range(10):
        tokens.headers(Principal(audience="patient", id=f"pat_{number}"), "request-1")
    assert len(tokens._kept) == 3


def test_only_an_ed25519_key_signs(clock: Clock, signing_key: SigningKey) -> None:
    with pytest.raises(TypeError, match="Ed25519"):
        InternalToken(signing_key.pem(), clock)
