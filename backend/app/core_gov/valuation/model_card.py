"""Model card."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Card:
    """Metadata of a trained model, without the model itself.

    `in_use`: whether values may use it. `comparison`: fields of `CandidateComparison`, if it was compared when trained.
    """

    id: str
    market: str
    until: str
    version: str
    fingerprint: str
    facts: dict[str, Any]
    created_at: str
    in_use: bool = True
    comparison: dict[str, Any] | None = None

    @property
    def age_key(self) -> tuple[str, str, str]:
        """Key by which the newest model of a market is found."""
        return self.until, self.created_at, self.id
