"""Hash chain of audit events, and its verification.

The hash of an event is the SHA-256 of the previous hash and all columns of the event. Changing, removing, inserting
or moving an event changes every later hash. The store records the number and hash of the last event outside the trail,
which reveals events missing at its end.

An attacker who can write to the database and has this code can rebuild the whole chain, head included. A head recorded
elsewhere (in an archive, on paper) reveals that too, because it is not part of the rebuilt chain.

Events lost with a damaged database are declared by the event of its salvage: `gaps` in its changes holds ranges of
event numbers. A fault within such a range is reported as declared and does not break the chain.
"""

import json
import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple

HASHED = (
    *("seq", "id", "at", "actor", "via", "action", "entity", "entity_id"),
    *("outcome", "detail", "request_id", "changes"),
)
"""Columns that are hashed, in order. Rows passed to `verify` have the hash after them."""

GENESIS = "0" * 64
"""Previous hash of the first event."""

UNKNOWN = "f" * 64
"""Placeholder for the hash of a last event that was lost."""

MAX_FAULTS = 20
_MAX_KEPT = 100_000
"""Maximum number of faults kept until the declared ones are known."""

GAPS = "gaps"
"""Key in the changes of a store event: the ranges of event numbers that were lost or damaged before it."""
_ACTION, _CHANGES = HASHED.index("action"), HASHED.index("changes")

HEAD_KEY = "audit_head"
"""Key of the head in the state table, in archives and in the state of a new store."""

Row = tuple[Any, ...]

_HEAD = re.compile(r"\d{1,18} [0-9a-f]{64}")


class Head(NamedTuple):
    """End of a chain: number and hash of the last event."""

    seq: int
    hash: str

    @classmethod
    def parse(cls, text: str) -> "Head":
        """Parse the form that __str__ writes. Raises ValueError."""
        if not _HEAD.fullmatch(text):
            raise ValueError("must be the number and hash of an event")
        seq, _, link = text.partition(" ")
        return cls(int(seq), link)

    def __str__(self) -> str:
        return f"{self.seq} {self.hash}"


START = Head(0, GENESIS)


def link(previous: str, row: Row) -> str:
    """Return the hash of an event that follows the hash `previous`: 64 hexadecimal digits."""
    return sha256(json.dumps([previous, *row]).encode()).hexdigest()


class ChainFault(NamedTuple):
    """A break in the chain: the first and last event number affected, and a sentence."""

    first: int
    last: int
    sentence: str


@dataclass(slots=True)
class Verdict:
    """Result of a verification.

    `events` is the number of events checked, and `head` the last of them. `faults` has a sentence for each break in the
    chain (at most 20). `declared` has the same for breaks that a later event declares lost (at most 20). `sought` tells
    if the requested hash was found. `undeclared` holds the breaks behind `faults`.
    """

    events: int = 0
    head: Head = START
    faults: list[str] = field(default_factory=list)
    declared: list[str] = field(default_factory=list)
    sought: bool = False
    undeclared: list[ChainFault] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return not self.faults

    def add_fault(self, sentence: str) -> None:
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(sentence)


def verify(rows: Iterable[Row], head: Head | None = None, start: Head = START, sought: str | None = None) -> Verdict:
    """Verify events in the order of their numbers; rows hold the columns of `HASHED` and then the hash.

    `head` is the expected end of the chain, None if unknown; `start` is the event before the first row.
    """
    verdict = Verdict(head=start, sought=sought == start.hash)
    gaps: list[tuple[int, int]] = []
    places: list[ChainFault] = []
    for *columns, found in rows:
        fault = _fault(verdict.head, tuple(columns), found)
        if fault is not None and len(places) < _MAX_KEPT:
            places.append(fault)
        gaps += _declared(columns[0], columns[_ACTION], columns[_CHANGES])
        verdict.events += 1
        verdict.head = Head(columns[0], found)
        verdict.sought = verdict.sought or found == sought
    _sort(verdict, places, gaps)
    if head is not None and verdict.head != head:
        verdict.add_fault(_head_fault(verdict.head, head))
    return verdict


def _sort(verdict: Verdict, places: list[ChainFault], gaps: list[tuple[int, int]]) -> None:
    """Split the faults into declared and undeclared ones."""
    ranges = _merged(gaps)
    starts = [first for first, _ in ranges]
    for fault in places:
        at = bisect_right(starts, fault.first) - 1
        if at < 0 or ranges[at][1] < fault.last:
            verdict.undeclared.append(fault)
            verdict.add_fault(fault.sentence)
        elif len(verdict.declared) < MAX_FAULTS:
            verdict.declared.append(fault.sentence)


def _merged(gaps: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the ranges in order, with adjacent and overlapping ones merged."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(gaps):
        if found and first <= found[-1][1] + 1:
            found[-1] = found[-1][0], max(last, found[-1][1])
        else:
            found.append((first, last))
    return found


def _declared(seq: int, action: object, changes: object) -> list[tuple[int, int]]:
    """Return the ranges of earlier events that this event declares lost."""
    if not (isinstance(action, str) and action.startswith("store.") and isinstance(changes, str)):
        return []
    try:
        gaps = json.loads(changes)[GAPS]["after"]
        return [(int(first), int(last)) for first, last in gaps if int(last) < seq]
    except (ValueError, KeyError, TypeError):
        return []


def _fault(before: Head, row: Row, found: str) -> ChainFault | None:
    """Return the fault of an event that follows `before`, or None."""
    seq = row[0]
    name = f"event {seq} ({row[1]})"
    try:
        if link(before.hash, row) == found:
            return None
    except TypeError:
        return ChainFault(seq, seq, f"{name} contains bytes, which the service never writes")
    if seq <= before.seq:
        return ChainFault(seq, seq, f"{name} follows event {before.seq}: the order was changed")
    if seq > before.seq + 1:
        missing = f"event {before.seq + 1} is" if seq == before.seq + 2 else f"events {before.seq + 1} to {seq - 1} are"
        return ChainFault(before.seq + 1, seq - 1, f"{missing} missing before {name}")
    return ChainFault(seq, seq, f"{name}, or the hash of the one before it, was changed")


def _head_fault(found: Head, head: Head) -> str:
    if found.seq < head.seq:
        return f"the trail ends with event {found.seq}, but event {head.seq} was written: the last events are missing"
    if found.seq > head.seq:
        return f"the trail continues to event {found.seq}, but the last event written is {head.seq}"
    return f"the hash of the last event, {found.seq}, is not the one recorded when it was written"
