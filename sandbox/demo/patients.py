"""The demo's 1,000 patients."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Final

from sandbox.demo.geography import CITIES, City
from sandbox.demo.identity import cpf, demo_id, email, phone
from sandbox.demo.words import FIRST_NAMES, LAST_NAMES
from sandbox.people import ANA, ELISA, Person
from services.records.models import Consent, PatientStatus, Profile

PATIENTS: Final = 1000
_CONSENTS: Final = (Consent(kind="TERMS", version="1"), Consent(kind="TELEMEDICINE", version="1"))


def patients(now: datetime, rng: Random) -> Sequence[Profile]:
    """Return Ana, Elisa and the others, always the same ones; `now` is when the demo begins."""
    weights = [city.weight for city in CITIES]
    taken: set[str] = set()
    profiles = [_patient(number, now, rng, CITIES[0], person) for number, person in enumerate((ANA, ELISA))]
    while len(profiles) < PATIENTS:
        profile = _patient(len(profiles), now, rng, rng.choices(CITIES, weights)[0])
        if profile.cpf not in taken:
            taken.add(profile.cpf)
            profiles.append(profile)
    return profiles


def _patient(number: int, now: datetime, rng: Random, city: City, person: Person | None = None) -> Profile:
    # A few came in each of the last 180 days, so that the dashboard's count of new patients has something to show.
    registered_at = now - timedelta(minutes=rng.randrange(60, 180 * 1440)) if not person else now - timedelta(days=200)
    name = person.name if person else f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)}"
    return Profile(
        id=person.id if person else demo_id("pat", registered_at, rng),
        name=name,
        cpf="".join(filter(str.isdigit, person.login)) if person else cpf(rng),
        email=person.email if person else email(name, number),
        phone=phone(city, rng),
        birth_date=date(1940, 1, 1) + timedelta(days=rng.randrange(66 * 365)),
        time_zone=city.time_zone,
        status=PatientStatus.ACTIVE,
        registered_at=registered_at,
        consents=_CONSENTS,
        version=2,
    )
