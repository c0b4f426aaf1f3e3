"""A deal as the board and the table show it."""

from dataclasses import dataclass
from typing import Any

from backend.app.deals.schemas import DealRecord
from backend.app.kit.requests.entity_tags import etag_of
from backend.app.web.deals.days import days_in_stage, is_overdue
from backend.app.web.stored_fields import fields_of


@dataclass(frozen=True, slots=True)
class DealCard:
    """A deal with its ETag. `days` counts those in its stage; None if the deal does not say since when."""

    deal: dict[str, Any]
    etag: str
    days: int | None
    overdue: bool


def card_of(doc: str, today: str) -> DealCard:
    """Return the card of a stored deal."""
    deal = fields_of(DealRecord, doc)
    return DealCard(deal, etag_of(doc), days_in_stage(deal, today), is_overdue(deal, today))
