from typing import get_args

import pytest

from schema.common.messages import Language
from schema.patient.notifications import NotificationKind
from tests.schema.asking import Asking
from tests.schema.happening import change

pytestmark = pytest.mark.anyio

LANGUAGES: tuple[Language, ...] = get_args(Language)


@pytest.mark.parametrize("kind", NotificationKind)
def test_every_notification_is_said_in_both_languages(kind: NotificationKind) -> None:
    said = {kind.text(language) for language in LANGUAGES}
    assert len(said) == len(LANGUAGES)
    assert all(each.endswith(".") for each in said)


@pytest.mark.parametrize(
    ("language", "said"),
    [("pt-BR", "O médico confirmou a sua consulta."), ("en", "The doctor has confirmed your appointment.")],
)
async def test_a_notification_speaks_the_language_of_the_request(ask: Asking, language: Language, said: str) -> None:
    ask.language = language
    ask.happened.changes = [change(1)]
    assert await ask.watch_as_patient("subscription { notificationReceived { message } }") == [
        {"data": {"notificationReceived": {"message": said}}}
    ]
