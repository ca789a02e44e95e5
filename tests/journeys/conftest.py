import os
from collections.abc import AsyncIterator, Iterator
from unittest import mock

import httpx
import pytest

from sandbox.emulation import aws_environment
from sandbox.people import Audience
from tests.journeys.graph import NOBODY, Graph, GraphOf
from tests.platform import Platform


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    """Give a client of enough connections for a rush."""
    limits = httpx.Limits(max_connections=100)
    async with httpx.AsyncClient(timeout=60, limits=limits, trust_env=False) as client:
        yield client


@pytest.fixture
def graph(platform: Platform, http: httpx.AsyncClient) -> GraphOf:
    """Give a graph as a person sees it: `graph("doctor", "654321/RJ")`, or as nobody."""

    def as_seen(audience: Audience, login: str | None = None) -> Graph:
        token = None if login == NOBODY else platform.token(audience, login)
        return Graph(http=http, url=f"{platform.bff_url}/{audience}/graphql", token=token)

    return as_seen


@pytest.fixture
def aws(platform: Platform) -> Iterator[None]:
    """Point botocore at the platform's emulator."""
    with mock.patch.dict(os.environ, aws_environment(platform.aws_url)):
        yield
