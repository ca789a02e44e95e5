from collections.abc import AsyncIterator

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tests.bff.pool import Clock, KeyEndpoint, SigningKey
from tests.bff.world import World, running


@pytest.fixture(scope="session")
def signing_key() -> SigningKey:
    """Return the key that the pool signs with."""
    return SigningKey.generate("current")


@pytest.fixture(scope="session")
def other_key() -> SigningKey:
    """Return a key that the pool does not have, or not yet."""
    return SigningKey.generate("other")


@pytest.fixture(scope="session")
def bff_key() -> tuple[str, str]:
    """Return the BFF's own Ed25519 key, private and public, in PEM."""
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def endpoint(signing_key: SigningKey) -> KeyEndpoint:
    """Return the pool's key endpoint, which has `signing_key`."""
    return KeyEndpoint(signing_key.jwk())


@pytest.fixture
async def world(
    signing_key: SigningKey, endpoint: KeyEndpoint, bff_key: tuple[str, str], clock: Clock
) -> AsyncIterator[World]:
    """Run the patient graph's endpoint, over services that note each call."""
    async with running(signing_key, endpoint, bff_key[0], clock) as world:
        yield world
