"""`python -m benchmarks.memory`: what the BFF holds in memory after a quarter of the requests, and after all of them.

Each of 10,000 documents is asked five times in a row, and all of them again, until there were 200,000 requests: caches
that are bounded fill and turn over long before the first quarter is over, so nothing may grow after it.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from itertools import chain, islice, repeat
from typing import Final, NamedTuple

from benchmarks.measuring import Measuring
from benchmarks.operations import ME, different
from benchmarks.processes import Running, cores
from benchmarks.servers import OURS, setting

REQUESTS: Final = 200_000
_IN_A_ROW: Final = 5
_ROUNDS: Final = 4
# As many bodies as one load process is given at a time.
_AT_ONCE: Final = 5_000
MOST_GROWTH: Final = 0.1


class Growth(NamedTuple):
    """What a server held after so many requests, and after all: MB."""

    requests: int
    documents: int
    early_mb: float
    late_mb: float

    @property
    def is_bounded(self) -> bool:
        """Whether it grew by no more than a tenth."""
        return self.late_mb <= self.early_mb * (1 + MOST_GROWTH)

    def __str__(self) -> str:
        early, part = self.early_mb, self.requests // _ROUNDS
        return (
            f"Memory: {early:.0f} MB after {part:,} requests of {self.documents:,} documents, "
            f"{self.late_mb:.0f} MB after {self.requests:,} ({self.late_mb / early - 1:+.0%}; "
            f"at most {MOST_GROWTH:+.0%} is wanted)"
        )


def growth(measuring: Measuring, bff: Running, requests: int = REQUESTS) -> Growth:
    """Ask, and look twice."""
    documents = different(ME, max(1, requests // _ROUNDS // _IN_A_ROW))
    held = []
    for _ in range(_ROUNDS):
        asked = chain.from_iterable(repeat(each, _IN_A_ROW) for each in documents)
        while part := list(islice(asked, _AT_ONCE)):
            measuring.once(bff, part)
        held.append(bff.memory_mb())
    return Growth(requests, len(documents), held[0], held[-1])


def main(arguments: Sequence[str]) -> int:
    """Print it; fail where it grows."""
    parser = ArgumentParser(prog="python -m benchmarks.memory", description=__doc__, allow_abbrev=False)
    parser.add_argument("--requests", type=int, default=REQUESTS)
    given = parser.parse_args(arguments)
    core, other = cores()
    with setting(core, other) as here, here.serving(OURS[0]) as bff:
        grown = growth(Measuring(here, other), bff, given.requests)
    print(grown)
    return 0 if grown.is_bounded else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
