"""Every environment variable of the BFF, units in their names; read by the wiring alone.

Names start with HEALTHMED_; a nested one is written with two underscores: HEALTHMED_PATIENT_POOL__ISSUER. What only
development wants is off unless it is asked for.
"""

from pathlib import Path

from pydantic import BaseModel, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from bff.admission.limits import Limits
from bff.admission.trusted import Mode
from bff.answers.cors import Origin
from schema.common.principals import Audience


class PoolSettings(BaseModel):
    """One Cognito user pool: `issuer` is compared with tokens, `jwks_url` is where its keys are fetched."""

    issuer: str
    jwks_url: str
    client_id: str


class GoogleSettings(BaseModel):
    """The service account that reads the doctors' calendars."""

    api_url: str = "https://www.googleapis.com"
    token_url: str = "https://oauth2.googleapis.com/token"  # noqa: S105  an address
    client_email: str
    private_key: SecretStr


class Settings(BaseSettings):
    """The BFF's configuration. `signing_key` is the Ed25519 private key (PEM) that services know the BFF by.

    `limits` are the maxima of one operation: HEALTHMED_LIMITS__COST=2000. `trusted_documents` names the manifest of an
    audience, as JSON: {"patient": "/etc/healthmed/patient.json"}; `trusted_mode` says what they mean. `totp_required`
    names the audiences of whom nobody signs in without an authenticator, as JSON: ["erp"].
    """

    model_config = SettingsConfigDict(env_prefix="HEALTHMED_", env_nested_delimiter="__", frozen=True)

    host: str = "127.0.0.1"
    port: int = 8000

    scheduling_url: str
    records_url: str
    erp_url: str
    cognito_url: str
    google: GoogleSettings

    patient_pool: PoolSettings
    doctor_pool: PoolSettings
    erp_pool: PoolSettings
    signing_key: SecretStr
    totp_required: frozenset[Audience] = frozenset({"erp"})

    max_header_bytes: int = 32_768
    max_body_bytes: int = 1_000_000
    header_timeout_seconds: float = 10
    body_timeout_seconds: float = 20
    max_errors: int = 50
    limits: Limits = Limits()
    trusted_mode: Mode = "off"
    trusted_documents: dict[Audience, Path] = {}
    allowed_origins: tuple[Origin, ...] = ()
    https: bool = False
    graphiql: bool = False
    introspection: bool = False
    demo_sign_in: bool = False
