"""Ids, documents and numbers of demo people: valid in form, and nobody's."""

from collections.abc import Sequence
from datetime import datetime
from random import Random
from typing import Final

from sandbox.demo.geography import City

_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_TIME_LETTERS: Final = 10
_RANDOM_LETTERS: Final = 16


def demo_id(prefix: str, at: datetime, rng: Random) -> str:
    """Return an id as `services.common.ids.new_id` makes them, but for its chance, which is the generator's."""
    milliseconds = int(at.timestamp() * 1000)
    time_part = "".join(_ALPHABET[milliseconds >> 5 * place & 31] for place in reversed(range(_TIME_LETTERS)))
    return f"{prefix}_{time_part}{''.join(rng.choices(_ALPHABET, k=_RANDOM_LETTERS))}"


def cpf(rng: Random) -> str:
    """Return a CPF of 11 digits whose two check digits are right."""
    digits = [rng.randrange(10) for _ in range(9)]
    return "".join(map(str, (*digits, *_check_digits(digits))))


def phone(city: City, rng: Random) -> str:
    """Return a mobile number of a city, in E.164."""
    return f"+55{city.ddd}9{rng.randrange(70_000_000, 100_000_000)}"


def email(name: str, number: int) -> str:
    """Return an address at example.com: ASCII, and unlike that of every other `number`."""
    plain = name.casefold().translate(_PLAIN)
    return f"{'.'.join(plain.split())}.{number}@example.com"


def _check_digits(digits: Sequence[int]) -> tuple[int, int]:
    """Weights 10 to 2 for the first and 11 to 2 for the second, each sum times ten modulo 11, ten counting as zero."""
    first = _check_digit(digits)
    return first, _check_digit((*digits, first))


def _check_digit(digits: Sequence[int]) -> int:
    total = sum(digit * weight for digit, weight in zip(digits, range(len(digits) + 1, 1, -1), strict=True))
    return total * 10 % 11 % 10


_PLAIN: Final = str.maketrans("áâãàéêíóôõúüçñ", "aaaaeeiooouucn")
