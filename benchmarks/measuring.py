"""One measurement: some load on one server, and what it cost there."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from statistics import median, quantiles
from typing import Final

from benchmarks.load import Plan, Seen
from benchmarks.operations import Asked
from benchmarks.processes import ROOT, Running
from benchmarks.servers import Setting

CONNECTIONS: Final = 16
_LOAD_SECONDS: Final = 120
_ENOUGH: Final = 0.8
_PATIENCE: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What requests cost: CPU milliseconds of the server each, and how many a second it took; its memory in MB."""

    cpu_ms: float
    per_second: float
    memory_mb: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """How long requests took at a steady rate, since each was due: milliseconds."""

    per_second: float
    p50: float
    p99: float


class Measuring:
    """Puts load on servers from the core that is theirs not."""

    def __init__(self, here: Setting, core: int) -> None:
        self._here: Final = here
        self._core: Final = core

    def cost(self, server: Running, asked: Sequence[Asked], *, seconds: float) -> Cost:
        """Ask as much as the server takes, the operations in turn, until it has spent so many seconds of CPU.

        On a machine with other work that takes longer; it is given up at some times as long.
        """
        began, before, seen = time.monotonic(), server.cpu_seconds(), []
        while True:
            seen.append(self._load(self._plan(server, asked, seconds=seconds)))
            spent = server.cpu_seconds() - before
            if spent >= _ENOUGH * seconds or time.monotonic() - began >= _PATIENCE * seconds:
                break
        requests = sum(each.requests for each in seen)
        return Cost(
            cpu_ms=1_000 * spent / requests,
            per_second=max(each.requests / each.seconds for each in seen),
            memory_mb=server.memory_mb(),
        )

    def once(self, server: Running, asked: Sequence[Asked]) -> Cost:
        """Ask each operation once, one after the other."""
        before = server.cpu_seconds()
        plan = self._plan(server, asked, seconds=_LOAD_SECONDS, requests=len(asked))
        seen = self._load(plan)
        spent = server.cpu_seconds() - before
        return Cost(
            cpu_ms=1_000 * spent / seen.requests,
            per_second=seen.requests / seen.seconds,
            memory_mb=server.memory_mb(),
        )

    def latency(self, server: Running, asked: Asked, *, seconds: float, per_second: float) -> Latency:
        """Ask at a steady rate."""
        seen = self._load(self._plan(server, [asked], seconds=seconds, per_second=per_second))
        return Latency(
            per_second=seen.requests / seen.seconds,
            p50=median(seen.latencies_ms),
            p99=quantiles(seen.latencies_ms, n=100)[98],
        )

    def _plan(
        self,
        server: Running,
        asked: Sequence[Asked],
        *,
        seconds: float,
        per_second: float | None = None,
        requests: int | None = None,
    ) -> Plan:
        return Plan(
            port=server.port,
            path=f"/{asked[0].audience}/graphql",
            token=self._here.token(asked[0]),
            bodies=[each.body.decode() for each in asked],
            connections=CONNECTIONS,
            seconds=seconds,
            per_second=per_second,
            requests=requests,
        )

    def _load(self, plan: Plan) -> Seen:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.load"],
            input=json.dumps(asdict(plan)),
            stdout=subprocess.PIPE,
            cwd=ROOT,
            text=True,
            check=True,
            timeout=plan.seconds + _LOAD_SECONDS,
            preexec_fn=partial(os.sched_setaffinity, 0, [self._core]),
        )
        return Seen(**json.loads(done.stdout))
