"""The settings, and what `python -m bff` says where some are missing or wrong."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pydantic import ValidationError
from pydantic_settings import SettingsError

from bff.auth.keys import KeyAges
from bff.settings import Settings

POOL = {"ISSUER": "https://pool.test", "JWKS_URL": "https://pool.test/keys", "CLIENT_ID": "client"}
ENVIRONMENT = {
    "HEALTHMED_SCHEDULING_URL": "http://scheduling.test",
    "HEALTHMED_RECORDS_URL": "http://records.test",
    "HEALTHMED_ERP_URL": "http://erp.test",
    "HEALTHMED_COGNITO_URL": "http://cognito.test",
    "HEALTHMED_SIGNING_KEY": "-----BEGIN PRIVATE KEY----- secret",
    "HEALTHMED_GOOGLE__CLIENT_EMAIL": "bff@healthmed.test",
    "HEALTHMED_GOOGLE__PRIVATE_KEY": "-----BEGIN PRIVATE KEY----- secret",
    **{
        f"HEALTHMED_{audience}_POOL__{name}": value
        for audience in ("PATIENT", "DOCTOR", "ERP")
        for name, value in POOL.items()
    },
}
ROOT = Path(__file__).parents[2]


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Set everything that has to be set, and nothing else of ours."""
    for name in [each for each in os.environ if each.startswith("HEALTHMED_")]:
        monkeypatch.delenv(name)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def settings() -> Settings:
    return Settings.model_validate({})


@pytest.mark.usefixtures("environment")
def test_what_only_development_wants_is_off() -> None:
    given = settings()
    assert (given.graphiql, given.introspection, given.demo_sign_in) == (False, False, False)
    assert (given.host, given.port) == ("127.0.0.1", 8000)


def test_an_authenticator_is_for_who_runs_healthmed_unless_it_is_set(environment: pytest.MonkeyPatch) -> None:
    assert settings().totp_required == {"erp"}
    environment.setenv("HEALTHMED_TOTP_REQUIRED", '["erp", "doctor"]')
    assert settings().totp_required == {"erp", "doctor"}
    environment.setenv("HEALTHMED_TOTP_REQUIRED", '["nurse"]')
    with pytest.raises(ValidationError):
        settings()


@pytest.mark.usefixtures("environment")
def test_nested_names_are_read() -> None:
    given = settings()
    assert given.doctor_pool.model_dump() == {
        "issuer": "https://pool.test",
        "jwks_url": "https://pool.test/keys",
        "client_id": "client",
    }
    assert given.google.api_url == "https://www.googleapis.com"


def test_how_old_keys_may_become_is_a_setting(environment: pytest.MonkeyPatch) -> None:
    assert settings().keys == KeyAges(refresh_seconds=300, max_age_seconds=21_600)
    environment.setenv("HEALTHMED_KEYS__MAX_AGE_SECONDS", "900")
    assert settings().keys == KeyAges(refresh_seconds=300, max_age_seconds=900)
    environment.setenv("HEALTHMED_KEYS__REFRESH_SECONDS", "600")
    with pytest.raises(ValidationError):
        settings()


@pytest.mark.usefixtures("environment")
def test_secrets_are_not_shown() -> None:
    assert "secret" not in repr(settings()) + str(settings())


@pytest.mark.parametrize("name", ENVIRONMENT)
def test_each_is_required(environment: pytest.MonkeyPatch, name: str) -> None:
    environment.delenv(name)
    with pytest.raises(ValidationError):
        settings()


@pytest.mark.usefixtures("environment")
def test_no_page_of_another_origin_may_call_unless_it_is_named() -> None:
    assert settings().allowed_origins == ()
    assert not settings().https


@pytest.mark.parametrize(
    "origins", ['["*"]', '["https://app.test", "*"]', '["https://app.test/"]', "*", "https://app.test"]
)
def test_origins_are_exact(environment: pytest.MonkeyPatch, origins: str) -> None:
    environment.setenv("HEALTHMED_ALLOWED_ORIGINS", origins)
    with pytest.raises((ValidationError, SettingsError)):
        settings()


def test_origins_are_a_list(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("HEALTHMED_ALLOWED_ORIGINS", '["https://app.test", "http://localhost:3000"]')
    assert settings().allowed_origins == ("https://app.test", "http://localhost:3000")


def started(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run `python -m bff` until it says what is wrong."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("HEALTHMED_")}
    return subprocess.run(
        [sys.executable, "-m", "bff"],
        cwd=ROOT,
        env=ours | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_without_an_environment_it_says_what_to_set() -> None:
    done = started({})
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("bff: set ")
    required = {name.partition("__")[0] for name in ENVIRONMENT}
    assert set(line.removeprefix("bff: set ").split(", ")) == required


def test_it_names_the_part_that_is_missing_or_wrong() -> None:
    partial = {name: value for name, value in ENVIRONMENT.items() if name != "HEALTHMED_ERP_POOL__CLIENT_ID"}
    done = started({**partial, "HEALTHMED_PORT": "eight thousand"})
    assert done.returncode == 1
    assert done.stderr == "bff: set HEALTHMED_PORT, HEALTHMED_ERP_POOL__CLIENT_ID\n"
    assert "secret" not in done.stderr


def test_a_manifest_that_cannot_be_served_is_named(tmp_path: Path) -> None:
    """The line says which file is wrong; there is no stack."""
    keys: dict[str, ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey] = {
        "HEALTHMED_SIGNING_KEY": ed25519.Ed25519PrivateKey.generate(),
        "HEALTHMED_GOOGLE__PRIVATE_KEY": rsa.generate_private_key(public_exponent=65537, key_size=2048),
    }
    pems = {
        name: key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        for name, key in keys.items()
    }
    manifest = tmp_path / "patient.json"
    manifest.write_text("[]")
    named = {"HEALTHMED_TRUSTED_DOCUMENTS": json.dumps({"patient": str(manifest)})}
    ended = started(ENVIRONMENT | pems | named)
    assert ended.returncode == 1
    assert ended.stderr == f"bff: {manifest}: not a JSON object from hashes to documents\n"
