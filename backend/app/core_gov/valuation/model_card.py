"""Model card."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Card:
    """Metadata of a trained model, without the model itself."""

    id: str
    market: str
    until: str
    version: str
    fingerprint: str
    facts: dict[str, Any]
    created_at: str
