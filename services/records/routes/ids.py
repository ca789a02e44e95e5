"""The ids of a bulk read, and those of a path."""

from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import Path, Query

from services.common.wire import MAX_IDS, split_ids
from services.records.models import MAX_ID_CHARS

MAX_TEXT_CHARS: Final = 6000

_OF: Final = f"Comma-separated ids, at most {MAX_IDS}."

PatientIds = Annotated[str, Query(alias="patientIds", description=_OF, max_length=MAX_TEXT_CHARS)]
RecordIds = Annotated[str, Query(alias="recordIds", description=_OF, max_length=MAX_TEXT_CHARS)]
AppointmentIds = Annotated[str, Query(alias="appointmentIds", description=_OF, max_length=MAX_TEXT_CHARS)]
PathId = Annotated[str, Path(max_length=MAX_ID_CHARS)]


def ids_of(text: str) -> Sequence[str]:
    """Split comma-separated ids; one too long to be an id is as good as absent, and no key of the table either."""
    return [each for each in split_ids(text) if len(each) <= MAX_ID_CHARS]
