"""What the worker reads from its environment; only the wiring reads it."""

from pydantic import BaseModel
from pydantic_settings import BaseSettings, SettingsConfigDict


class GoogleSettings(BaseModel, frozen=True):
    """Where Google's APIs are, and the service account that acts for the doctors."""

    api_url: str
    token_url: str
    client_email: str
    private_key: str


class Settings(BaseSettings):
    """`HEALTHMED_*`. `outbox_tables`: the services' tables; `signing_key`: the worker's Ed25519 private key in PEM."""

    model_config = SettingsConfigDict(env_prefix="HEALTHMED_", env_nested_delimiter="__", frozen=True)

    host: str = "127.0.0.1"
    port: int
    outbox_tables: tuple[str, ...]
    scheduling_url: str
    erp_url: str
    signing_key: str
    doctor_pool_id: str
    google: GoogleSettings
