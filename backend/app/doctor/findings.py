"""Findings of the checks, with their remedies and fixes."""

from dataclasses import dataclass
from typing import Any, Literal

Verdict = Literal["ok", "note", "bad"]
"""`note` is for information: nothing is wrong."""

FixKind = Literal["directory", "leftovers", "leases", "schema", "list keys", "ledger", "text index", "opening"]
"""`opening` is what opening the store does by itself: migrate, adopt, rebuild, write the JSON files."""

NEXT_START_FIXES = "the next start does"
"""Remedy for faults that opening the store fixes."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """Fix that `valhalla doctor --fix` applies. `will` completes a sentence that begins with that command."""

    kind: FixKind
    will: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Result of one check. `remedy` is what a person can do about it."""

    subject: str
    verdict: Verdict
    sentence: str
    remedy: str | None = None
    fix: Remedy | None = None

    @property
    def line(self) -> str:
        """Return the whole finding as `sentence: remedies`."""
        does = [f"`valhalla doctor --fix` {self.fix.will}"] if self.fix else []
        ways = does + ([self.remedy] if self.remedy else [])
        return f"{self.sentence}: {', or '.join(ways)}" if ways else self.sentence

    def as_json(self) -> dict[str, Any]:
        return {
            "subject": self.subject,
            "verdict": self.verdict,
            "sentence": self.sentence,
            "remedy": self.remedy,
            "fix": self.fix.will if self.fix else None,
        }


def ok(subject: str, sentence: str) -> Finding:
    return Finding(subject, "ok", sentence)


def note(subject: str, sentence: str, remedy: str | None = None, fix: Remedy | None = None) -> Finding:
    return Finding(subject, "note", sentence, remedy, fix)


def bad(subject: str, sentence: str, remedy: str | None = None, fix: Remedy | None = None) -> Finding:
    return Finding(subject, "bad", sentence, remedy, fix)
