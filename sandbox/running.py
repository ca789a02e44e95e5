"""What runs, and where: written when the platform is up, for `token`, `clock` and the tests."""

from dataclasses import asdict, dataclass
from pathlib import Path

from sandbox.errors import SandboxError, StateDamagedError
from sandbox.state import StateFolder


@dataclass(frozen=True, slots=True)
class Pool:
    """A Cognito pool and its app client."""

    id: str
    client_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningPlatform:
    """The addresses of a running platform, its pools by audience, and where its keys and clock are.

    `processes` are the ids of its processes by name; each leads a process group.
    """

    bff_url: str
    scheduling_url: str
    records_url: str
    erp_url: str
    events_url: str
    google_url: str
    aws_url: str
    mongo_url: str
    mongo_database: str
    pools: dict[str, Pool]
    kms_key_id: str
    keys: str
    clock_file: str
    logs: str
    processes: dict[str, int]

    @classmethod
    def of(cls, folder: StateFolder) -> "RunningPlatform":
        """Return what runs on a state folder; raise `SandboxError` where nothing does."""
        if not folder.description.exists() or not folder.is_held():
            message = f"No sandbox runs on {folder.root}: start one with `make run`."
            raise SandboxError(message)
        content = folder.read(folder.description)
        try:
            pools = {audience: Pool(**pool) for audience, pool in content.pop("pools").items()}
            return cls(pools=pools, **content)
        except (KeyError, TypeError) as failure:
            raise StateDamagedError(folder.root, folder.description.name) from failure

    def save(self, folder: StateFolder) -> None:
        """Write the description into the state folder."""
        folder.write(folder.description, asdict(self))

    def signing_key(self, issuer: str) -> str:
        """Return the Ed25519 private key (PEM) of an issuer of internal tokens."""
        return Path(self.keys, f"{issuer}.pem").read_text()
