"""The comparison: every server with every operation, in turns, so that what disturbs one disturbs all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Final

from benchmarks.measuring import Cost, Latency, Measuring
from benchmarks.operations import MAIN
from benchmarks.processes import Running

LOAD: Final = 0.7
# Node compiles what runs often: until then it is measured as something else.
_WARM_UP: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One server with one operation: a cost a round, and the latencies at 70 % of what it took in that round."""

    server: str
    operation: str
    costs: tuple[Cost, ...]
    latencies: tuple[Latency, ...]

    @property
    def cpu_ms(self) -> float:
        """The median over the rounds."""
        return median(each.cpu_ms for each in self.costs)

    @property
    def latency(self) -> Latency:
        """The medians over the rounds: what disturbs the machine for a moment is not the server's stall."""
        return Latency(
            per_second=median(each.per_second for each in self.latencies),
            p50=median(each.p50 for each in self.latencies),
            p99=median(each.p99 for each in self.latencies),
        )

    @property
    def noise(self) -> float:
        """Half of the way from the least to the most, as a part of the median."""
        costs = [each.cpu_ms for each in self.costs]
        return (max(costs) - min(costs)) / 2 / median(costs)

    @property
    def per_second(self) -> float:
        """The median over the rounds."""
        return median(each.per_second for each in self.costs)

    @property
    def memory_mb(self) -> float:
        """The most."""
        return max(each.memory_mb for each in self.costs)


def compare(
    measuring: Measuring,
    servers: Mapping[str, Running],
    *,
    rounds: int,
    seconds: float,
    tell: Callable[[str], None],
) -> list[Compared]:
    """Measure each server with each operation, once a round; each round begins with another server."""
    for server in servers.values():
        for asked in MAIN.values():
            measuring.cost(server, [asked], seconds=_WARM_UP * seconds)
    costs: dict[tuple[str, str], list[Cost]] = {}
    latencies: dict[tuple[str, str], list[Latency]] = {}
    names = list(servers)
    for turn in range(rounds):
        tell(f"round {turn + 1} of {rounds}")
        for operation, asked in MAIN.items():
            for name in (*names[turn % len(names) :], *names[: turn % len(names)]):
                cost = measuring.cost(servers[name], [asked], seconds=seconds)
                costs.setdefault((name, operation), []).append(cost)
                latency = measuring.latency(
                    servers[name], asked, seconds=2 * seconds, per_second=LOAD * cost.per_second
                )
                latencies.setdefault((name, operation), []).append(latency)
    return [
        Compared(
            server=name,
            operation=operation,
            costs=tuple(costs[name, operation]),
            latencies=tuple(latencies[name, operation]),
        )
        for operation in MAIN
        for name in names
    ]
