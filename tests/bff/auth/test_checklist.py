"""Token verification, row by row of the checklist that it was built from: RFC 8725, RFC 9068, what gateways test.

The rows are quoted; row 6, about fetches, is in test_checklist_fetches.py. The rules themselves have tests of their own
beside these, and docs/tokens.md says them in words.
"""

import logging
from hashlib import sha256
from typing import Final

import pytest

from bff.auth import tokens
from bff.auth.tokens import KEPT_SECONDS, LEEWAY_SECONDS, MAX_TOKEN_BYTES, TokenCheck
from tests.bff.auth.key_server import key_server
from tests.bff.auth.verdicts import verdict
from tests.bff.auth.wrong_tokens import WITHOUT_A_FETCH, WRONG_CLAIMS, segment, tampered, unsigned
from tests.bff.live.site import Bounds, closing, serving
from tests.bff.pool import NOW, PATIENT, POOL, Clock, KeyEndpoint, SigningKey
from tests.bff.world import World, error_of

pytestmark = pytest.mark.anyio


async def test_row_1_an_unknown_issuer_causes_no_fetch(clock: Clock, signing_key: SigningKey) -> None:
    """1. Choose the pool by exact `iss` from configuration, before any I/O; an unknown issuer causes no fetch."""
    issuers = [f"{POOL.issuer}/", POOL.issuer.upper(), POOL.issuer[:-1], f" {POOL.issuer}", "", None, [POOL.issuer], 7]
    async with key_server(clock, signing_key.jwk()) as (server, ring):
        check = TokenCheck(POOL, ring, clock)
        for issuer in issuers:
            content = unsigned("RS256", iss=issuer) + segment(b"signature")
            assert await verdict(check, content) == "refused"
        assert server.fetches == 0
        assert await verdict(check, signing_key.token()) == PATIENT
        assert server.fetches == 1


async def test_row_2_only_rs256_and_keys_that_may_verify(
    clock: Clock, signing_key: SigningKey, other_key: SigningKey
) -> None:
    """2. RS256 only; `use`, `key_ops`, `alg` and 2048 bits; unsupported keys are skipped, not fatal."""
    unsupported: list[dict[str, object]] = [
        other_key.jwk(kid="a", use="enc"),
        other_key.jwk(kid="b", key_ops=["sign"]),
        other_key.jwk(kid="c", alg="PS256"),
        other_key.jwk(kid="d", kty="EC"),
        SigningKey.generate("e", bits=1024).jwk(),
    ]
    async with key_server(clock, *unsupported, signing_key.jwk(use=None, key_ops=["verify"])) as (server, ring):
        check = TokenCheck(POOL, ring, clock)
        assert await verdict(check, signing_key.token()) == PATIENT
        for kid in "abcde":
            assert await verdict(check, other_key.token({"kid": kid})) == "refused"
        for algorithm in ("none", "HS256", "RS384", "PS256", "ES256"):
            content = unsigned(algorithm) + segment(b"signature")
            assert await verdict(check, content) == "refused"
        assert server.fetches == 2


ROW_3: Final = [name for name, changes in WRONG_CLAIMS.items() if changes.keys() <= {"exp", "iat", "nbf", "sub"}]


@pytest.mark.parametrize("name", [*ROW_3, "no use"])
async def test_row_3_times_are_times(check: TokenCheck, signing_key: SigningKey, name: str) -> None:
    """3. Require exp, iat, iss, sub, token_use; check nbf; skew <= 60 s; refuse absurd times."""
    assert LEEWAY_SECONDS <= 60
    assert await verdict(check, signing_key.token(**WRONG_CLAIMS[name])) == "refused"
    assert await verdict(check, signing_key.token(nbf=NOW)) == PATIENT


async def test_row_4_access_tokens_of_this_client_alone(check: TokenCheck, signing_key: SigningKey) -> None:
    """4. Access token: `token_use=access` and `client_id` in the allowed list. ID tokens are accepted nowhere here."""
    assert await verdict(check, signing_key.token()) == PATIENT
    for name in ("an ID token", "a use that is a list", "another client", "no client", "a list of clients"):
        assert await verdict(check, signing_key.token(**WRONG_CLAIMS[name])) == "refused"


async def test_row_5_groups_and_scopes_are_typed(check: TokenCheck, signing_key: SigningKey) -> None:
    """5. `cognito:groups` a list of strings; `scope` a string."""
    for groups in ("admin", {"admin": True}, ["admin", 7], 7, True):
        assert await verdict(check, signing_key.token(**{"cognito:groups": groups})) == "refused"
    for scope in (["openid"], {"openid": True}, 7, True):
        assert await verdict(check, signing_key.token(scope=scope)) == "refused"
    principal = await check(signing_key.token(**{"cognito:groups": ["auditor"], "scope": "openid"}))
    assert principal.roles == {"auditor"}


async def test_row_7_results_are_kept_bounded_and_briefly(
    check: TokenCheck, signing_key: SigningKey, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """7. A bounded result cache keyed by SHA-256 of the token, TTL <= min(exp - now, 60 s)."""
    monkeypatch.setattr(tokens, "MAX_KEPT", 10)
    assert KEPT_SECONDS <= 60
    long, short = signing_key.token(), signing_key.token(exp=clock() + 20)
    for token in (long, short):
        await check(token)
    kept_until = {digest: until - clock() for digest, (_, until) in check._kept.items()}
    assert kept_until == {sha256(long.encode()).digest(): KEPT_SECONDS, sha256(short.encode()).digest(): 20}
    for number in range(20):
        await check(signing_key.token(jti=str(number)))
    assert len(check._kept) == 10


async def test_row_7_nothing_is_kept_of_a_key_that_is_gone(
    check: TokenCheck, endpoint: KeyEndpoint, signing_key: SigningKey, other_key: SigningKey
) -> None:
    """7. Emptied when a key leaves the set."""
    token = signing_key.token()
    assert await verdict(check, token) == PATIENT
    endpoint.keys = [other_key.jwk()]
    assert await verdict(check, other_key.token()) == PATIENT
    assert await verdict(check, token) == "refused"
    assert not check._kept


REJECTED: Final = [*WITHOUT_A_FETCH, "another's signature", "a key that nobody has", *WRONG_CLAIMS]


def rejected(name: str, key: SigningKey) -> str:
    """Return a token that is rejected, by its name."""
    if name in WITHOUT_A_FETCH:
        return WITHOUT_A_FETCH[name](key)
    if name in WRONG_CLAIMS:
        return key.token(**WRONG_CLAIMS[name])
    return tampered(key.token()) if name == "another's signature" else key.token({"kid": "stranger"})


async def told(world: World, authorization: bytes) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and bytes of the answer, but for the request's id."""
    headers = {b"Authorization": authorization, b"Content-Type": b"application/json"}
    answer = await world.http.post(
        "http://bff.test/patient/graphql", content=b'{"query":"{__typename}"}', headers=headers
    )
    assert error_of(answer)["code"] == "UNAUTHENTICATED"
    request_id = answer.headers.pop("x-request-id")
    return answer.status_code, dict(answer.headers), answer.content.replace(request_id.encode(), b"")


async def test_row_8_every_rejection_is_the_same_401(
    world: World, signing_key: SigningKey, caplog: pytest.LogCaptureFixture
) -> None:
    """8. 8 kB before decoding; the same 401 body with `WWW-Authenticate`, never a 500, never the token in a log."""
    caplog.set_level(logging.DEBUG)
    assert MAX_TOKEN_BYTES == 8192
    sent = [f"Bearer {rejected(name, signing_key)}".encode(errors="replace") for name in REJECTED]
    sent += [b"Bearer", b"Bearer ", b"Basic YTpi", signing_key.token().encode(), b"Bearer \xff\xfe", b""]
    answers = [await told(world, each) for each in sent]
    assert all(each == answers[0] for each in answers)
    status, headers, body = answers[0]
    assert (status, headers["www-authenticate"]) == (401, "Bearer")
    assert len(body) < 300
    logged = caplog.text
    assert not [each for each in sent if (token := each.decode(errors="replace").partition(" ")[2]) and token in logged]
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_row_9_a_socket_closes_when_its_token_expires(signing_key: SigningKey, endpoint: KeyEndpoint) -> None:
    """9. A socket closes when its token expires."""
    async with serving(signing_key, endpoint, Bounds()) as site:
        token = site.token(exp=int(NOW) + 100)
        async with site.ready(token) as client:
            site.clock.advance(100 + LEEWAY_SECONDS)
            code, _ = await closing(client)
            assert code == 4403
