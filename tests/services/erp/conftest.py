from collections.abc import AsyncIterator
from pathlib import Path

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


@pytest.fixture
async def erp(ministack_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AsyncIterator[World]:
    """Run the ERP over a table of its own; its clock goes on from `NOW`."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", ministack_url)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    clock_file = tmp_path / "clock"
    clock_file.write_text(str((NOW - system_clock()).total_seconds()))
    keys = {issuer: Ed25519PrivateKey.generate() for issuer in ("bff", "events", "records")}
    async with aws_client("dynamodb") as dynamodb:
        table = Table(dynamodb, new_id("erp", system_clock()))
        await dynamodb.create_table(**table_definition(table.name))
        settings = Settings(
            port=0,
            table=table.name,
            caller_keys={issuer: _public(key) for issuer, key in keys.items()},
            clock_file=clock_file,
        )
        app = erp_app(settings)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://erp.test") as http,
        ):
            yield World(http=http, table=table, keys={issuer: _private(key) for issuer, key in keys.items()})
        await dynamodb.delete_table(TableName=table.name)


def _private(key: Ed25519PrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _public(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
