"""Limits refuse, or only note what exceeds them; an answer says which, how much and the maximum."""

import logging
from dataclasses import fields, replace
from typing import Any, get_args

import pytest
from pydantic_settings import BaseSettings, SettingsConfigDict

from bff.admission.limits import LimitName, Limits, check
from bff.admission.measure import Measured
from bff.refusals import Refused

NAMES: tuple[LimitName, ...] = get_args(LimitName)
SMALL = Measured(tokens=1, depth=1, height=1, aliases=0, root_fields=1, directives=0, cost=1, fault=None, visits=1)
each_limit = pytest.mark.parametrize("name", NAMES)


def of(name: LimitName, value: int) -> Measured:
    figures: dict[str, Any] = {name: value}
    return replace(SMALL, **figures)


def over(name: LimitName) -> Measured:
    return of(name, Limits().maximum(name) + 1)


def test_every_figure_has_a_maximum_and_every_maximum_a_figure() -> None:
    assert {each.name for each in fields(Limits)} - {"measured_only"} == set(NAMES)
    assert {each.name for each in fields(Measured)} - {"fault", "visits"} == set(NAMES)


@each_limit
def test_a_maximum_is_reached_but_not_exceeded(name: LimitName) -> None:
    maximum = Limits().maximum(name)
    check(of(name, maximum), Limits())
    with pytest.raises(Refused) as refusal:
        check(over(name), Limits())
    shown = {"root_fields": "rootFields"}.get(name, name)
    assert (refusal.value.status, refusal.value.code) == (400, "LIMIT_EXCEEDED")
    assert refusal.value.extensions == {"limit": shown, "value": maximum + 1, "maximum": maximum}
    assert shown in str(refusal.value)


@each_limit
def test_what_is_measured_only_passes_and_is_logged(name: LimitName, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "bff.limits"):
        check(over(name), Limits(measured_only=frozenset({name})))
    maximum = Limits().maximum(name)
    assert caplog.messages == [f"limit {name} measured only: {maximum + 1} of {maximum}"]


def test_one_that_is_measured_does_not_hide_one_that_is_enforced() -> None:
    both = replace(SMALL, depth=99, cost=99_999)
    with pytest.raises(Refused) as refusal:
        check(both, Limits(measured_only=frozenset({"depth"})))
    assert refusal.value.extensions["limit"] == "cost"


def test_a_fault_is_refused_whatever_is_measured_only() -> None:
    with pytest.raises(Refused) as refusal:
        check(replace(SMALL, fault="Line 1 is wrong."), Limits(measured_only=frozenset(NAMES)))
    assert (refusal.value.status, refusal.value.code) == (400, "BAD_USER_INPUT")
    assert str(refusal.value) == "The document is not valid: Line 1 is wrong."


class Settings(BaseSettings):
    """As the BFF's own settings take them."""

    model_config = SettingsConfigDict(env_prefix="HEALTHMED_", env_nested_delimiter="__", frozen=True)

    limits: Limits = Limits()


def test_each_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEALTHMED_LIMITS__ROOT_FIELDS", "3")
    monkeypatch.setenv("HEALTHMED_LIMITS__MEASURED_ONLY", '["cost", "root_fields"]')
    expected = Limits(root_fields=3, measured_only=frozenset({"cost", "root_fields"}))
    assert Settings().limits == expected


def test_a_limit_that_does_not_exist_cannot_be_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEALTHMED_LIMITS__MEASURED_ONLY", '["costs"]')
    with pytest.raises(ValueError, match="measured_only"):
        Settings()
