"""Every environment variable of the BFF, units in their names; read by the wiring alone.

Names start with HEALTHMED_; a nested one is written with two underscores: HEALTHMED_PATIENT_POOL__ISSUER. What only
development wants is off unless it is asked for.
"""

from pathlib import Path

from pydantic import BaseModel, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from bff.admission.limits import Limits
from bff.admission.trusted import Mode
from bff.answers.cors import Origin
from bff.audit.audit import WhenDown
from bff.auth.keys import KeyAges
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

    `keys` say how old a pool's key set may become: HEALTHMED_KEYS__MAX_AGE_SECONDS=3600.
    `limits` are the maxima of one operation: HEALTHMED_LIMITS__COST=2000. `trusted_documents` names the manifest of an
    audience, as JSON: {"patient": "/etc/healthmed/patient.json"}; `trusted_mode` says what they mean. `allowed_origins`
    are whose pages may call and open sockets. `rate_storage_url` is memory://, redis:// or rediss://. Behind N proxies
    that append to X-Forwarded-For, `trusted_proxies` is N. `downstream_connections` is how many connections a process
    has to each service at most. `debug_plans` tells whoever sends the header X-Plan how an operation was executed.
    `live_recheck_seconds` is how often Cognito is asked whether a live connection's token is still good. While the
    audit's sink is down, writes are refused; reads are served, and their events wait in `audit_folder`, or are refused
    too: `audit_when_down`. `totp_required` names the audiences of whom nobody signs in without an authenticator, as
    JSON: ["erp"].
    """

    model_config = SettingsConfigDict(env_prefix="HEALTHMED_", env_nested_delimiter="__", frozen=True)

    host: str = "127.0.0.1"
    port: int = 8000

    scheduling_url: str
    records_url: str
    erp_url: str
    downstream_connections: int = Field(default=200, ge=1)
    cognito_url: str
    google: GoogleSettings

    patient_pool: PoolSettings
    doctor_pool: PoolSettings
    erp_pool: PoolSettings
    signing_key: SecretStr
    keys: KeyAges = KeyAges()
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

    rate_storage_url: SecretStr = SecretStr("memory://")
    rate_requests_per_minute: int = 600
    rate_sign_ins_per_minute: int = 10
    rate_sign_ins_per_address_per_minute: int = 60
    rate_bookings_per_minute: int = 20
    trusted_proxies: int = 0

    socket_init_seconds: float = 5
    socket_max_frame_bytes: int = 100_000
    socket_max_operations: int = 20
    live_heartbeat_seconds: float = 15
    live_send_seconds: float = 10
    live_recheck_seconds: float = 60
    live_connections_per_person: int = 20
    live_connections_per_address: int = 200
    live_connections: int = 2_000

    audit_folder: Path = Path("/var/lib/healthmed/audit")
    audit_when_down: WhenDown = "queue"

    metrics: bool = False
    https: bool = False
    graphiql: bool = False
    debug_plans: bool = False
    introspection: bool = False
    demo_sign_in: bool = False
