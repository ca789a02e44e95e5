"""What the ERP reads from its environment; only the wiring reads it."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """`HEALTHMED_*`. `caller_keys`: issuer of internal tokens -> Ed25519 public key in PEM."""

    model_config = SettingsConfigDict(env_prefix="HEALTHMED_", frozen=True)

    host: str = "127.0.0.1"
    port: int
    table: str
    caller_keys: dict[str, str]
    clock_file: Path | None = None
