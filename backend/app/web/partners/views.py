"""Views of partners: the table, the page of one partner, and the list of a partner's deals."""

import re
from collections.abc import Callable
from typing import Annotated, Any, get_args

from markupsafe import Markup
from pydantic import AfterValidator, Field

from backend.app.core_gov.comms import service as comms
from backend.app.core_gov.comms.schemas import SendLogQuery
from backend.app.core_gov.history.service import list_history
from backend.app.core_gov.jv import service as jv
from backend.app.core_gov.jv.partner_dashboard import PartnerDashboard
from backend.app.core_gov.jv.schemas import (
    Country,
    Language,
    LinkStatus,
    PartnerQuery,
    PartnerRecord,
    PartnerStatus,
    Role,
)
from backend.app.deals import service as deals
from backend.app.deals.schemas import Currency, DealRecord, DealStatus
from backend.app.kit import clock
from backend.app.kit.db import Tx
from backend.app.kit.fields import load
from backend.app.web.history import entries_of
from backend.app.web.joint_ventures.accounts import entries_on
from backend.app.web.notes import notes_on
from backend.app.web.pages import macro
from backend.app.web.partners.activity import deals_url, months_chart, series_of, stages_chart
from backend.app.web.queries import PageQuery
from backend.app.web.saved_views import saved_views
from backend.app.web.stored_fields import fields_of
from backend.app.web.versions import once_per_version

MAX_SHOWN = 50
"""Maximum number of links, messages or events that the page of a partner shows; the lists have all."""

MAX_LISTED = 500
"""Maximum number of links in the list of a partner's deals."""

CHOICES: dict[str, Any] = {
    "statuses": get_args(PartnerStatus),
    "roles": get_args(Role),
    "countries": get_args(Country),
    "languages": get_args(Language),
    "link_statuses": get_args(LinkStatus),
    "stages": get_args(DealStatus),
    "currencies": get_args(Currency),
}


def _month(text: str) -> str:
    if not re.fullmatch("[0-9]{4}-(0[1-9]|1[0-2])", text):
        raise ValueError("must be a month such as 2026-01")
    return text


class PartnersQuery(PageQuery, PartnerQuery):
    """Filters of the table, as the API has them."""


class PartnerDealsQuery(PageQuery):
    """Filters of the list of a partner's deals."""

    status: DealStatus | None = None
    currency: Currency | None = None
    link_status: LinkStatus | None = None
    linked: Annotated[str, AfterValidator(_month)] | None = Field(default=None, description="Month of the link (UTC)")


def listing(tx: Tx, query: PartnersQuery, issued: Callable[[str | None], str | None], reader: str) -> dict[str, Any]:
    found = jv.list_partners(tx, query.model_copy(update={"count": True}))
    return {
        "rows": [_row(doc) for doc in found.docs],
        "count": found.count,
        "saved": saved_views(tx, reader, "partners", "/app/partners", query.given),
        "next_cursor": issued(found.next_cursor),
        "filters": query,
        "query": query.given,
        **CHOICES,
    }


@once_per_version
def _row(doc: str) -> Markup:
    return macro("partners/parts/row.html", "row", fields_of(PartnerRecord, doc))


def partner(tx: Tx, partner_id: str, reader: str) -> dict[str, Any]:
    """Return a partner with links, totals, charts, messages and history. Raises NotFound."""
    stored, now = jv.get_partner(tx, partner_id), clock.now()
    dashboard = jv.dashboard(tx, partner_id)
    links = [link.model_dump() for link in dashboard.links]
    series = series_of(tx, stored.fields, links, now)
    stages, currencies = stages_chart(partner_id, dashboard.deal_totals)
    months, periods = months_chart(series, partner_id, now)
    return {
        "partner": fields_of(PartnerRecord, stored.doc),
        "etag": stored.etag,
        "dashboard": dashboard,
        "links": _shown_links(tx, links[:MAX_SHOWN]),
        "stages_chart": stages,
        "chart_currencies": currencies,
        "months_chart": months,
        "periods": periods,
        "series": series,
        "sent": _sent(tx, stored.fields),
        "others": _others(tx, stored.fields),
        "entries_on": entries_on,
        "history": entries_of(list_history(tx, reader, "partner", partner_id, MAX_SHOWN, None).docs),
        "notes": notes_on(tx, "partner", partner_id),
        "deals_url": deals_url,
        **CHOICES,
    }


def new_partner(tx: Tx) -> dict[str, Any]:
    return CHOICES


def partner_deals(tx: Tx, partner_id: str, query: PartnerDealsQuery) -> dict[str, Any]:
    """Return the links of a partner whose deals match the filters, newest first. Raises NotFound."""
    dashboard = jv.dashboard(tx, partner_id)
    wanted = _wanted(dashboard, query)
    links = [link.model_dump() for link in dashboard.links if link.deal_id in wanted and _matches(link, query)]
    return {
        "partner": dashboard.partner.model_dump(),
        "links": _shown_links(tx, links[:MAX_LISTED]),
        "count": len(links),
        "filters": query,
        "query": query.given,
        **CHOICES,
    }


def _wanted(dashboard: PartnerDashboard, query: PartnerDealsQuery) -> set[str]:
    """Return the ids of the deals that match. Without a filter on deals, those that are not on file match too."""
    if query.status is None and query.currency is None:
        return {link.deal_id for link in dashboard.links}
    return {
        deal.deal_id
        for deal in dashboard.deal_summaries
        if query.status in {None, deal.status} and query.currency in {None, deal.currency}
    }


def _matches(link: Any, query: PartnerDealsQuery) -> bool:
    is_month = query.linked is None or link.created_at.startswith(query.linked)
    return is_month and query.link_status in {None, link.status}


def _shown_links(tx: Tx, links: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return links with their deals and ETags; the deal is None if it is not on file."""
    found = deals.find_deals(tx, [link["deal_id"] for link in links])
    shown = {deal_id: fields_of(DealRecord, stored.doc) for deal_id, stored in found.items()}
    stored_links = jv.find_links(tx, [link["id"] for link in links])
    return [{**link, "etag": stored_links[link["id"]].etag, "deal": shown.get(link["deal_id"])} for link in links]


def _sent(tx: Tx, partner: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the latest messages to the verified contact details of a partner, newest first."""
    phone, email = partner.get("phone_e164"), partner.get("email_normalized")
    queries = [SendLogQuery(to_e164=phone, limit=MAX_SHOWN)] if phone else []
    queries += [SendLogQuery(to_email=email, limit=MAX_SHOWN)] if email else []
    docs = [doc for query in queries for doc in comms.list_sendlog(tx, query).docs]
    return sorted(map(load, docs), key=lambda entry: entry["sent_at"], reverse=True)[:MAX_SHOWN]


def _others(tx: Tx, partner: dict[str, Any]) -> list[dict[str, Any]]:
    """Return other partners with the same phone number or email address."""
    found: dict[str, dict[str, Any]] = {}
    queries = [PartnerQuery(phone=partner["phone"], limit=MAX_SHOWN)] if partner.get("phone") else []
    queries += [PartnerQuery(email=partner["email"], limit=MAX_SHOWN)] if partner.get("email") else []
    for query in queries:
        found |= {other["id"]: other for other in map(load, jv.list_partners(tx, query).docs)}
    return [other for other in found.values() if other["id"] != partner["id"]]
