"""What was found, and whether anything can be done about it."""

from dataclasses import dataclass
from typing import Any, Literal

Verdict = Literal["ok", "note", "bad"]
"""`note` is what someone should know, but nothing is wrong."""

MendKind = Literal["directory", "leftovers", "leases", "schema", "opening"]
"""`opening` is what opening the store does by itself: migrate, take in, rebuild, write the JSON files."""

THE_START_DOES = "the next start does"
"""The remedy for what opening the store puts right."""


@dataclass(frozen=True, slots=True)
class Mend:
    """What `valhalla doctor --fix` does about a finding: `will` ends a sentence that begins with its name."""

    kind: MendKind
    will: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `remedy` is what a person can do about it."""

    subject: str
    verdict: Verdict
    sentence: str
    remedy: str | None = None
    mend: Mend | None = None

    @property
    def line(self) -> str:
        """All there is to say: `what is wrong: what mends it`."""
        does = [f"`valhalla doctor --fix` {self.mend.will}"] if self.mend else []
        ways = does + ([self.remedy] if self.remedy else [])
        return f"{self.sentence}: {', or '.join(ways)}" if ways else self.sentence

    def as_json(self) -> dict[str, Any]:
        return {
            "subject": self.subject,
            "verdict": self.verdict,
            "sentence": self.sentence,
            "remedy": self.remedy,
            "fix": self.mend.will if self.mend else None,
        }


def ok(subject: str, sentence: str) -> Finding:
    return Finding(subject, "ok", sentence)


def note(subject: str, sentence: str, remedy: str | None = None, mend: Mend | None = None) -> Finding:
    return Finding(subject, "note", sentence, remedy, mend)


def bad(subject: str, sentence: str, remedy: str | None = None, mend: Mend | None = None) -> Finding:
    return Finding(subject, "bad", sentence, remedy, mend)
