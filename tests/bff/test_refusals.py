"""Who is refused at the patient graph's endpoint: always the same way, and before any call."""

import logging

import jwt
import pytest

from tests.bff.pool import NOW, SigningKey
from tests.bff.world import URL, World, error_of

pytestmark = pytest.mark.anyio

ME = "{ me { id name } }"
SPECIALTIES = "{ specialties { code } }"
CANCEL = 'mutation { cancelAppointment(input: {appointmentId: "apt_1", justification: "x"}) { __typename } }'
CANARY = "Ana Souza 123.456.789-09"

UNAUTHENTICATED = {"message": "A valid access token is required.", "code": "UNAUTHENTICATED"}


REFUSED: dict[str, dict[str, object]] = {
    "the doctors' pool": {"iss": "https://cognito-idp.sa-east-1.amazonaws.com/sa-east-1_Doctors"},
    "expired": {"exp": NOW - 3600},
    "another client": {"client_id": "another"},
    "an ID token": {"token_use": "id"},
}


def unsigned(key: SigningKey) -> str:
    claims = jwt.decode(key.token(), options={"verify_signature": False})
    return jwt.encode(claims, "", algorithm="none", headers={"kid": key.kid})


async def assert_refused_without_a_call(world: World, token: str, query: str) -> None:
    answer = await world.ask(query, token=token)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert error_of(answer) == UNAUTHENTICATED
    assert not world.services.calls


@pytest.mark.parametrize("query", [ME, SPECIALTIES, CANCEL, "{ __typename }", "no query"])
@pytest.mark.parametrize("changes", REFUSED.values(), ids=REFUSED.keys())
async def test_a_token_that_is_not_of_this_pool_now_is_refused_without_a_call(
    world: World, changes: dict[str, object], query: str
) -> None:
    """Also for what would run without any token: a wrong one is never ignored."""
    await assert_refused_without_a_call(world, world.key.token(**changes), query)


async def test_an_unsigned_token_is_refused_without_a_call(world: World) -> None:
    await assert_refused_without_a_call(world, unsigned(world.key), ME)


async def test_a_token_of_another_key_is_refused_without_a_call(world: World, other_key: SigningKey) -> None:
    await assert_refused_without_a_call(world, other_key.token({"kid": world.key.kid}), ME)


@pytest.mark.parametrize("token", ["", "garbage", "a.b.c", "x" * 9000])
async def test_garbage_is_refused_without_a_call(world: World, token: str) -> None:
    await assert_refused_without_a_call(world, token, ME)


@pytest.mark.parametrize("header", ["Basic YW5hOmFuYQ==", "Token x", "Bearer", "", "bearer\u00e9 x"])
async def test_another_scheme_is_refused(world: World, header: str) -> None:
    answer = await world.post_as("Authorization", header, SPECIALTIES)
    assert answer.status_code == 401
    assert error_of(answer) == UNAUTHENTICATED
    assert not world.services.calls


async def test_a_wrong_token_is_refused_before_the_body_is_read(world: World) -> None:
    """Strangers do not make the server parse."""
    bearer = {"Authorization": "Bearer garbage", "Content-Type": "application/json"}
    answer = await world.http.post(URL, content=b"[" * 1_000_000, headers=bearer)
    assert answer.status_code == 401


async def test_every_refusal_has_the_same_body(world: World, other_key: SigningKey) -> None:
    tokens = [unsigned(world.key), other_key.token(), *(world.key.token(**each) for each in REFUSED.values())]
    answers = [await world.ask(ME, token=token, X_Request_Id="0af7651916cd43dd8448eb211c80319c") for token in tokens]
    assert len({answer.content for answer in answers}) == 1


async def test_a_token_is_never_in_a_log(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await world.ask(ME, token=CANARY)
    await world.ask(ME, token=world.key.token(exp=NOW - 3600))
    await world.ask(ME, token=world.key.token())
    assert CANARY not in caplog.text
    assert "eyJ" not in caplog.text


@pytest.mark.parametrize("query", [ME, CANCEL, '{ node(id: "doc_1") { id } }'])
async def test_nobody_may_run_a_private_operation(world: World, query: str) -> None:
    answer = await world.ask(query)
    assert answer.status_code == 401
    assert error_of(answer) == UNAUTHENTICATED
    assert not world.services.calls
