"""What is printed once the platform is up: where, who, and one command to paste."""

from typing import Final

from sandbox.people import ANA, BRUNO, CARLA, PASSWORD
from sandbox.running import RunningPlatform
from sandbox.state import StateFolder

_GRAPHS: Final = (
    ("patients", "patient", ANA.email),
    ("doctors", "doctor", f"{BRUNO.login} or {BRUNO.email}"),
    ("ERP", "erp", CARLA.email),
)
_QUERY: Final = (
    "{ doctors(first: 3, orderBy: RATING) { nodes { name specialties { name } rating { average } priceCents } } }"
)


def welcome(platform: RunningPlatform, folder: StateFolder, seconds: float) -> str:
    """Return the text."""
    rows = [
        f"  {name:<9} {f'{platform.bff_url}/{audience}/graphql':<48} {logins}" for name, audience, logins in _GRAPHS
    ]
    return "\n".join(
        [
            "",
            f"HealthMed is up ({seconds:.0f} s). GraphiQL, and who signs in there with the password {PASSWORD}",
            *rows,
            "",
            "Try in another terminal:",
            f"  curl -s {platform.bff_url}/patient/graphql -H 'Content-Type: application/json' \\",
            f'    -d \'{{"query": "{_QUERY}"}}\'',
            "",
            f"State and logs are in {folder.root}; Ctrl-C stops everything.",
        ]
    )
