"""A property as a row of the table shows it."""

from dataclasses import dataclass
from typing import Any

from backend.app.core_gov.property.figures import PropertyFigures
from backend.app.kit.cents import amount_of

_CURRENCIES = {"US": "USD", "CA": "CAD"}


@dataclass(frozen=True, slots=True)
class PropertyRow:
    """A property as the table shows it. Fields that an earlier version did not have are None."""

    home: dict[str, Any]
    figures: PropertyFigures
    deal: dict[str, Any]
    last_contact: str | None

    @property
    def currency(self) -> str | None:
        return self.figures.currency or _CURRENCIES.get(self.home["country"])

    def amount(self, name: str) -> float | None:
        """Return a figure as an amount: value, arv, repairs or spread."""
        cents = getattr(self.figures, name)
        return None if cents is None else amount_of(cents)

    @property
    def next_action(self) -> str | None:
        return self.deal.get("next_action")

    @property
    def next_action_date(self) -> str | None:
        return self.deal.get("next_action_date")
