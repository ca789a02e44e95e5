"""What an answer says to the BFF's audit about access that was not given in the usual way: a header, no client sees it.

    X-Access: DENIED pat_1 rec_7, EMERGENCY pat_2 rec_8

Each part: how it was decided, whose data it is, and which object was asked for. Absent objects are nobody's, and are
not told of; so the answer itself stays the same bytes for what is absent and for what is another's.
"""

from typing import Annotated, Final, Literal

from fastapi import Depends, Response

from services.common.wire import NotFound

HEADER: Final = "X-Access"


class Access:
    """Tells of decisions with the answer that is under way."""

    def __init__(self, response: Response) -> None:
        self._response: Final = response
        self._told: Final[dict[str, None]] = {}

    def denied(self, patient_id: str, object_id: str) -> None:
        """Tell that a patient's object is there, but not for this caller."""
        self._tell("DENIED", patient_id, object_id)

    def emergency(self, patient_id: str, object_id: str) -> None:
        """Tell that a patient's object was given because of an emergency access."""
        self._tell("EMERGENCY", patient_id, object_id)

    def _tell(self, decision: Literal["DENIED", "EMERGENCY"], patient_id: str, object_id: str) -> None:
        self._told[f"{decision} {patient_id} {object_id}"] = None
        self._response.headers[HEADER] = ", ".join(self._told)


AccessOf = Annotated[Access, Depends(Access)]


class Denied(NotFound):
    """It is there, but not for this caller: the bytes of `NotFound`, and the audit is told whose it is."""

    def __init__(self, *objects: tuple[str, str]) -> None:
        """Tell of `objects`: each a patient's id, and the id of what is the patient's."""
        super().__init__()
        self.headers[HEADER] = ", ".join(f"DENIED {patient_id} {object_id}" for patient_id, object_id in objects)
