import pytest

from sandbox.provision import _PASSWORD_POLICY
from schema.common.passwords import MIN_CHARS, is_weak


@pytest.mark.parametrize(
    "password",
    ["HealthMed-2026!", "Aa1!aaaaaa", "çãÉ Aa1 ççç", "A" * 253 + "a1!", "Senha com 1 espaço"],
)
def test_a_good_password(password: str) -> None:
    assert not is_weak(password)


@pytest.mark.parametrize(
    "password",
    [
        "",
        "Aa1!aaaaa",
        "healthmed-2026!",
        "HEALTHMED-2026!",
        "HealthMed-Twenty!",
        "HealthMed2026",
        "A" * 254 + "a1!",
        "ÉÉÉÉ-aaaa-1111",
        "HealthMed-٢٠٢٦!",
        "HealthMed§2026",
    ],
)
def test_a_weak_password(password: str) -> None:
    """Cognito counts letters and digits of ASCII, and its own symbols."""
    assert is_weak(password)


def test_the_pools_have_the_same_policy() -> None:
    """Were the pools' stricter, Cognito's word on a password would depend on whether the account exists."""
    kinds = {"RequireUppercase", "RequireLowercase", "RequireNumbers", "RequireSymbols"}
    assert {"MinimumLength": MIN_CHARS, **dict.fromkeys(kinds, True)} == _PASSWORD_POLICY
