"""`python -m services.records verify-audit`: prove the audit, and say where it is broken."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from services.common.aws import aws_client
from services.common.table import Table
from services.records.audit.proof import Anchor, Fault, Proven
from services.records.audit.seal import Seal
from services.records.audit.verification import Missing, Verification


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Which chain to prove (None: all); `anchors` is a file that remembers the ends of chains from one run to the next.

    Kept where the table's writers cannot reach, it shows what was taken away even with all that tells of it.
    """

    patient: str | None = None
    anchors: Path | None = None


Tell = Callable[[str], None]


async def verify(table_name: str, seal: Seal, request: Request, tell: Tell) -> int:
    """Tell what is found; return 0 where all is whole, else 1."""
    async with aws_client("dynamodb") as dynamodb:
        return await verified(Verification(Table(dynamodb, table_name), seal), request, tell)


async def verified(verification: Verification, request: Request, tell: Tell) -> int:
    """Prove as asked, tell what is found, and remember the ends where all is whole."""
    anchors = _read(request.anchors)
    proven: dict[str, Anchor] = {}
    faults = 0
    async for result in _results(verification, request, anchors):
        match result:
            case Proven(chain, anchor):
                proven[chain] = anchor
            case Fault(chain, sequence, wrong):
                faults += 1
                tell(f"{wrong}: event {sequence} of {chain}")
            case Missing(shard, counted, appended):
                faults += 1
                tell(f"MISSING: shard {shard} has {counted} events, and {appended} were appended")
    tell(f"{len(proven)} chains of {sum(length for length, _ in proven.values())} events are whole; {faults} faults")
    if faults == 0 and request.anchors:
        _write(request.anchors, {**anchors, **proven})
    return 1 if faults else 0


async def _results(
    verification: Verification, request: Request, anchors: Mapping[str, Anchor]
) -> AsyncIterator[Proven | Fault | Missing]:
    if request.patient is not None:
        yield await verification.chain(request.patient, anchors.get(request.patient))
        return
    async for result in verification.everything(anchors):
        yield result


def _read(file: Path | None) -> Mapping[str, Anchor]:
    if file is None or not file.exists():
        return {}
    return {chain: (int(sequence), str(known)) for chain, (sequence, known) in json.loads(file.read_text()).items()}


def _write(file: Path, anchors: Mapping[str, Anchor]) -> None:
    new = file.with_suffix(".new")
    new.write_text(json.dumps(anchors, sort_keys=True))
    new.replace(file)
