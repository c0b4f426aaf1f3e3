"""Cards of the board, and what is computed from a deal for people: days in its stage, days left, spread."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from backend.app.deals.schemas import DealRecord
from backend.app.kit.cents import amount_of, cents_of
from backend.app.kit.clock import local_day
from backend.app.kit.fields import load
from backend.app.kit.requests.entity_tags import etag_of

Deal = dict[str, Any]

_FIELDS = (*DealRecord.model_fields, "owner", "next_action", "next_action_date", "stage_history")


def fields_of(doc: str) -> Deal:
    """Return the fields of a stored deal. Those that an earlier version did not have are None."""
    return dict.fromkeys(_FIELDS) | load(doc)


@dataclass(frozen=True, slots=True)
class DealCard:
    """A deal on the board. `days` counts those in its stage; None if the deal does not say since when."""

    deal: Deal
    etag: str
    days: int | None
    overdue: bool


def card_of(doc: str, today: str) -> DealCard:
    """Return the card of a stored deal."""
    deal = fields_of(doc)
    return DealCard(deal, etag_of(doc), days_in_stage(deal, today), is_overdue(deal.get("next_action_date"), today))


def days_in_stage(deal: Deal, today: str) -> int | None:
    """Return the days since the deal entered its stage, in the company's time zone; None if that is not known."""
    history = deal.get("stage_history")
    return max(0, days_between(local_day(history[-1]["at"]), today)) if history else None


def days_between(start: str, end: str) -> int:
    """Return the days from one ISO date to another, negative if the other is earlier."""
    return (date.fromisoformat(end) - date.fromisoformat(start)).days


def is_overdue(day: str | None, today: str) -> bool:
    return day is not None and day < today


def spread(deal: Deal) -> int | float | None:
    """Return the after-repair value minus price and repairs; None if value or price is not known."""
    if deal.get("arv") is None or deal.get("price") is None:
        return None
    return amount_of(cents_of(deal["arv"]) - cents_of(deal["price"]) - cents_of(deal.get("est_repairs") or 0))
