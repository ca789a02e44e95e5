import msgspec
import pytest

from clients.pages import Page
from schema.common.policies import visible


def is_even(model: object) -> bool:
    return isinstance(model, int) and model % 2 == 0


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (2, 2),
        (1, None),
        ((), ()),
        ((1, 2, 3, 4), (2, 4)),
        (Page(items=(1, 2, 3), next="n"), Page(items=(2,), next="n")),
    ],
)
def test_what_may_not_be_shown_is_left_out(value: object, shown: object) -> None:
    assert visible(value, is_even) == shown


def test_a_page_of_which_all_may_be_shown_is_the_same() -> None:
    class Sheet(Page[int], frozen=True):
        colour: str

    sheet = Sheet(items=(2, 4), next=None, colour="red")
    assert visible(sheet, lambda model: model in {2, 4, sheet}) is sheet
    assert msgspec.structs.replace(sheet, items=(2,)) == visible(sheet, lambda model: model == 2)
