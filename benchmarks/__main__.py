"""`python -m benchmarks`: the BFF beside its peers, by CPU time a request. `make bench` runs it.

Each server is one process on one core; the load and the stub downstream share another. All servers answer the same
JSON to the same operations of the real graphs, from the same answers downstream: that is checked before anything is
measured. The BFF is the real one; of the rest, only the aggregator checks a token too. All audit each operation before
they answer: the BFF in one call for those that end together, as it does in production, the others in one call each.
"""

import signal
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import chain
from typing import Final

from benchmarks.comparing import compare
from benchmarks.measuring import Measuring
from benchmarks.memory import REQUESTS, growth
from benchmarks.plot import svg
from benchmarks.processes import ROOT, cores
from benchmarks.report import by_hand, rows, save, stalls, table, versions
from benchmarks.servers import BFF, NODE, OURS, all_serving, install_peers, setting
from benchmarks.varying import depths, plans, sizes, workers

PICTURE: Final = ROOT / "docs" / "benchmark.svg"


def main(arguments: Sequence[str]) -> int:
    """Measure and print; draw the picture where the peers took part."""
    parser = ArgumentParser(prog="python -m benchmarks", description=__doc__, allow_abbrev=False)
    parser.add_argument("--rounds", type=int, default=5, help="how many times each server has its turn")
    parser.add_argument("--seconds", type=float, default=1.0, help="how long one turn takes")
    parser.add_argument("--without-peers", action="store_true", help="the BFF and the aggregator alone")
    parser.add_argument("--only-compare", action="store_true", help="leave out what concerns the BFF alone")
    parser.add_argument("--requests", type=int, default=REQUESTS, help="how many are sent while memory is watched")
    given = parser.parse_args(arguments)
    # As Ctrl-C does: the servers end with this process.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    watched = 0 if given.only_compare else given.requests
    measure(rounds=given.rounds, seconds=given.seconds, peers=not given.without_peers, watched=watched)
    return 0


def measure(*, rounds: int, seconds: float, peers: bool, watched: int) -> None:
    """Carry it out; without `watched` requests, only the comparison."""
    core, other = cores()
    if peers:
        _tell("installing the peers, if need be")
        install_peers()
    with setting(core, other) as here:
        measuring = Measuring(here, other)
        with all_serving(here, (*OURS, *NODE) if peers else OURS) as running:
            compared = compare(measuring, running, rounds=rounds, seconds=seconds, tell=_tell)
            _print(table(compared), by_hand(compared), stalls(compared))
            if watched:
                _print(
                    rows("Result size", sizes(measuring, running[BFF], seconds=seconds)),
                    rows("Depth", depths(measuring, running[BFF], seconds=seconds)),
                    rows("Plan", plans(measuring, running[BFF], seconds=seconds)),
                )
        if watched:
            _print(rows("Workers", workers(measuring, here, sorted({core, other}), seconds=seconds)))
            _tell("memory, which takes some minutes")
            with here.serving(OURS[0]) as bff:
                _print([str(growth(measuring, bff, watched))])
    made = versions(peers=peers)
    print(made)
    if peers:
        save(
            PICTURE, svg(compared, f"Measured on {datetime.now(UTC):%Y-%m-%d}, {rounds} rounds in alternation, {made}")
        )


def _tell(step: str) -> None:
    print(step, file=sys.stderr, flush=True)


def _print(*tables: Iterable[str]) -> None:
    for line in chain.from_iterable(chain(each, [""]) for each in tables):
        print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
