"""Flows of a joint venture: contributions, and distributions as they were paid."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Contribution:
    """Capital that a partner paid in. `on` is the day on which it counts. Negative cents give back an earlier one."""

    on: date
    partner: str
    cents: int


@dataclass(frozen=True, slots=True)
class Distribution:
    """A distribution with the cents that each partner was paid under each tier, in the order of the tiers.

    The cents are negative if it gives back an earlier one.
    """

    on: date
    tiers: tuple[Mapping[str, int], ...]

    @property
    def cents(self) -> int:
        """Return the cents of all tiers."""
        return sum(sum(by_partner.values()) for by_partner in self.tiers)

    def together_with(self, other: "Distribution") -> "Distribution":
        """Return both distributions, which are of the same day and under the same terms, as one."""
        tiers = []
        for mine, others in zip(self.tiers, other.tiers, strict=True):
            tiers.append({each: mine.get(each, 0) + others.get(each, 0) for each in (*mine, *others)})
        return Distribution(self.on, tuple(tiers))


Flow = Contribution | Distribution
