"""The budgets of the subscriptions: what each change costs that is shown. What was shown before may be out of date."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from clients.changes.models import Change
from schema.common.principals import Audience
from tests.schema.happening import change, shared


@dataclass(frozen=True, slots=True)
class Watched:
    """One subscription, and the calls of the nth change that `happens`, each of them made once."""

    audience: Audience
    name: str
    shown: str
    calls: tuple[str, ...]
    happens: Callable[[int], Change] = change

    @property
    def document(self) -> str:
        """Write the operation."""
        return f"subscription {{ {self.name} {{ {self.shown} }} }}"


SUBSCRIPTIONS: Final = (
    Watched(
        "patient",
        "appointmentChanged",
        "id status doctor { name } meeting { url }",
        ("scheduling GET /appointments", "scheduling GET /doctors"),
    ),
    Watched(
        "patient",
        "notificationReceived",
        "kind message appointment { status } doctor { name }",
        ("scheduling GET /appointments", "scheduling GET /doctors"),
    ),
    Watched(
        "patient",
        "notificationReceived",
        "kind message record { title } doctor { name }",
        ("records GET /records", "scheduling GET /doctors"),
        shared,
    ),
    Watched(
        "doctor",
        "agendaChanged",
        "id status patient { name }",
        ("scheduling GET /appointments", "records GET /patients"),
    ),
)
