"""Model card."""

from dataclasses import dataclass
from typing import Any

REVEALING = 0.99
"""Rank correlation with the price above which a column is likely the price in another form."""


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
    def extra_columns(self) -> list[str]:
        """Further columns that the model uses, in words."""
        columns = self.facts.get("extra_columns", [])
        return [f"{each['name']} ({each['kind']}, known for {100 * each['known']:.0f} %)" for each in columns]

    @property
    def revealing_columns(self) -> list[str]:
        """Further columns that rank the sales almost as their prices do."""
        columns = self.facts.get("extra_columns", [])
        return [each["name"] for each in columns if abs(each["rank_correlation"] or 0.0) > REVEALING]

    @property
    def age_key(self) -> tuple[str, str, str]:
        """Key by which the newest model of a market is found."""
        return self.until, self.created_at, self.id
