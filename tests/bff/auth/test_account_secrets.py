"""Seals and strangers: what a client carries and cannot read, and usernames that nobody has."""

from datetime import UTC, datetime, timedelta

import pytest

from bff.auth.account_secrets import SEALED_SECONDS, DerivedSecrets

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SECRETS = DerivedSecrets(b"a secret")


def test_another_process_with_the_same_secret_opens_a_seal() -> None:
    assert DerivedSecrets(b"a secret").unsealed(SECRETS.sealed(b"content", NOW), NOW) == b"content"
    assert DerivedSecrets(b"another").unsealed(SECRETS.sealed(b"content", NOW), NOW) is None


def test_a_seal_hides_its_content_and_says_it_differently_each_time() -> None:
    assert b"content" not in SECRETS.sealed(b"content", NOW).encode()
    assert SECRETS.sealed(b"content", NOW) != SECRETS.sealed(b"content", NOW)


@pytest.mark.parametrize("text", ["", "x", "gAAAAA==", "é", "\ud800"])
def test_what_was_not_sealed_does_not_open(text: str) -> None:
    assert SECRETS.unsealed(text, NOW) is None


def test_a_changed_seal_does_not_open() -> None:
    sealed = SECRETS.sealed(b"content", NOW)
    assert SECRETS.unsealed(sealed[:-4], NOW) is None
    for place in range(0, len(sealed) - 2, 7):  # the last letters may hold bits that count for nothing
        changed = sealed[:place] + ("A" if sealed[place] != "A" else "B") + sealed[place + 1 :]
        assert SECRETS.unsealed(changed, NOW) is None, place


def test_a_seal_is_good_for_a_quarter_of_an_hour() -> None:
    sealed = SECRETS.sealed(b"content", NOW)
    assert SECRETS.unsealed(sealed, NOW + timedelta(seconds=SEALED_SECONDS)) == b"content"
    assert SECRETS.unsealed(sealed, NOW + timedelta(seconds=SEALED_SECONDS + 1)) is None


def test_a_stranger_has_a_username_of_the_usual_form() -> None:
    names = {SECRETS.stranger(audience, "ana@example.com") for audience in ("patient", "doctor", "erp")}
    assert {name[:4] for name in names} == {"pat_", "doc_", "adm_"}
    assert {len(name) for name in names} == {len("pat_01k00000000000000000000ana")}
    assert len({name[4:] for name in names}) == 3


def test_a_stranger_is_the_same_one_each_time_and_nobody_elses() -> None:
    assert SECRETS.stranger("patient", "ana") == DerivedSecrets(b"a secret").stranger("patient", "ana")
    others = {SECRETS.stranger("patient", f"ana{n}") for n in range(1000)}
    assert len(others) == 1000
    assert SECRETS.stranger("patient", "ana") != DerivedSecrets(b"another").stranger("patient", "ana")
    assert SECRETS.stranger("patient", "\ud800\0 é")
