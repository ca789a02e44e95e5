"""What the environment says; read by the wiring alone."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """`HEALTHMED_*` of the scheduling service. AWS's own variables are read by botocore.

    `caller_keys` is a JSON object: issuer -> Ed25519 public key in PEM. `clock_file` is the sandbox's offset.
    """

    model_config = SettingsConfigDict(env_prefix="HEALTHMED_", env_nested_delimiter="__", frozen=True)

    host: str = "127.0.0.1"
    port: int
    table: str
    caller_keys: dict[str, str]
    mongo_url: str
    mongo_database: str
    clock_file: Path | None = None
