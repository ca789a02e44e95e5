"""HealthMed's own programs, with the environment that each is configured by."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sandbox.emulation import GOOGLE_CLIENT_EMAIL, REGION, Emulators, aws_environment, base_environment
from sandbox.keys import Keys
from sandbox.ports import HOST, free_ports
from sandbox.processes import Program
from sandbox.provision import BUCKET, TABLES, Provisioned
from sandbox.running import Pool, RunningPlatform
from sandbox.state import StateFolder

MONGO_DATABASE: Final = "healthmed"
# Everybody here comes from one address, and everybody who tries the platform out is the same few demo people.
_RATES: Final = {
    "HEALTHMED_RATE_REQUESTS_PER_MINUTE": "60000",
    "HEALTHMED_RATE_SIGN_INS_PER_MINUTE": "30",
    "HEALTHMED_RATE_SIGN_INS_PER_ADDRESS_PER_MINUTE": "6000",
    "HEALTHMED_RATE_BOOKINGS_PER_MINUTE": "6000",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the programs stand on."""

    folder: StateFolder
    keys: Keys
    emulators: Emulators
    provisioned: Provisioned


@dataclass(frozen=True, slots=True, kw_only=True)
class Programs:
    """The three services, the worker, and the BFF."""

    scheduling: Program
    records: Program
    erp: Program
    events: Program
    bff: Program

    @property
    def all(self) -> tuple[Program, ...]:
        """Return each of them."""
        return (self.scheduling, self.records, self.erp, self.events, self.bff)

    @classmethod
    def on(cls, around: Surroundings, bff_port: int) -> "Programs":
        """Return the programs, each on a free port but for the BFF."""
        aws_url, google_url = around.emulators.aws.url, around.emulators.google.url
        pools = around.provisioned.pools
        ports = dict(zip(("scheduling", "records", "erp", "events"), free_ports(4), strict=True))
        urls = {f"HEALTHMED_{name.upper()}_URL": f"http://{HOST}:{port}" for name, port in ports.items()}
        service = {
            **aws_environment(aws_url),
            **urls,
            "HEALTHMED_CALLER_KEYS": json.dumps(dict(around.keys.public)),
            "HEALTHMED_CLOCK_FILE": str(around.folder.clock_offset),
        }

        def program(name: str, **variables: str) -> Program:
            own = {"HEALTHMED_TABLE": TABLES.get(name, ""), "HEALTHMED_SIGNING_KEY": around.keys.private[name]}
            return _program(f"services.{name}", ports[name], service | own | variables, health="/health")

        return cls(
            scheduling=program(
                "scheduling", HEALTHMED_MONGO_URL=around.emulators.mongo_url, HEALTHMED_MONGO_DATABASE=MONGO_DATABASE
            ),
            records=program("records", HEALTHMED_BUCKET=BUCKET, HEALTHMED_KMS_KEY_ID=around.provisioned.kms_key_id),
            erp=program("erp"),
            events=program(
                "events",
                HEALTHMED_OUTBOX_TABLES=json.dumps(list(TABLES.values())),
                HEALTHMED_DOCTOR_POOL_ID=pools["doctor"].id,
                **_google(around.keys, google_url),
            ),
            bff=_program(
                "bff",
                bff_port,
                urls
                | bff_environment(around.keys, pools, aws_url, google_url)
                | {"HEALTHMED_AUDIT_FOLDER": str(around.folder.root / "audit")},
                health="/health/ready",
            ),
        )


def bff_environment(keys: Keys, pools: Mapping[str, Pool], aws_url: str, google_url: str) -> dict[str, str]:
    """Return what the BFF is told beside the services' addresses: it has no business with AWS's credentials."""
    return {
        "HEALTHMED_COGNITO_URL": aws_url,
        "HEALTHMED_SIGNING_KEY": keys.private["bff"],
        "HEALTHMED_GRAPHIQL": "true",
        "HEALTHMED_DEBUG_PLANS": "true",
        "HEALTHMED_INTROSPECTION": "true",
        "HEALTHMED_DEMO_SIGN_IN": "true",
        **_RATES,
        "HEALTHMED_TOTP_REQUIRED": "[]",  # the demo admin signs in by one click
        **_google(keys, google_url),
        **{
            f"HEALTHMED_{audience.upper()}_POOL__{name}": value
            for audience, pool in pools.items()
            for name, value in {
                "ISSUER": f"https://cognito-idp.{REGION}.amazonaws.com/{pool.id}",
                "JWKS_URL": f"{aws_url}/{pool.id}/.well-known/jwks.json",
                "CLIENT_ID": pool.client_id,
            }.items()
        },
    }


def _google(keys: Keys, google_url: str) -> dict[str, str]:
    return {
        "HEALTHMED_GOOGLE__API_URL": google_url,
        "HEALTHMED_GOOGLE__TOKEN_URL": f"{google_url}/token",
        "HEALTHMED_GOOGLE__CLIENT_EMAIL": GOOGLE_CLIENT_EMAIL,
        "HEALTHMED_GOOGLE__PRIVATE_KEY": keys.google_private,
    }


def _program(module: str, port: int, variables: Mapping[str, str], health: str) -> Program:
    return Program(
        name=module.removeprefix("services."),
        command=[sys.executable, "-m", module],
        port=port,
        environment={
            **base_environment(),
            **variables,
            "HEALTHMED_HOST": HOST,
            "HEALTHMED_PORT": str(port),
        },
        health=health,
    )


def describe(around: Surroundings, programs: Programs, processes: Mapping[str, int]) -> RunningPlatform:
    """Say where everything is. `processes`: ids by name."""
    return RunningPlatform(
        bff_url=programs.bff.url,
        scheduling_url=programs.scheduling.url,
        records_url=programs.records.url,
        erp_url=programs.erp.url,
        events_url=programs.events.url,
        google_url=around.emulators.google.url,
        aws_url=around.emulators.aws.url,
        mongo_url=around.emulators.mongo_url,
        mongo_database=MONGO_DATABASE,
        pools=dict(around.provisioned.pools),
        kms_key_id=around.provisioned.kms_key_id,
        keys=str(around.folder.data("keys")),
        clock_file=str(around.folder.clock_offset),
        logs=str(around.folder.data("logs")),
        processes=dict(processes),
    )
