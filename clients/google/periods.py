"""Periods put together, so that one call can answer several."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Final

from clients.google.models import Period

# Google refuses free/busy questions over a longer time.
LONGEST: Final = timedelta(days=90)


def spans(periods: Iterable[Period]) -> Mapping[Period, Period]:
    """Return for each period the span to ask for instead: as few spans as `LONGEST` allows, earliest first."""
    found: dict[Period, Period] = {}
    open_: list[Period] = []
    for period in sorted(set(periods)):
        if open_ and _span([*open_, period]).ends_at - open_[0].starts_at > LONGEST:
            found |= dict.fromkeys(open_, _span(open_))
            open_ = []
        open_.append(period)
    return found | dict.fromkeys(open_, _span(open_)) if open_ else found


def _span(periods: list[Period]) -> Period:
    return Period(periods[0].starts_at, max(period.ends_at for period in periods))
