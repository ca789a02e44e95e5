from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from services.common.aws import aws_client
from services.common.clock import system_clock
from services.common.ids import new_id
from services.common.table import Table
from services.common.table_definition import table_definition
from services.erp.app import erp_app
from services.erp.settings import Settings
from tests.services.erp.world import NOW, World


@pytest.fixture(scope="session")
def erp_key_pairs() -> dict[str, Ed25519PrivateKey]:
    """Return the key pair of each issuer of tokens."""
    return {issuer: Ed25519PrivateKey.generate() for issuer in ("bff", "events", "records")}


@pytest.fixture(scope="session")
def erp_keys(erp_key_pairs: dict[str, Ed25519PrivateKey]) -> dict[str, str]:
    """Return the private keys in PEM."""
    return {issuer: _private(key) for issuer, key in erp_key_pairs.items()}


@pytest.fixture(scope="session")
def erp_settings(
    ministack_url: str, erp_key_pairs: dict[str, Ed25519PrivateKey], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """Point AWS's clients at the emulator, and start the ERP's clock at `NOW`; the table is yet to be made."""
    clock_file = tmp_path_factory.mktemp("erp") / "clock"
    clock_file.write_text(str((NOW - system_clock()).total_seconds()))
    keys = {issuer: _public(key) for issuer, key in erp_key_pairs.items()}
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ENDPOINT_URL", ministack_url)
        environment.setenv("AWS_DEFAULT_REGION", "us-east-1")
        environment.setenv("AWS_ACCESS_KEY_ID", "test")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "test")
        yield Settings(port=0, table="", caller_keys=keys, clock_file=clock_file)


@pytest.fixture
async def erp(erp_settings: Settings, erp_keys: dict[str, str]) -> AsyncIterator[World]:
    """Run the ERP over a table of its own."""
    async with aws_client("dynamodb") as dynamodb:
        table = Table(dynamodb, new_id("erp", system_clock()))
        await dynamodb.create_table(**table_definition(table.name))
        app = erp_app(erp_settings.model_copy(update={"table": table.name}))
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://erp.test") as http,
        ):
            yield World(http=http, table=table, keys=erp_keys)
        await dynamodb.delete_table(TableName=table.name)


def _private(key: Ed25519PrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _public(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
