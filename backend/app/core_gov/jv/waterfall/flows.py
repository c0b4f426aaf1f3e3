"""Flows of a joint venture: contributions, and distributions as they were paid."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Contribution:
    """Capital that a partner paid in. `on` is the day on which it counts."""

    on: date
    partner: str
    cents: int


@dataclass(frozen=True, slots=True)
class Distribution:
    """A distribution with the cents that each partner was paid under each tier, in the order of the tiers."""

    on: date
    tiers: tuple[Mapping[str, int], ...]


Flow = Contribution | Distribution
