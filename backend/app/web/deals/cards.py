"""A deal as the board and the table show it."""

from dataclasses import dataclass
from typing import Any

from backend.app.deals.schemas import DealRecord
from backend.app.kit.fields import load
from backend.app.kit.requests.entity_tags import etag_of
from backend.app.web.deals.days import days_in_stage, is_overdue

_FIELDS = (
    *DealRecord.model_fields,
    *("owner", "next_action", "next_action_date", "stage_history", "lost_reason"),
    *("offer_expiry_date", "inspection_date", "financing_date"),
)


def fields_of(doc: str) -> dict[str, Any]:
    """Return the fields of a stored deal. Those that an earlier version did not have are None."""
    return dict.fromkeys(_FIELDS) | load(doc)


@dataclass(frozen=True, slots=True)
class DealCard:
    """A deal with its ETag. `days` counts those in its stage; None if the deal does not say since when."""

    deal: dict[str, Any]
    etag: str
    days: int | None
    overdue: bool


def card_of(doc: str, today: str) -> DealCard:
    """Return the card of a stored deal."""
    deal = fields_of(doc)
    return DealCard(deal, etag_of(doc), days_in_stage(deal, today), is_overdue(deal, today))
