"""Views of deals: the table, and the page of one deal."""

from collections.abc import Callable
from typing import Any

from backend.app.core_gov.comms import service as comms
from backend.app.core_gov.jv import service as jv
from backend.app.core_gov.property import service as property_
from backend.app.deals import service as deals
from backend.app.deals.schemas import DealQuery
from backend.app.kit import clock
from backend.app.kit.db import Tx
from backend.app.kit.errors import NotFound
from backend.app.kit.fields import load
from backend.app.web.deals.board import STAGES, STRATEGIES
from backend.app.web.deals.cards import card_of, spread
from backend.app.web.queries import PageQuery

MAX_SHOWN = 20
"""Maximum number of messages or links that the page of a deal shows; the lists have all."""


class DealsQuery(PageQuery, DealQuery):
    """Filters of the table, as the API has them."""


def table(tx: Tx, query: DealsQuery, issued: Callable[[str | None], str | None]) -> dict[str, Any]:
    found = deals.list_deals(tx, query.filters, query.limit, query.cursor)
    today = clock.today()
    return {
        "cards": [card_of(doc, today) for doc in found.docs],
        "spread": spread,
        "next_cursor": issued(found.next_cursor),
        "filters": query,
        "query": query.given,
        "stages": STAGES,
        "strategies": STRATEGIES,
    }


def deal(tx: Tx, deal_id: str) -> dict[str, Any]:
    """Return a deal with what refers to it. Raises NotFound."""
    stored = deals.get_deal(tx, deal_id)
    card = card_of(stored.doc, clock.today())
    return {"card": card, "deal": card.deal, "spread": spread(card.deal), **_references(tx, deal_id, card.deal)}


def _references(tx: Tx, deal_id: str, deal: dict[str, Any]) -> dict[str, Any]:
    links = [load(doc) for doc in jv.list_links(tx, {"deal_id": deal_id}, MAX_SHOWN, None).docs]
    return {
        "property": _property(tx, deal.get("property_id")),
        "links": [{**link, "partner": _partner(tx, link["partner_id"])} for link in links],
        "drafts": [load(doc) for doc in comms.list_drafts(tx, {"deal_id": deal_id}, MAX_SHOWN, None).docs],
        "sent": [load(doc) for doc in comms.list_sendlog(tx, {"deal_id": deal_id}, MAX_SHOWN, None).docs],
    }


def _property(tx: Tx, property_id: str | None) -> dict[str, Any] | None:
    try:
        return property_.get_property(tx, property_id).document if property_id else None
    except NotFound:
        return None


def _partner(tx: Tx, partner_id: str) -> dict[str, Any] | None:
    try:
        return jv.get_partner(tx, partner_id).document
    except NotFound:
        return None
