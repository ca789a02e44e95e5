import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from services.common.table import Table
from services.records.audit.seal import Seal
from services.records.audit.store import AuditStore
from services.records.audit.verification import Verification


@pytest.fixture(scope="session")
def private_key_pem() -> str:
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.fixture
def seal(private_key_pem: str) -> Seal:
    return Seal(private_key_pem)


@pytest.fixture
def store(table: Table, seal: Seal) -> AuditStore:
    return AuditStore(table, seal)


@pytest.fixture
def verification(table: Table, seal: Seal) -> Verification:
    return Verification(table, seal)
