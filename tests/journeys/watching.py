"""Watching over an event stream, and asking another BFF process."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from tests.journeys.graph import Graph
from tests.journeys.processes import Another

HEAR_SECONDS = 60


@asynccontextmanager
async def events(graph: Graph, query: str) -> AsyncIterator[AsyncIterator[Any]]:
    """Subscribe by an event stream; yield its answers."""
    headers = {"Authorization": f"Bearer {graph.token}", "Accept": "text/event-stream"}
    timeout = httpx.Timeout(60, read=HEAR_SECONDS)
    async with (
        httpx.AsyncClient(trust_env=False, timeout=timeout) as http,
        http.stream("POST", graph.url, json={"query": query}, headers=headers) as response,
    ):
        assert response.headers["content-type"].startswith("text/event-stream"), await response.aread()
        yield (json.loads(line[6:]) async for line in response.aiter_lines() if line.startswith("data: "))


def at(graph: Graph, program: Another) -> Graph:
    """Return the same graph as another BFF process serves it."""
    path = httpx.URL(graph.url).path
    return Graph(http=graph.http, url=program.url + path, token=graph.token)
