"""Requests that no client would send, from a seed: valid ones that are mutilated, and noise of many kinds."""

import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote_from_bytes

CANARY: Final = "Ana Souza 123.456.789-09"

_QUERIES: Final = (
    "{ __typename }",
    "{ specialties { code name } }",
    "{ me { id name } }",
    "subscription { notificationReceived { id } }",
    "query A($id: ID!) { doctor(id: $id) { name } } query B { __typename }",
    'mutation { signIn(input: {login: "' + CANARY + '", password: "x"}) { __typename } }',
    '{ doctors(filter: {name: "' + CANARY + '"}, first: 5) { nodes { id ...F } } } fragment F on Doctor { name }',
    '{ __schema { types { name fields { args { defaultValue } } } } } # "' + CANARY + '"',
)
_TYPES: Final = ("application/json", "application/json; charset=utf-8", "Application/JSON;;", "text/plain", "", "a/b")
_ACCEPTED: Final = (
    "*/*",
    "application/json",
    "application/graphql-response+json;q=0.5",
    "text/event-stream",
    "text/html",
    "",
    ";;q=,*",
)
_METHODS: Final = ("POST",) * 12 + ("GET",) * 6 + ("PUT", "HEAD", "OPTIONS")
_TOKENS: Final = (
    *(b"{", b"}", b"[", b"]", b'"', b":", b",", b"\\", b"\\u", b"\\ud800", b"null", b"1e999", b"-", b"NaN", b"\0"),
    *(
        b"\xff",
        b"\xef\xbb\xbf",
        b"$",
        b"...",
        b"@skip(if: true)",
        b'"""',
        b"\r\n",
        b"9" * 400,
        b"[" * 900,
        b'{"a":' * 300,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One request; `query_string` as it stands in the URL."""

    method: str
    query_string: str
    headers: dict[str, str]
    content: bytes


def generated(count: int, seed: int) -> Iterator[Sent]:
    """Generate `count` requests, the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311  not a secret
    for _ in range(count):
        method = chance.choice(_METHODS)
        headers = {
            "Content-Type": chance.choices(_TYPES, weights=(20, 5, 1, 1, 1, 1))[0],
            "Accept": chance.choices(_ACCEPTED, weights=(10, 5, 5, 5, 1, 1, 1))[0],
            "GraphQL-Require-Preflight": "1",
        }
        content = _content(chance)
        query_string = _query_string(chance) if method != "POST" else ""
        yield Sent(method=method, query_string=query_string, headers=headers, content=content)


def _content(chance: random.Random) -> bytes:
    kinds: tuple[Callable[[random.Random], bytes], ...] = (_mutilated, _mutilated, _mutilated, _tree, _noise)
    return chance.choice(kinds)(chance)


def _members(chance: random.Random) -> dict[str, Any]:
    members: dict[str, Any] = {"query": chance.choice(_QUERIES)}
    for name in ("operationName", "variables", "extensions", "documentId"):
        if chance.random() < 0.4:
            members[name] = chance.choice(
                (None, "A", {"id": CANARY}, {"persistedQuery": {"version": 1}}, anything(chance, 3))
            )
    return members


def anything(chance: random.Random, depth: int) -> Any:  # noqa: ANN401  JSON
    """Return any JSON, so deep at most."""
    leaves = (None, True, 0, -1, 1.5, 10**30, "", CANARY, "\u2028\U0001f3c3", "query")
    match chance.randrange(4 if depth else 2):
        case 2:
            return [anything(chance, depth - 1) for _ in range(chance.randrange(4))]
        case 3:
            names = ("query", "variables", "a", CANARY, "")
            return {chance.choice(names): anything(chance, depth - 1) for _ in range(chance.randrange(4))}
        case _:
            return chance.choice(leaves)


def _tree(chance: random.Random) -> bytes:
    return json.dumps(anything(chance, 6), ensure_ascii=chance.random() < 0.5).encode()


def _noise(chance: random.Random) -> bytes:
    return b"".join(chance.choice((chance.choice(_TOKENS), chance.randbytes(3))) for _ in range(chance.randrange(40)))


def _mutilated(chance: random.Random) -> bytes:
    return cut_and_pasted(chance, json.dumps(_members(chance)).encode())


def cut_and_pasted(chance: random.Random, content: bytes) -> bytes:
    """Return the content with some of it lost, doubled, or replaced by noise."""
    for _ in range(chance.choice((0, 1, 1, 2, 5))):
        start = chance.randrange(len(content) + 1)
        end = min(len(content), start + chance.choice((0, 1, 1, 10, len(content))))
        pasted = chance.choice((b"", chance.choice(_TOKENS), content[start:end] * 2, chance.randbytes(2)))
        content = content[:start] + pasted + content[end:]
    return content


def _query_string(chance: random.Random) -> str:
    pairs = []
    for name, value in _members(chance).items():
        text = value if isinstance(value, str) else json.dumps(value)
        pairs.append(f"{name}={quote_from_bytes(cut_and_pasted(chance, text.encode()))}")
    mangled = re.sub("%", lambda _: chance.choice(("%", "%", "%", "%%", "")), "&".join(pairs), count=3)
    return mangled[:8000]
