"""What a subscription costs downstream: the same for each change, however many there are."""

from collections import Counter

import pytest

from tests.budget.budgets import SIZES
from tests.budget.watched import SUBSCRIPTIONS, Watched
from tests.schema.asking import Asking
from tests.schema.downstreams import Downstreams

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("watched", SUBSCRIPTIONS, ids=lambda each: each.name)
async def test_a_change_makes_its_calls_and_no_more(
    ask: Asking, downstreams: Downstreams, watched: Watched, size: int
) -> None:
    ask.happened.changes = [watched.happens(n) for n in range(size)]
    watch = {"patient": ask.watch_as_patient, "doctor": ask.watch_as_doctor}[watched.audience]
    answers = await watch(watched.document)
    assert len(answers) == size
    assert not any("errors" in each for each in answers)
    assert downstreams.calls == Counter(dict.fromkeys(watched.calls, size))
