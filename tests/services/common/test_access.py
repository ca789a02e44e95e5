from fastapi import Response

from services.common.access import Access, Denied
from services.common.wire import NotFound


def test_an_answer_tells_each_decision_once() -> None:
    response = Response()
    access = Access(response)

    access.denied("pat_1", "rec_7")
    access.emergency("pat_2", "rec_8")
    access.denied("pat_1", "rec_7")

    assert response.headers["x-access"] == "DENIED pat_1 rec_7, EMERGENCY pat_2 rec_8"


def test_an_answer_that_has_nothing_to_tell_has_no_header() -> None:
    response = Response()
    Access(response)

    assert "x-access" not in response.headers


def test_a_denial_has_the_words_of_an_absent_object() -> None:
    denied, absent = Denied(("pat_1", "rec_7"), ("pat_1", "rec_8")), NotFound()

    assert (denied.status, denied.code, denied.detail) == (absent.status, absent.code, absent.detail)
    assert denied.headers == {"X-Access": "DENIED pat_1 rec_7, DENIED pat_1 rec_8"}
