"""How audit events are chained, and what a look at the chain finds.

The hash of an event is the SHA-256 of the hash before it and of every column of the event, so nothing can be
changed, taken out, put in or moved without all hashes from there on being different. The store keeps the number and
the hash of the last event beside the trail: that is how events missing at its end are found.

Whoever can write to the database and has this code can make a chain anew, head and all. A head that was noted
elsewhere (in an archive, on paper) finds that too, because it is in no other chain.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple

HASHED = (
    *("seq", "id", "at", "actor", "via", "action", "entity", "entity_id"),
    *("outcome", "detail", "request_id", "changes"),
)
"""The columns that the hash is made of, in this order; a row as it is looked at has its hash after them."""

GENESIS = "0" * 64
"""What the first event is chained to."""

MOST_FAULTS = 20

Row = tuple[Any, ...]


class Head(NamedTuple):
    """The end of a chain: the number of its last event, and that event's hash."""

    seq: int
    hash: str

    @classmethod
    def parse(cls, text: str) -> "Head":
        seq, _, link = text.partition(" ")
        return cls(int(seq), link)

    def __str__(self) -> str:
        return f"{self.seq} {self.hash}"


START = Head(0, GENESIS)


def link(previous: str, row: Row) -> str:
    """The hash of an event after one with the hash `previous`: 64 hexadecimal digits."""
    return sha256(json.dumps([previous, *row]).encode()).hexdigest()


@dataclass(slots=True)
class Verdict:
    """What a look at the chain found.

    `events` is how many were looked at, `head` where they end, `faults` a sentence for each place where the chain is
    broken (at most 20), `sought` whether the hash that was asked for is in it.
    """

    events: int = 0
    head: Head = START
    faults: list[str] = field(default_factory=list)
    sought: bool = False

    @property
    def good(self) -> bool:
        return not self.faults

    def blame(self, sentence: str) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(sentence)


def verify(rows: Iterable[Row], head: Head | None = None, start: Head = START, sought: str | None = None) -> Verdict:
    """Looks at every event once, in the order of their numbers; rows hold the columns of `HASHED`, then the hash.

    `head` is where the chain ought to end, None when nobody knows; `start` is the event before the first row.
    """
    verdict = Verdict(head=start, sought=sought == start.hash)
    for *columns, found in rows:
        _look(verdict, tuple(columns), found)
        verdict.events += 1
        verdict.head = Head(columns[0], found)
        verdict.sought = verdict.sought or found == sought
    if head is not None and verdict.head != head:
        verdict.blame(_ends_elsewhere(verdict.head, head))
    return verdict


def _look(verdict: Verdict, row: Row, found: str) -> None:
    seq, before = row[0], verdict.head
    if link(before.hash, row) == found:
        return
    name = f"event {seq} ({row[1]})"
    if seq <= before.seq:
        verdict.blame(f"{name} comes after event {before.seq}: the order was changed")
    elif seq > before.seq + 1:
        missing = f"event {before.seq + 1} is" if seq == before.seq + 2 else f"events {before.seq + 1} to {seq - 1} are"
        verdict.blame(f"{missing} missing before {name}")
    else:
        verdict.blame(f"{name}, or the hash of the one before it, was changed")


def _ends_elsewhere(found: Head, head: Head) -> str:
    if found.seq < head.seq:
        return f"the trail ends with event {found.seq}, but event {head.seq} was written: the last ones are missing"
    if found.seq > head.seq:
        return f"the trail goes on to event {found.seq}, but the last that was written is event {head.seq}"
    return f"the last event, {found.seq}, has another hash than the one that was noted when it was written"
