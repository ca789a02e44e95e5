import pytest

from services.records.rules.files import CONTENT_TYPES, MAX_BYTES, TooLarge, UnsupportedType, check_file


@pytest.mark.parametrize("content_type", sorted(CONTENT_TYPES))
def test_a_file_of_a_known_type_up_to_the_limit_is_taken(content_type: str) -> None:
    check_file(content_type, 1)
    check_file(content_type, MAX_BYTES)


@pytest.mark.parametrize("content_type", ["", "text/html", "image/svg+xml", "application/pdf; x=y", "APPLICATION/PDF"])
def test_a_file_of_another_type_is_refused(content_type: str) -> None:
    with pytest.raises(UnsupportedType):
        check_file(content_type, 1)


def test_a_file_over_a_hundred_megabytes_is_refused() -> None:
    assert MAX_BYTES == 104_857_600
    with pytest.raises(TooLarge):
        check_file("application/pdf", MAX_BYTES + 1)
