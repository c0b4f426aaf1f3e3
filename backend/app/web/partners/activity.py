"""Charts of a partner: deals by stage and currency, messages and links over time. Each figure links to its list."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from markupsafe import Markup

from backend.app.core_gov.comms import service as comms
from backend.app.core_gov.jv.schemas import DealTotal
from backend.app.kit.db import Tx
from backend.app.web.charts.bars import Category, bars
from backend.app.web.charts.columns import ColumnPeriod, columns
from backend.app.web.deals.board import STAGES
from backend.app.web.formats import url, words

MONTHS = 12
_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def stages_chart(partner_id: str, totals: Iterable[DealTotal]) -> tuple[Markup, list[str]]:
    """Return the number of deals by stage and currency as bars, and the currencies in the order of their colors."""
    counts: Counter[tuple[str, str]] = Counter()
    for total in totals:
        counts[total.status, total.currency] += total.deals
    currencies = sorted({currency for _, currency in counts})
    categories = [
        Category(
            words(stage),
            tuple(counts[stage, currency] for currency in currencies),
            tuple(deals_url(partner_id, status=stage, currency=currency) for currency in currencies),
        )
        for stage in STAGES
    ]
    return bars("Deals by stage and currency", [f"deals in {each}" for each in currencies], categories), currencies


def deals_url(partner_id: str, **filters: str | None) -> str:
    """Return the address of the list of a partner's deals."""
    return url(f"/app/partners/{partner_id}/deals", filters)


class Series(NamedTuple):
    """Counts by month, and the recipient of the messages that are counted; None if links are counted."""

    name: str
    counts: Mapping[str, int]
    to: str | None = None


def months_chart(series: list[Series], partner_id: str, now: str) -> tuple[Markup, list[ColumnPeriod]]:
    """Return counts of the latest months (UTC) as columns, and their periods."""
    periods = [_period(partner_id, month, series) for month in latest_months(now)]
    return columns("Messages and new links by month", [each.name for each in series], periods), periods


def series_of(tx: Tx, partner: Mapping[str, Any], links: Iterable[Mapping[str, Any]], now: str) -> list[Series]:
    """Return the messages to the verified contact details of a partner, and the partner's new links, by month."""
    since, found = f"{latest_months(now)[0]}-01T00:00:00Z", []
    if phone := partner.get("phone_e164"):
        found.append(Series("messages by phone", comms.sent_by_month(tx, "to_e164", phone, since), phone))
    if email := partner.get("email_normalized"):
        found.append(Series("messages by email", comms.sent_by_month(tx, "to_email", email, since), email))
    return [*found, Series("new links", Counter(link["created_at"][:7] for link in links))]


def _period(partner_id: str, month: str, series: list[Series]) -> ColumnPeriod:
    since, until = f"{month}-01T00:00:00Z", f"{next_month(month)}-01T00:00:00Z"
    links = tuple(
        url("/app/messages/sent", {"to": each.to, "since": since, "until": until})
        if each.to
        else deals_url(partner_id, linked=month)
        for each in series
    )
    name = _NAMES[int(month[5:]) - 1]
    return ColumnPeriod(name, f"{name} {month[:4]}", tuple(each.counts.get(month, 0) for each in series), links)


def latest_months(now: str) -> list[str]:
    """Return the latest months up to a time, such as 2026-01, oldest first."""
    number = int(now[:4]) * 12 + int(now[5:7])
    return [_month(each) for each in range(number - MONTHS, number)]


def next_month(month: str) -> str:
    return _month(int(month[:4]) * 12 + int(month[5:7]))


def _month(number: int) -> str:
    return f"{number // 12:04}-{number % 12 + 1:02}"
