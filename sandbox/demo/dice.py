"""Chance, from the demo's seeded generator."""

from random import Random


def one_in(sides: int, rng: Random) -> bool:
    """Say yes once in `sides` times."""
    return rng.randrange(sides) == 0
