"""AWS clients: one session, the standard environment (`AWS_ENDPOINT_URL` points it at the local emulator)."""

from contextlib import AbstractAsyncContextManager
from typing import Any, Final

from aiobotocore.config import AioConfig
from aiobotocore.session import get_session

_CONFIG: Final = AioConfig(
    connect_timeout=2,
    read_timeout=10,
    max_pool_connections=100,
    retries={"mode": "standard", "max_attempts": 3},
    signature_version="v4",
    s3={"addressing_style": "path"},
)


def aws_client(service: str) -> AbstractAsyncContextManager[Any]:
    """Open a client such as `dynamodb`, `s3` or `kms`; close it by leaving the context."""
    client: AbstractAsyncContextManager[Any] = get_session().create_client(service, config=_CONFIG)
    return client
