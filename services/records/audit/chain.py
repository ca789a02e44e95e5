"""Links, and what holds them together: each holds the hash of the one before. Pure.

AUDIT#chain  EVENT#sequence  body, hash   gsi1: AUDIT-ACTOR#actor, gsi2: AUDIT, gsi3: AUDIT-CHAIN#chain, by time
AUDIT#chain  MARK#event id   sequence, hash   each event once; unless ALLOWED, gsi2: AUDIT#decision, by time
AUDIT#chain  HEAD            sequence, hash, seal   gsi1: AUDIT-HEADS
AUDIT-TALLY  shard           count        how many events all chains of the shard have together
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from services.common.table import Item, Key, Write, put
from services.records.audit.models import AuditEvent, Decision, Link
from services.records.audit.seal import Seal
from services.records.store.keys import stamp

GENESIS: Final = "0" * 64
SHARDS: Final = 64
EVERY_EVENT: Final = "AUDIT"
EVERY_HEAD: Final = "AUDIT-HEADS"
TALLIES: Final = "AUDIT-TALLY"
EVENT: Final = "EVENT#"
MARK: Final = "MARK#"
HEAD: Final = "HEAD"


def partition(chain: str) -> str:
    """Return where a chain is kept."""
    return f"AUDIT#{chain}"


def by_actor(actor: str) -> str:
    """Return where an actor's events are found, by time."""
    return f"AUDIT-ACTOR#{actor}"


def by_chain(chain: str) -> str:
    """Return where a chain's events are found, by time."""
    return f"AUDIT-CHAIN#{chain}"


def by_decision(decision: Decision) -> str:
    """Return where the marks of events that were decided in an unusual way are found, by time."""
    return f"AUDIT#{decision}"


def head_key(chain: str) -> Key:
    """Return where the end of a chain is kept."""
    return partition(chain), HEAD


def mark_key(event: AuditEvent) -> Key:
    """Return where it is remembered that an event has been appended."""
    return partition(event.chain), f"{MARK}{event.event_id}"


def shard(chain: str) -> str:
    """Return which tally counts a chain's events."""
    return f"{hashlib.sha256(chain.encode()).digest()[0] % SHARDS:02d}"


def canonical(link: Link) -> str:
    """Write a link in the one way that is hashed: keys in order, no blanks, ASCII."""
    return json.dumps(link.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))


def digest(body: str) -> str:
    """Return the SHA-256 of a canonical text, in hex."""
    return hashlib.sha256(body.encode()).hexdigest()


def link_item(link: Link) -> Item:
    """Return the item that a link is kept as: all of it follows from the link."""
    body, event = canonical(link), link.event
    position = _position(event)
    return {
        "pk": partition(link.chain),
        "sk": link_sort_key(link.sequence),
        "gsi1pk": by_actor(event.actor),
        "gsi1sk": position,
        "gsi2pk": EVERY_EVENT,
        "gsi2sk": position,
        "gsi3pk": by_chain(link.chain),
        "gsi3sk": position,
        "hash": digest(body),
        "body": body,
    }


def link_of(item: Mapping[str, Any]) -> Link:
    """Read a link's item; raise `ValueError` where it is none."""
    return Link.model_validate_json(item["body"])


def link_sort_key(sequence: int) -> str:
    """Return where in its chain a link is kept."""
    return f"{EVENT}{sequence:012d}"


def mark_item(link: Link) -> Item:
    """Return the item that remembers an event."""
    pk, sk = mark_key(link.event)
    item: Item = {"pk": pk, "sk": sk, "sequence": link.sequence, "hash": digest(canonical(link))}
    if link.event.decision is not Decision.ALLOWED:
        item |= {"gsi2pk": by_decision(link.event.decision), "gsi2sk": _position(link.event)}
    return item


def head_item(chain: str, sequence: int, last_hash: str, seal: Seal) -> Item:
    """Return the item that ends a chain."""
    pk, sk = head_key(chain)
    return {
        "pk": pk,
        "sk": sk,
        "gsi1pk": EVERY_HEAD,
        "gsi1sk": chain,
        "sequence": sequence,
        "hash": last_hash,
        "seal": seal.of(chain, sequence, last_hash),
    }


def appending(links: Sequence[Link], seal: Seal) -> Sequence[Write]:
    """Return the writes that append `links`, in order, to the chain of all of them: refused if another came before."""
    first, items = links[0], [link_item(link) for link in links]
    new_head = head_item(first.chain, links[-1].sequence, items[-1]["hash"], seal)
    head = (
        put(new_head, new=True)
        if first.previous == GENESIS
        else Write(
            kind="Put",
            item=new_head,
            condition="#hash = :previous",
            names={"#hash": "hash"},
            values={":previous": first.previous},
        )
    )
    tally = Write(
        kind="Update",
        key=(TALLIES, shard(first.chain)),
        update="ADD #count :count",
        names={"#count": "count"},
        values={":count": len(links)},
    )
    return [
        head,
        tally,
        *(put(item, new=True) for link in zip(items, map(mark_item, links), strict=True) for item in link),
    ]


def _position(event: AuditEvent) -> str:
    return f"{stamp(event.at)}#{event.event_id}"
