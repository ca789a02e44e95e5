"""The benchmark in a few seconds, without peers: it starts, its servers agree, and every figure is there."""

import re
from collections.abc import Sequence

import pytest

from benchmarks import memory
from benchmarks.__main__ import measure
from benchmarks.comparing import Compared
from benchmarks.measuring import Cost, Latency
from benchmarks.operations import MAIN, sized
from benchmarks.plot import svg
from benchmarks.servers import AGGREGATOR, BFF, MERCURIUS

pytestmark = pytest.mark.timeout(300)


def test_a_short_run(capfd: pytest.CaptureFixture[str]) -> None:
    """Both servers give the same answers, or it ends before anything is measured."""
    measure(rounds=1, seconds=0.05, peers=False, watched=0)
    printed = capfd.readouterr().out
    for operation in MAIN:
        for server in (BFF, AGGREGATOR):
            assert re.search(rf"^\| {operation} \| {server} \| \d+\.\d+ \|", printed, re.MULTILINE), printed
        assert re.search(rf"^{operation}: \d+\.\d\d times {AGGREGATOR}$", printed, re.MULTILINE)
        assert re.search(rf"^{operation}: p99 is \d+\.\d times p50 at 70% load", printed, re.MULTILINE)


def test_a_short_soak(capfd: pytest.CaptureFixture[str]) -> None:
    """Five requests of each document, four times; so few say nothing about growth."""
    assert memory.main(["--requests", "40"]) in {0, 1}
    assert re.search(r"after 10 requests of 2 documents, \d+ MB after 40 ", capfd.readouterr().out)


def compared(server: str, operation: str, costs: Sequence[float]) -> Compared:
    return Compared(
        server=server,
        operation=operation,
        costs=tuple(Cost(cpu_ms=each, per_second=100, memory_mb=50) for each in costs),
        latencies=(Latency(per_second=70, p50=1, p99=2),),
    )


def test_the_picture() -> None:
    """Each server has a bar, its ratio to Mercurius, and the versions stand below."""
    rows = [compared(server, name, costs) for name in MAIN for server, costs in ((BFF, (1, 3, 2)), (MERCURIUS, (4,)))]
    drawn = svg(rows, "Python 3.11, Node <26>")
    assert drawn.count("<rect") == 1 + len(rows)
    assert drawn.count("2.000 ms · 0.50 times") == len(MAIN)
    assert "Node &lt;26&gt;" in drawn


@pytest.mark.parametrize(("objects", "pages"), [(1, 1), (100, 1), (1_000, 10), (10_000, 100)])
def test_pages_are_calls_of_their_own(objects: int, pages: int) -> None:
    asked = sized(objects)
    assert asked.calls == pages
    assert len(set(re.findall(r'after: "([^"]+)"', asked.query))) == pages
