"""Rows of the table of properties: each with its figures, and with what is known of its deal."""

from dataclasses import dataclass
from typing import Any

from backend.app.core_gov.comms import service as comms
from backend.app.core_gov.property.figures import PropertyFigures, find_figures
from backend.app.core_gov.property.schemas import PropertyRecord
from backend.app.deals import service as deals
from backend.app.kit.cents import amount_of
from backend.app.kit.db import Tx
from backend.app.kit.fields import load

_UNKNOWN: dict[str, Any] = dict.fromkeys((*PropertyRecord.model_fields, "owner"))
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


def rows_of(tx: Tx, docs: list[str]) -> list[PropertyRow]:
    """Return the rows of stored properties, with one statement for the figures, one for the deals, one for messages."""
    homes = [_UNKNOWN | load(doc) for doc in docs]
    figures = find_figures(tx, [home["id"] for home in homes])
    deal_ids = sorted({home["deal_id"] for home in homes if home["deal_id"]})
    found = deals.find_deals(tx, deal_ids)
    contacts = comms.last_contacts(tx, deal_ids)
    return [
        PropertyRow(
            home,
            figures.get(home["id"], PropertyFigures()),
            found[home["deal_id"]].document if home["deal_id"] in found else {},
            contacts.get(home["deal_id"]),
        )
        for home in homes
    ]
