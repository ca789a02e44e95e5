"""Every way in which a bearer token can be wrong gives the same refusal; what a right one says is believed."""

import asyncio
from collections.abc import Callable

import pytest

from bff.auth import tokens
from bff.auth.keys import COOL_DOWN_SECONDS, DEFAULT_AGES, KeyRing, KeysUnavailable
from bff.auth.tokens import KEPT_SECONDS, LEEWAY_SECONDS, InvalidToken, TokenCheck
from schema.common.principals import Principal
from tests.bff.auth.wrong_tokens import WITHOUT_A_FETCH, WRONG_CLAIMS, tampered
from tests.bff.pool import NOW, PATIENT, Clock, KeyEndpoint, SigningKey, claims

pytestmark = pytest.mark.anyio


async def refused(check: TokenCheck, token: str) -> bool:
    try:
        await check(token)
    except InvalidToken:
        return True
    return False


async def test_a_valid_token_is_its_person(check: TokenCheck, signing_key: SigningKey) -> None:
    assert await check(signing_key.token()) == Principal(audience="patient", id=PATIENT)


async def test_the_principal_carries_its_token_where_nobody_sees_it(check: TokenCheck, signing_key: SigningKey) -> None:
    """Also one whose token was checked before; two tokens of a person are one principal."""
    first, second = signing_key.token(), signing_key.token(jti="another")
    seen = [await check(token) for token in (first, second, first)]
    assert [principal.access_token for principal in seen] == [first, second, first]
    assert len(set(seen)) == 1
    assert first not in repr(seen)


async def test_groups_are_roles(check: TokenCheck, signing_key: SigningKey) -> None:
    principal = await check(signing_key.token(**{"cognito:groups": ["finance", "auditor"]}))
    assert principal.roles == {"finance", "auditor"}


@pytest.mark.parametrize("changes", WRONG_CLAIMS.values(), ids=WRONG_CLAIMS.keys())
async def test_wrong_claims_are_refused(check: TokenCheck, signing_key: SigningKey, changes: dict[str, object]) -> None:
    assert await refused(check, signing_key.token(**changes))


@pytest.mark.parametrize(
    "changes",
    [{"exp": NOW - LEEWAY_SECONDS + 1}, {"nbf": NOW + LEEWAY_SECONDS - 1}, {"iat": NOW + LEEWAY_SECONDS - 1}],
    ids=["expired just now", "valid in a moment", "issued in a moment"],
)
async def test_clocks_may_differ_a_little(
    check: TokenCheck, signing_key: SigningKey, changes: dict[str, object]
) -> None:
    assert not await refused(check, signing_key.token(**changes))


@pytest.mark.parametrize("make", WITHOUT_A_FETCH.values(), ids=WITHOUT_A_FETCH.keys())
async def test_what_needs_no_key_is_refused_without_a_fetch(
    check: TokenCheck, endpoint: KeyEndpoint, signing_key: SigningKey, make: Callable[[SigningKey], str]
) -> None:
    assert await refused(check, make(signing_key))
    assert endpoint.fetches == 0


async def test_another_key_under_a_known_id_is_refused(check: TokenCheck, other_key: SigningKey) -> None:
    assert await refused(check, other_key.token({"kid": "current"}))


async def test_claims_under_anothers_signature_are_refused(check: TokenCheck, signing_key: SigningKey) -> None:
    token = signing_key.token()
    await check(token)
    assert await refused(check, tampered(token))


async def test_an_unknown_key_causes_one_fetch(
    check: TokenCheck, endpoint: KeyEndpoint, signing_key: SigningKey, other_key: SigningKey, clock: Clock
) -> None:
    """Then none in the cool-down, while tokens of known keys pass."""
    await check(signing_key.token())
    clock.advance(COOL_DOWN_SECONDS)
    for number in range(20):
        assert await refused(check, other_key.token(jti=str(number)))
        assert not await refused(check, signing_key.token(jti=str(number)))
    assert endpoint.fetches == 2


async def test_known_keys_pass_while_the_endpoint_is_down(
    check: TokenCheck, endpoint: KeyEndpoint, signing_key: SigningKey, clock: Clock
) -> None:
    await check(signing_key.token())
    endpoint.down = True
    for number in range(100):
        clock.advance(10)
        assert not await refused(check, signing_key.token(jti=str(number)))


async def test_before_any_key_is_known_nobody_passes(
    check: TokenCheck, endpoint: KeyEndpoint, signing_key: SigningKey
) -> None:
    """But nobody is told that his token is wrong."""
    endpoint.down = True
    with pytest.raises(KeysUnavailable):
        await check(signing_key.token())


async def test_a_kept_result_does_not_outlive_its_key(
    check: TokenCheck, endpoint: KeyEndpoint, signing_key: SigningKey, other_key: SigningKey
) -> None:
    """A key that left the set empties what is kept, in the same second."""
    token = signing_key.token()
    await check(token)
    endpoint.keys = [other_key.jwk()]
    assert not await refused(check, other_key.token())
    assert await refused(check, token)
    assert not check._kept


async def test_a_kept_result_does_not_outlive_the_limit_of_its_key(
    check: TokenCheck, endpoint: KeyEndpoint, signing_key: SigningKey, clock: Clock
) -> None:
    await check(signing_key.token())
    endpoint.down = True
    clock.advance(DEFAULT_AGES.max_age_seconds - KEPT_SECONDS / 2)
    token = signing_key.token(exp=clock() + 3600)
    await check(token)
    clock.advance(KEPT_SECONDS / 2)
    with pytest.raises(KeysUnavailable):
        await check(token)


async def test_a_hundred_tokens_of_unknown_keys_at_once_cause_one_fetch(
    check: TokenCheck, ring: KeyRing, endpoint: KeyEndpoint, other_key: SigningKey
) -> None:
    await ring.ready()
    endpoint.open.clear()
    asked = [
        asyncio.create_task(refused(check, other_key.token({"kid": f"stranger-{number}"}))) for number in range(100)
    ]
    await asyncio.sleep(0)
    endpoint.open.set()
    assert all(await asyncio.gather(*asked))
    assert endpoint.fetches == 2


async def test_a_kept_result_is_not_verified_again(
    check: TokenCheck, signing_key: SigningKey, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = signing_key.token()
    await check(signing_key.token(jti="another"))
    verified: list[str] = []

    async def claims_of(asked: str) -> object:
        verified.append(asked)
        return claims()

    monkeypatch.setattr(check, "_claims", claims_of)
    for _ in range(10):
        await check(token)
    assert len(verified) == 1
    clock.advance(KEPT_SECONDS)
    await check(token)
    assert len(verified) == 2


async def test_a_kept_result_does_not_outlive_the_token(
    check: TokenCheck, signing_key: SigningKey, clock: Clock
) -> None:
    token = signing_key.token(exp=NOW + 10)
    await check(token)
    clock.advance(10 + LEEWAY_SECONDS)
    assert await refused(check, token)


async def test_kept_results_are_bounded(
    check: TokenCheck, signing_key: SigningKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "MAX_KEPT", 3)
    for number in range(10):
        await check(signing_key.token(jti=str(number)))
    assert len(check._kept) == 3


async def test_a_refused_token_is_not_kept(check: TokenCheck, other_key: SigningKey) -> None:
    await refused(check, other_key.token())
    assert not check._kept
