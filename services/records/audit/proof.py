"""The proof of one chain: what is first found wrong with it, from its items alone. Pure."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.common.table import Item
from services.records.audit.chain import (
    EVENT,
    GENESIS,
    HEAD,
    MARK,
    digest,
    link_item,
    link_of,
    link_sort_key,
    mark_item,
)
from services.records.audit.models import Link
from services.records.audit.seal import Seal

Anchor = tuple[int, str]


class Wrong(StrEnum):
    """What is wrong with a chain."""

    TAMPERED = "TAMPERED"
    DELETED = "DELETED"
    REORDERED = "REORDERED"
    FORGED_END = "FORGED_END"
    LOST_END = "LOST_END"


@dataclass(frozen=True, slots=True)
class Fault:
    """The first event of a chain that is not as it was appended."""

    chain: str
    sequence: int
    wrong: Wrong


@dataclass(frozen=True, slots=True)
class Proven:
    """A chain that is whole: how long it is, and the hash of its last link."""

    chain: str
    anchor: Anchor


class _Found(Exception):  # noqa: N818  how the proof ends early
    def __init__(self, sequence: int, wrong: Wrong) -> None:
        super().__init__(wrong)
        self.sequence: Final = sequence
        self.wrong: Final = wrong


def proof(chain: str, items: Sequence[Item], seal: Seal, anchor: Anchor | None = None) -> Proven | Fault:
    """Prove a chain from all the items of its partition, in order.

    `anchor` is a sequence number and a hash that it is known to have had.
    """
    links = [item for item in items if item["sk"].startswith(EVENT)]
    marks = {item["sk"]: item for item in items if item["sk"].startswith(MARK)}
    end = next((item for item in items if item["sk"] == HEAD), None)
    try:
        hashes = list(_hashes(chain, links, marks, end))
        _check_end(chain, hashes, end, seal)
        _check_left(marks.values())
        _check_anchor(hashes, anchor)
    except _Found as found:
        return Fault(chain, found.sequence, found.wrong)
    return Proven(chain, (len(hashes), hashes[-1] if hashes else GENESIS))


def _hashes(chain: str, items: Sequence[Item], marks: dict[str, Item], end: Item | None) -> Iterator[str]:
    """Yield the hash of each link, and take its mark away, which is a second witness of it."""
    last: str = GENESIS
    for position, item in enumerate(items, 1):
        if item["sk"] != link_sort_key(position):
            raise _Found(position, Wrong.DELETED)
        link = _link(item, position)
        if link.sequence != position or link.chain != chain:
            raise _Found(position, Wrong.REORDERED)
        mark = mark_item(link)
        if item != link_item(link) or marks.pop(mark["sk"], None) != mark:
            raise _Found(position, Wrong.TAMPERED)
        if link.previous != last:
            # Whom the next one vouches for is as it was: then the one before was rewritten, with its mark.
            vouched = _previous(items[position]) if position < len(items) else end and end.get("hash")
            raise _Found(position - 1 if vouched == item["hash"] and position > 1 else position, Wrong.TAMPERED)
        last = item["hash"]
        yield last


def _link(item: Item, position: int) -> Link:
    if digest(str(item.get("body"))) != item.get("hash"):
        raise _Found(position, Wrong.TAMPERED)
    try:
        return link_of(item)
    except ValueError:
        raise _Found(position, Wrong.TAMPERED) from None


def _previous(item: Item) -> str | None:
    try:
        return link_of(item).previous
    except (ValueError, KeyError):
        return None


def _check_end(chain: str, hashes: Sequence[str], head: Item | None, seal: Seal) -> None:
    last = len(hashes)
    if head is None:
        if hashes:
            raise _Found(last, Wrong.LOST_END)
        return
    sequence, last_hash = int(head["sequence"]), str(head["hash"])
    if not seal.holds(str(head["seal"]), chain, sequence, last_hash):
        raise _Found(sequence, Wrong.FORGED_END)
    if sequence > last:
        raise _Found(last + 1, Wrong.DELETED)
    if sequence < last:
        # The end was put back, or an event was added that nobody sealed.
        raise _Found(sequence + 1, Wrong.FORGED_END)
    if last_hash != hashes[-1]:
        raise _Found(last, Wrong.TAMPERED)


def _check_left(marks: Collection[Item]) -> None:
    """Refuse marks of events that are not there."""
    if marks:
        raise _Found(min(int(mark["sequence"]) for mark in marks), Wrong.DELETED)


def _check_anchor(hashes: Sequence[str], anchor: Anchor | None) -> None:
    if anchor is None:
        return
    sequence, known = anchor
    if sequence > len(hashes):
        raise _Found(len(hashes) + 1, Wrong.DELETED)
    if sequence and hashes[sequence - 1] != known:
        raise _Found(sequence, Wrong.TAMPERED)
