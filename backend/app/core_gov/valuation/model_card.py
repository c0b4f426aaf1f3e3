"""What is said of a trained model."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Card:
    """What is known of a trained model without reading it."""

    id: str
    market: str
    until: str
    version: str
    fingerprint: str
    facts: dict[str, Any]
    created_at: str
