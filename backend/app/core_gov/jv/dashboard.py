"""Totals of a partner's deals. Pure functions."""

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, get_args

from backend.app.core_gov.jv.schemas import DealSummary, DealTotal, LinkStatus

Deal = dict[str, Any]

LINK_STATUSES: tuple[LinkStatus, ...] = get_args(LinkStatus)
"""Statuses of a link, the most current first."""


def summary(deal: Deal) -> DealSummary:
    return DealSummary(
        deal_id=deal["id"],
        address=deal["address"],
        status=deal["status"],
        price=deal["price"],
        arv=deal["arv"],
        currency=deal["currency"],
    )


def link_statuses(links: Iterable[Mapping[str, Any]]) -> dict[str, LinkStatus]:
    """Return the status of each deal's most current link, by deal id."""
    found: dict[str, LinkStatus] = {}
    for link in links:
        known = found.setdefault(link["deal_id"], link["status"])
        found[link["deal_id"]] = min(known, link["status"], key=LINK_STATUSES.index)
    return found


def totals(deals: Iterable[Deal], linked: Mapping[str, LinkStatus]) -> list[DealTotal]:
    """Return the sums of price and ARV by link status, deal status and currency; unknown amounts are skipped.

    `linked` is the link status of each deal by its id.
    """
    groups: dict[tuple[int, str, str], list[Deal]] = {}
    for deal in deals:
        rank = LINK_STATUSES.index(linked[deal["id"]])
        groups.setdefault((rank, deal["status"], deal["currency"]), []).append(deal)
    return [
        DealTotal(
            link_status=LINK_STATUSES[rank],
            status=status,
            currency=currency,
            deals=len(group),
            price=_sum([deal["price"] for deal in group]),
            arv=_sum([deal["arv"] for deal in group]),
        )
        for (rank, status, currency), group in sorted(groups.items())
    ]


def link_counts(links: list[dict[str, Any]]) -> dict[str, int]:
    return dict(sorted(Counter(link["status"] for link in links).items()))


def _sum(amounts: list[int | float | None]) -> int | float:
    """Sum in whole cents, so that ten times 0.10 is 1."""
    cents = sum(int(Decimal(repr(amount)) * 100) for amount in amounts if amount is not None)
    return cents // 100 if cents % 100 == 0 else cents / 100
