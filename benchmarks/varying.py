"""The BFF alone, one thing varied: how much is asked for, how deep, how new, and over how many workers."""

from collections.abc import Iterator, Sequence
from typing import Final

from benchmarks.measuring import Cost, Measuring
from benchmarks.operations import MAIN, deep, different, sized
from benchmarks.processes import Running, module
from benchmarks.servers import BFF, Server, Setting

SIZES: Final = (1, 10, 100, 1_000, 10_000)
DOCUMENTS: Final = 300
Row = tuple[str, Cost]


def sizes(measuring: Measuring, bff: Running, *, seconds: float) -> Iterator[Row]:
    """Yield the cost of answers of more and more objects, in pages of 100."""
    for size in SIZES:
        asked = [sized(size)]
        measuring.once(bff, asked)
        yield f"{size:,} objects", measuring.cost(bff, asked, seconds=seconds)


def depths(measuring: Measuring, bff: Running, *, seconds: float) -> Iterator[Row]:
    """Yield the cost of deeper and deeper selections, 20 objects a level."""
    for depth, asked in deep():
        measuring.once(bff, [asked])
        yield f"{depth} deep, {asked.calls} calls", measuring.cost(bff, [asked], seconds=seconds)


def plans(measuring: Measuring, bff: Running, *, seconds: float) -> Iterator[Row]:
    """Yield the cost of a document that is known, and of documents that are all new."""
    for name, asked in MAIN.items():
        yield f"{name}, known document", measuring.cost(bff, [asked], seconds=seconds)
        new = different(asked, DOCUMENTS)
        yield f"{name}, new documents", measuring.once(bff, new)


def workers(measuring: Measuring, here: Setting, cores: Sequence[int], *, seconds: float) -> Iterator[Row]:
    """Yield the cost with one worker and with two, each free to use every core, as the load is."""
    for count in (1, 2):
        server = Server(name=BFF, command=[*module("bff"), "--workers", str(count)])
        with here.serving(server, cores) as running:
            for name, asked in MAIN.items():
                measuring.cost(running, [asked], seconds=seconds / 2)
                yield f"{name}, {count} worker{'s'[: count - 1]}", measuring.cost(running, [asked], seconds=seconds)
