"""Decision of the send gate."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from backend.app.core_gov.comms.gate.request import GateOverride
from backend.app.core_gov.comms.gate.rules import RuleOrigin

GateOutcome = Literal["send", "wait", "ask", "refuse"]
SEVERITY: tuple[GateOutcome, ...] = ("send", "wait", "ask", "refuse")
"""Outcomes from the mildest to the strictest. The strictest reason decides."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule's part in a decision: its outcome, its name, a sentence for people, and its source."""

    outcome: GateOutcome
    rule: str
    sentence: str
    source: str

    @property
    def full_sentence(self) -> str:
        """The sentence with the name of the rule and its source."""
        return f"{self.sentence} ({self.rule}: {self.source})"


@dataclass(frozen=True, slots=True)
class GateDecision:
    """Outcome of the gate, and the reasons for it, the strictest first.

    `until`: for wait, the first permitted time, None if the wait is not for a time. `window_end`: for send, when the
    permission ends, None if that is more than a day away. `too_late`: the wait would end after `not_after`.
    `overrides`: the overrides that the decision needed.
    """

    outcome: GateOutcome
    reasons: tuple[Reason, ...]
    until: datetime | None = None
    window_end: datetime | None = None
    too_late: bool = False
    overrides: tuple[GateOverride, ...] = ()

    @property
    def reason(self) -> Reason:
        """Return the reason that decided."""
        return self.reasons[0]

    @property
    def sentence(self) -> str:
        """The reason that decided, with the name of its rule and the source."""
        return self.reason.full_sentence


def reason(outcome: GateOutcome, origin: RuleOrigin, sentence: str) -> Reason:
    """Return a reason with the name and the source of its rule."""
    return Reason(outcome, origin.name, sentence, origin.source)


def strictest_first(reasons: list[Reason]) -> tuple[Reason, ...]:
    """Return the reasons ordered by outcome; equal ones keep their order."""
    return tuple(sorted(reasons, key=lambda each: SEVERITY.index(each.outcome), reverse=True))
