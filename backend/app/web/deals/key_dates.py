"""Key dates of a deal, with the days left. Pure functions."""

from dataclasses import dataclass
from typing import Any

from backend.app.web.deals.days import days_between

_DATES = (
    ("offer_date", "Offer", False),
    ("offer_expiry_date", "Offer expires", True),
    ("contract_date", "Contract", False),
    ("inspection_date", "Inspection", True),
    ("financing_date", "Financing", True),
    ("close_date", "Closing", True),
)
"""Field, name, and whether it is a deadline."""

OPEN = frozenset({"lead", "analyzing", "offered", "under_contract"})
"""Stages of a deal that is still going on."""


@dataclass(frozen=True, slots=True)
class KeyDate:
    """A key date. `days` is None if it does not matter anymore; `overdue`: a deadline of an open deal has passed."""

    name: str
    day: str
    days: int | None
    overdue: bool


def key_dates(deal: dict[str, Any], today: str) -> list[KeyDate]:
    """Return the known key dates in order."""
    found = [_key_date(deal, today, *each) for each in _DATES if deal.get(each[0])]
    return sorted(found, key=lambda each: each.day)


def _key_date(deal: dict[str, Any], today: str, field: str, name: str, deadline: bool) -> KeyDate:
    days = days_between(today, deal[field])
    matters = deal["status"] in OPEN and (deadline or days >= 0)
    return KeyDate(name, deal[field], days if matters else None, matters and days < 0)
