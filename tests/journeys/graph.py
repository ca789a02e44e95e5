"""A client as an app would be one: operations over HTTP, with one person's token."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

import httpx

from sandbox.people import Audience

NOBODY = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """One audience's endpoint, as one person (or nobody) sees it."""

    http: httpx.AsyncClient
    url: str
    token: str | None = None

    async def send(self, query: str, **variables: object) -> httpx.Response:
        """Send an operation; `variables` by their names in the document."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return await self.http.post(self.url, json={"query": query, "variables": variables}, headers=headers)

    async def ask(self, query: str, **variables: object) -> Any:  # noqa: ANN401  JSON
        """Send an operation that must have no errors; return its data."""
        response = await self.send(query, **variables)
        answer = response.json()
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    async def do(self, mutation: str, input: Mapping[str, object]) -> Any:  # noqa: A002, ANN401  the argument's name; JSON
        """Run a mutation of one field that takes `$input`; return the payload."""
        (payload,) = (await self.ask(mutation, input=input)).values()
        return payload

    def signed_in(self, token: str) -> "Graph":
        """Return the same endpoint as seen with a token."""
        return replace(self, token=token)


class GraphOf(Protocol):
    """Gives a graph as a person sees it; the demo person where nobody is named."""

    def __call__(self, audience: Audience, login: str | None = None) -> Graph:
        """Sign the person in."""
        ...
