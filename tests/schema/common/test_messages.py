from typing import get_args

import pytest

from schema.common.messages import Language, ProblemCode, message
from schema.common.problems import Problem
from tests.schema.asking import Asking
from tests.schema.downstreams import Downstreams

pytestmark = pytest.mark.anyio

LANGUAGES: tuple[Language, ...] = get_args(Language)


@pytest.mark.parametrize("code", ProblemCode)
def test_every_problem_is_said_in_both_languages(code: ProblemCode) -> None:
    said = {message(code, language) for language in LANGUAGES}
    assert len(said) == 2
    assert all(each.endswith(".") for each in said)


def test_every_code_has_a_problem() -> None:
    """No code is left without a type that carries it."""
    assert {problem.problem_code for problem in Problem.__subclasses__()} == set(ProblemCode)


@pytest.mark.parametrize(("language", "said"), [("pt-BR", "Não encontrado."), ("en", "Not found.")])
async def test_a_problem_speaks_the_language_of_the_request(
    ask: Asking, downstreams: Downstreams, language: Language, said: str
) -> None:
    ask.language = language
    downstreams.refusals["scheduling POST /appointments/{id}/confirm"] = (404, "NOT_FOUND")
    answer = await ask.doctor(
        'mutation { confirmAppointment(input: {appointmentId: "apt_1"}) { ... on Problem { code message } } }'
    )
    assert answer == ({"confirmAppointment": {"code": "NOT_FOUND", "message": said}}, {})
