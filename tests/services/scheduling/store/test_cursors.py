import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.table import InvalidCursor
from services.scheduling.store.cursors import cursor_of, place_of


@given(st.text(st.characters(codec="utf-8")), st.floats(allow_nan=False), st.text(st.characters(codec="utf-8")))
def test_a_cursor_is_read_as_it_was_written(order: str, value: float, doctor_id: str) -> None:
    assert place_of(cursor_of([order, value, doctor_id]), str, float, str) == [order, value, doctor_id]


@pytest.mark.parametrize(
    "place", [[], ["a"], ["a", 1, "b"], ["a", True, "b"], ["a", 1.0, None], {"a": 1}, "a", ["\ud800", 1.0, "b"]]
)
def test_another_shape_is_no_cursor_of_this_list(place: object) -> None:
    cursor = base64.urlsafe_b64encode(json.dumps(place).encode()).decode()
    with pytest.raises(InvalidCursor):
        place_of(cursor, str, float, str)


@given(st.text(max_size=60))
def test_any_text_is_refused_or_a_place(text: str) -> None:
    try:
        place = place_of(text, str)
    except InvalidCursor:
        return
    assert isinstance(place[0], str)
