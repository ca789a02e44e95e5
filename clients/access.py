"""What a service's answer says about access that was not given in the usual way: a header, for the audit."""

import re
from collections.abc import Sequence
from typing import Final, Literal, NamedTuple, cast

ACCESS_HEADER: Final = "x-access"
_PART: Final = re.compile(r"(DENIED|EMERGENCY) ([a-z]{3}_[0-9a-z]{1,60}) ([0-9a-z_]{1,120})")


class Access(NamedTuple):
    """How it was decided whether a patient's object is for the caller; never said of what is absent."""

    decision: Literal["DENIED", "EMERGENCY"]
    patient_id: str
    object_id: str


def access_of(header: str) -> Sequence[Access]:
    """Read the header: `DENIED pat_1 rec_7, EMERGENCY pat_2 rec_8`. What is no such part is left out."""
    parts = (_PART.fullmatch(part.strip()) for part in header.split(","))
    return [Access(cast('Literal["DENIED", "EMERGENCY"]', each[1]), each[2], each[3]) for each in parts if each]


def nobody(_told: Sequence[Access]) -> None:
    """Let it be told to nobody: where no person asks, there is no audit."""
