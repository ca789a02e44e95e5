"""What was measured, as tables to read and to paste."""

import platform
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Final

from benchmarks.comparing import LOAD, Compared
from benchmarks.operations import MAIN
from benchmarks.servers import AGGREGATOR, BFF, MERCURIUS, NODE, PEERS
from benchmarks.varying import Row

MOST_STALL: Final = 3
_PYTHON = ("strawberry-graphql", "graphql-core", "starlette", "uvicorn", "uvloop", "aiohttp", "msgspec", "orjson")
_NPM = ("mercurius", "graphql-jit", "dataloader", "undici", "graphql-yoga", "@apollo/server")


def versions(*, peers: bool) -> str:
    """Return what was compared, in one line."""
    parts = [f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in _PYTHON)]
    if peers:
        node = subprocess.run([NODE[0].command[0], "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603  ours
        parts += [f"Node {node.strip()}", *(f"{name} {_npm_version(name)}" for name in _NPM)]
    return ", ".join(parts)


def _npm_version(name: str) -> str:
    _, _, rest = (PEERS / "package.json").read_text().partition(f'"{name}": "')
    return rest.partition('"')[0]


def table(compared: Sequence[Compared]) -> Iterator[str]:
    """Yield the comparison's lines, in Markdown."""
    base = MERCURIUS if any(each.server == MERCURIUS for each in compared) else AGGREGATOR
    yield f"| Operation | Server | CPU ms/request | ± | ratio to {base} | requests/s | p50 ms | p99 ms | memory MB |"
    yield "|---|---|--:|--:|--:|--:|--:|--:|--:|"
    for operation in MAIN:
        rows = [each for each in compared if each.operation == operation]
        reference = next(each.cpu_ms for each in rows if each.server == base)
        for each in rows:
            yield (
                f"| {operation} | {each.server} | {each.cpu_ms:.3f} | {each.noise:.0%} | {each.cpu_ms / reference:.2f}"
                f" | {each.per_second:,.0f} | {each.latency.p50:.2f} | {each.latency.p99:.2f} | {each.memory_mb:.0f} |"
            )


def by_hand(compared: Sequence[Compared]) -> Iterator[str]:
    """Yield what the graph costs more than handlers by hand."""
    for operation in MAIN:
        costs = {each.server: each.cpu_ms for each in compared if each.operation == operation}
        yield f"{operation}: {costs[BFF] / costs[AGGREGATOR]:.2f} times {AGGREGATOR}"


def stalls(compared: Sequence[Compared]) -> Iterator[str]:
    """Yield how much longer than usual one request in a hundred waits at the BFF, for the collector or a compiler."""
    for each in compared:
        if each.server == BFF:
            ratio = each.latency.p99 / each.latency.p50
            yield f"{each.operation}: p99 is {ratio:.1f} times p50 at {LOAD:.0%} load (at most {MOST_STALL} is wanted)"


def rows(title: str, measured: Iterable[Row]) -> Iterator[str]:
    """Yield a table of the BFF alone, line by line as it is measured."""
    yield f"| {title} | CPU ms/request | requests/s | memory MB |"
    yield "|---|--:|--:|--:|"
    for name, cost in measured:
        yield f"| {name} | {cost.cpu_ms:.3f} | {cost.per_second:,.0f} | {cost.memory_mb:.0f} |"


def save(file: Path, content: str) -> None:
    """Write a file where a person looks for it."""
    file.write_text(content)
