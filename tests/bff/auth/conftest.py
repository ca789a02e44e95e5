import pytest

from bff.auth.keys import KeyRing
from bff.auth.tokens import TokenCheck
from tests.bff.pool import POOL, Clock, KeyEndpoint


@pytest.fixture
def ring(endpoint: KeyEndpoint, clock: Clock) -> KeyRing:
    """Return the pool's keys, none of them loaded."""
    return KeyRing(endpoint, clock)


@pytest.fixture
def check(ring: KeyRing, clock: Clock) -> TokenCheck:
    """Return the pool's check of tokens."""
    return TokenCheck(POOL, ring, clock)
