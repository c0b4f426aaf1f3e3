"""Entries and their lines. A line has a debit and a credit of the same cents, so no set of lines is unbalanced."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass


@dataclass(frozen=True, slots=True)
class JournalLine:
    """Cents that move between two accounts."""

    debit: str
    credit: str
    cents: int

    def reversed(self) -> "JournalLine":
        return JournalLine(self.credit, self.debit, self.cents)


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """Effect of one document on the books of an agreement.

    `effective_on`: the day on which it counts in the waterfall. `posted_on`: the day in the books. `reverses`: entry
    that it reverses. `seq`: number in the order of posting, 0 before it is stored. `document_digest`: digest of the
    document, empty in an entry that was read from the database.
    """

    id: str
    agreement_id: str
    source_key: str
    kind: str
    document_id: str
    effective_on: str
    posted_on: str
    reverses: str | None
    currency: str
    lines: tuple[JournalLine, ...]
    created_at: str
    created_by: str
    seq: int = 0
    document_digest: str = ""

    @property
    def digest(self) -> str:
        """Return the digest over the document, and everything that it determines."""
        content = [
            *(self.id, self.agreement_id, self.source_key, self.kind, self.document_id),
            *(self.effective_on, self.posted_on, self.reverses, self.currency),
            [astuple(line) for line in self.lines],
            self.document_digest,
        ]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def moved(lines: Sequence[JournalLine]) -> dict[str, tuple[int, int]]:
    """Return the debit and the credit that lines add to each account."""
    found: dict[str, tuple[int, int]] = {}
    for line in lines:
        debit, credit = found.get(line.debit, (0, 0))
        found[line.debit] = (debit + line.cents, credit)
        debit, credit = found.get(line.credit, (0, 0))
        found[line.credit] = (debit, credit + line.cents)
    return found
