import pytest

from bff.auth.tokens import InvalidToken
from bff.live.handshake import bearer


@pytest.mark.parametrize(
    ("payload", "token"),
    [
        (None, None),
        ({}, None),
        ({"token": "abc"}, None),
        ({"Authorization": "Bearer abc"}, "abc"),
        ({"authorization": "bearer  abc "}, "abc"),
    ],
)
def test_the_token_is_written_as_in_the_header(payload: dict[str, object] | None, token: str | None) -> None:
    assert bearer(payload) == token


@pytest.mark.parametrize(
    "payload",
    [
        {"Authorization": "abc"},
        {"Authorization": ["Bearer abc"]},
        {"Authorization": None},
        {"Authorization": "Bearer abc", "AUTHORIZATION": "Bearer abc"},
    ],
)
def test_anything_else_there_is_no_token(payload: dict[str, object]) -> None:
    with pytest.raises(InvalidToken):
        bearer(payload)
