"""Internal tokens, made as the BFF and the services make theirs."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from services.common.callers import ANONYMOUS, AUDIENCE, BFF, Pool

ISSUERS = ("bff", "scheduling", "records", "erp", "events")


@dataclass(frozen=True, slots=True)
class Person:
    """Who calls: `actor` of `pool`, with the roles of an ERP admin."""

    actor: str
    pool: Pool
    roles: tuple[str, ...] = ()


PATIENT = Person("pat_ana", "patient")
OTHER_PATIENT = Person("pat_davi", "patient")
NOBODY = Person(ANONYMOUS, "patient")
DOCTOR = Person("doc_bruno", "doctor")
OTHER_DOCTOR = Person("doc_elisa", "doctor")
ANONYMOUS_DOCTOR = Person(ANONYMOUS, "doctor")
ADMIN = Person("adm_carla", "erp", ("admin",))
AUDITOR = Person("adm_fabio", "erp", ("auditor",))
WITHOUT_ROLE = Person("adm_gil", "erp")
# Roles belong to the ERP's pool: in another one they mean nothing.
DOCTOR_WITH_ROLE = Person("doc_hugo", "doctor", ("admin",))
EVENTS = Person("events", "service")
RECORDS = Person("records", "service")
# The BFF for itself, not for anybody who asks it.
THE_BFF = Person(BFF, "service")


@dataclass(frozen=True, slots=True)
class Issuers:
    """The signing keys of the BFF and of each service, made anew."""

    keys: Mapping[str, Ed25519PrivateKey] = field(
        default_factory=lambda: {issuer: Ed25519PrivateKey.generate() for issuer in ISSUERS}
    )

    def public(self) -> dict[str, str]:
        """Return what a service is told: issuer -> public key in PEM."""
        form = (Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        return {issuer: key.public_key().public_bytes(*form).decode() for issuer, key in self.keys.items()}

    def claims(self, person: Person) -> dict[str, object]:
        """Return the claims of an honest token: the BFF's for people, a service's own for itself."""
        now = datetime.now(UTC)
        return {
            "iss": person.actor if person.pool == "service" else BFF,
            "aud": AUDIENCE,
            "sub": person.actor,
            "pool": person.pool,
            "roles": list(person.roles),
            "iat": now,
            "exp": now + timedelta(seconds=60),
        }

    def token(self, person: Person, **forged: object) -> str:
        """Return a token, some claims of which may be forged; it is signed by whom its honest form names."""
        honest = self.claims(person)
        return jwt.encode(honest | forged, self.keys[str(honest["iss"])], algorithm="EdDSA")

    def headers(self, person: Person) -> dict[str, str]:
        """Return the header of a call on a person's behalf."""
        return {"Authorization": f"Bearer {self.token(person)}"}


def random_id(prefix: str) -> str:
    """Return an id that no other test has."""
    return f"{prefix}_{secrets.token_hex(8)}"
