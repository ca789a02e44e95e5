"""Every environment variable of the records service; read by `app` and `__main__` alone."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """`HEALTHMED_TABLE` and so on. `caller_keys`: issuer -> Ed25519 public PEM; `signing_key`: Ed25519 private PEM.

    `retired_keys`: the public PEM of keys that were `signing_key` before, and that sealed the audit.
    """

    model_config = SettingsConfigDict(env_prefix="HEALTHMED_", env_nested_delimiter="__", frozen=True)

    host: str = "127.0.0.1"
    port: int
    table: str
    caller_keys: dict[str, str]
    clock_file: Path | None = None
    bucket: str
    kms_key_id: str
    scheduling_url: str
    signing_key: SecretStr
    retired_keys: tuple[str, ...] = ()
    emergency_minutes: int = Field(default=60, ge=1, le=24 * 60)
