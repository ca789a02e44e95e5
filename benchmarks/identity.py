"""Who asks: keys and tokens made for one run, as the pools and the BFF have them."""

import json
import time
from collections.abc import Mapping
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from schema.common.principals import Audience
from tests.bff.pool import SigningKey

PERSON: Final[Mapping[Audience, str]] = {"patient": "pat_1", "doctor": "doc_1", "erp": "adm_1"}
_CLIENT: Final = "benchmark"
_UNLIMITED: Final = "1000000000"
_HOUR: Final = 3_600


class Identity:
    """One run's keys. Every pool has the same."""

    def __init__(self) -> None:
        self._pool_key: Final = SigningKey.generate("benchmark")
        pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        self._signing_key: Final = pem.decode()

    def key_set(self) -> str:
        """Return what the pools publish."""
        return json.dumps({"keys": [self._pool_key.jwk()]})

    def token(self, audience: Audience) -> str:
        """Return an access token that is good for this run."""
        now = int(time.time())
        return self._pool_key.token(
            iss=_issuer(audience),
            client_id=_CLIENT,
            username=PERSON[audience],
            iat=now - 60,
            auth_time=now - 60,
            exp=now + 6 * _HOUR,
            **({"cognito:groups": ["admin"]} if audience == "erp" else {}),
        )

    def environment(self, stub_url: str) -> dict[str, str]:
        """Return the BFF's settings: all checks as they are, with limits that a benchmark does not reach."""
        pools = {
            f"HEALTHMED_{audience.upper()}_POOL__{name}": value
            for audience in PERSON
            for name, value in (
                ("ISSUER", _issuer(audience)),
                ("JWKS_URL", f"{stub_url}/keys"),
                ("CLIENT_ID", _CLIENT),
            )
        }
        limits = {f"HEALTHMED_LIMITS__{name}": "1000000" for name in ("TOKENS", "HEIGHT", "ALIASES", "ROOT_FIELDS")}
        return {
            **pools,
            **limits,
            "HEALTHMED_LIMITS__COST": _UNLIMITED,
            "HEALTHMED_RATE_REQUESTS_PER_MINUTE": _UNLIMITED,
            "HEALTHMED_SCHEDULING_URL": f"{stub_url}/scheduling",
            "HEALTHMED_RECORDS_URL": f"{stub_url}/records",
            "HEALTHMED_ERP_URL": f"{stub_url}/erp",
            "HEALTHMED_COGNITO_URL": f"{stub_url}/cognito/",
            "HEALTHMED_SIGNING_KEY": self._signing_key,
            "HEALTHMED_GOOGLE__CLIENT_EMAIL": "bff@benchmark.example",
            "HEALTHMED_GOOGLE__PRIVATE_KEY": self._pool_key.pem(),
        }


def _issuer(audience: Audience) -> str:
    return f"http://pool.example/{audience}"
