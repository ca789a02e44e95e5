"""The demo people who are always there, by the logins that they sign in with."""

from dataclasses import dataclass
from typing import Final, Literal

Audience = Literal["patient", "doctor", "erp"]
AUDIENCES: Final[tuple[Audience, ...]] = ("patient", "doctor", "erp")
PASSWORD: Final = "HealthMed-2026!"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Someone of the demo: `id` is the Cognito username, `login` what signs in beside the e-mail."""

    id: str
    name: str
    email: str
    login: str


ANA: Final = Person(
    id="pat_01k00000000000000000000ana", name="Ana Souza", email="ana@example.com", login="318.446.905-04"
)
ELISA: Final = Person(
    id="pat_01k0000000000000000000e1sa", name="Elisa Prado", email="elisa@example.com", login="702.915.338-33"
)
BRUNO: Final = Person(
    id="doc_01k000000000000000000brvn0", name="Bruno Carvalho", email="bruno@example.com", login="123456/SP"
)
DIEGO: Final = Person(
    id="doc_01k000000000000000000d1eg0", name="Diego Nunes", email="diego@example.com", login="654321/RJ"
)
CARLA: Final = Person(
    id="adm_01k000000000000000000car1a", name="Carla Menezes", email="carla@example.com", login="carla@example.com"
)
DEMO: Final[dict[Audience, Person]] = {"patient": ANA, "doctor": BRUNO, "erp": CARLA}
