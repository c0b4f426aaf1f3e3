"""Totals of a partner's deals. Pure functions."""

from collections import Counter
from decimal import Decimal
from typing import Any

from backend.app.core_gov.jv.schemas import DealSummary, DealTotal

Deal = dict[str, Any]


def summary(deal: Deal) -> DealSummary:
    return DealSummary(
        deal_id=deal["id"],
        address=deal["address"],
        status=deal["status"],
        price=deal["price"],
        arv=deal["arv"],
        currency=deal["currency"],
    )


def totals(deals: list[Deal]) -> list[DealTotal]:
    """Return the sums of price and ARV by status and currency; unknown amounts are skipped."""
    groups: dict[tuple[str, str], list[Deal]] = {}
    for deal in deals:
        groups.setdefault((deal["status"], deal["currency"]), []).append(deal)
    return [
        DealTotal(
            status=status,
            currency=currency,
            deals=len(group),
            price=_sum([deal["price"] for deal in group]),
            arv=_sum([deal["arv"] for deal in group]),
        )
        for (status, currency), group in sorted(groups.items())
    ]


def link_counts(links: list[dict[str, Any]]) -> dict[str, int]:
    return dict(sorted(Counter(link["status"] for link in links).items()))


def _sum(amounts: list[int | float | None]) -> int | float:
    """Sum in whole cents, so that ten times 0.10 is 1."""
    cents = sum(int(Decimal(repr(amount)) * 100) for amount in amounts if amount is not None)
    return cents // 100 if cents % 100 == 0 else cents / 100
