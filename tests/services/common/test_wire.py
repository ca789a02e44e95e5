import pytest
from pydantic import ValidationError

from services.common.wire import MAX_ID_LENGTH, MAX_IDS, Problem, Wire, split_ids


class Consent(Wire):
    """A model of the tests' own."""

    given_at: str


def test_json_is_in_camel_case_both_ways() -> None:
    consent = Consent.model_validate_json('{"givenAt": "now"}')
    assert consent.model_dump_json() == '{"givenAt":"now"}'


def test_an_error_does_not_repeat_what_was_sent() -> None:
    """It may end in a log, and what was sent may be somebody's name."""
    with pytest.raises(ValidationError) as refused:
        Consent.model_validate({"givenAt": ["Ana Silva"], "cpf": "529.982.247-25"})
    assert "Ana" not in str(refused.value)
    assert "529" not in str(refused.value)


def test_ids_are_unique_in_their_order_and_of_a_sensible_length() -> None:
    assert split_ids("b,a,,b,") == ("b", "a")
    assert split_ids("") == ()
    assert split_ids(f"{'x' * MAX_ID_LENGTH},{'y' * (MAX_ID_LENGTH + 1)}") == ("x" * MAX_ID_LENGTH,)


def test_there_is_a_most_of_ids() -> None:
    assert len(split_ids(",".join(map(str, range(MAX_IDS))))) == MAX_IDS
    with pytest.raises(Problem) as refused:
        split_ids(",".join(map(str, range(MAX_IDS + 1))))
    assert (refused.value.status, refused.value.code) == (422, "TOO_MANY_IDS")
