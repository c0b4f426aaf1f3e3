"""Totals of deals by stage and currency."""

from typing import NamedTuple


class StageTotal(NamedTuple):
    """Number of deals in one stage and currency, and the sums of their known amounts in cents."""

    status: str
    currency: str
    deals: int
    price_cents: int | None
    arv_cents: int | None
