"""Views of deals: the table, and the page of one deal."""

from collections.abc import Callable
from typing import Any, get_args

from markupsafe import Markup
from pydantic import Field

from backend.app.core_gov.comms import service as comms
from backend.app.core_gov.comms.schemas import DraftQuery, SendLogQuery
from backend.app.core_gov.history.service import list_history
from backend.app.core_gov.jv import service as jv
from backend.app.core_gov.jv.schemas import DealLinkQuery
from backend.app.core_gov.property import service as property_
from backend.app.deals import service as deals
from backend.app.deals.schemas import Currency, DealQuery
from backend.app.kit import clock
from backend.app.kit.db import Tx
from backend.app.kit.errors import NotFound
from backend.app.kit.fields import load
from backend.app.kit.query import Number
from backend.app.kit.requests.entity_tags import etag_of
from backend.app.web.deals.board import STAGES, STRATEGIES
from backend.app.web.deals.cards import card_of
from backend.app.web.deals.figures import DEFAULT_SHARE, maximum_offer, spread
from backend.app.web.deals.key_dates import key_dates
from backend.app.web.history import entries_of
from backend.app.web.joint_ventures.views import agreements_of_deal
from backend.app.web.notes import notes_on
from backend.app.web.pages import NotOnFile, macro
from backend.app.web.queries import PageQuery
from backend.app.web.saved_views import saved_views
from backend.app.web.versions import once_per_version

MAX_SHOWN = 50
"""Maximum number of links, messages or events that the page of a deal shows; the lists have all."""


MAX_ID = 200
"""Maximum length of an id in a record. Longer ones in an address are of no record."""


class DealsQuery(PageQuery, DealQuery):
    """Filters of the table, as the API has them."""


class DealPageQuery(PageQuery):
    """Choices on the page of a deal."""

    share: Number = Field(default=DEFAULT_SHARE, ge=1, le=100)


def table(tx: Tx, query: DealsQuery, issued: Callable[[str | None], str | None], reader: str) -> dict[str, Any]:
    found = deals.list_deals(tx, query.model_copy(update={"count": True}))
    today = clock.today()
    return {
        "rows": [_row(doc, today) for doc in found.docs],
        "count": found.count,
        "saved": saved_views(tx, reader, "deals", "/app/deals/table", query.given),
        "next_cursor": issued(found.next_cursor),
        "filters": query,
        "query": query.given,
        "stages": STAGES,
        "strategies": STRATEGIES,
    }


@once_per_version
def _row(doc: str, today: str) -> Markup:
    card = card_of(doc, today)
    return macro("deals/parts/row.html", "row", card, spread(card.deal))


def deal(tx: Tx, deal_id: str, query: DealPageQuery, reader: str) -> dict[str, Any]:
    """Return a deal with what refers to it. Raises NotFound, and NotOnFile if other records refer to it."""
    try:
        stored = deals.get_deal(tx, deal_id)
    except NotFound:
        _check_references(tx, deal_id)
        raise
    today = clock.today()
    card = card_of(stored.doc, today)
    return {
        "card": card,
        "deal": card.deal,
        "spread": spread(card.deal),
        "share": query.share,
        "maximum_offer": maximum_offer(card.deal, query.share),
        "dates": key_dates(card.deal, today),
        "stage_times": deals.stages_of_deal(tx, deal_id),
        "property": _property(tx, card.deal["property_id"]),
        "agreements": agreements_of_deal(tx, deal_id),
        "history": entries_of(list_history(tx, reader, "deal", deal_id, MAX_SHOWN, None).docs),
        "notes": notes_on(tx, "deal", deal_id),
        **_references(tx, deal_id),
        **CHOICES,
    }


CHOICES: dict[str, Any] = {"stages": STAGES, "strategies": STRATEGIES, "currencies": get_args(Currency)}


def new_deal(tx: Tx) -> dict[str, Any]:
    return CHOICES


def _check_references(tx: Tx, deal_id: str) -> None:
    """Raise NotOnFile if records refer to a deal that does not exist."""
    if len(deal_id) > MAX_ID:
        return
    references = _references(tx, deal_id)
    if any(references.values()):
        raise NotOnFile("deals/missing.html", {"deal_id": deal_id, **references})


def _references(tx: Tx, deal_id: str) -> dict[str, Any]:
    """Return the properties, links and messages of a deal, newest first. The deal need not be on file."""
    links = jv.list_links(tx, DealLinkQuery(deal_id=deal_id, limit=MAX_SHOWN)).docs
    return {
        "homes": property_.properties_of_deal(tx, deal_id, MAX_SHOWN),
        "links": [_link(tx, doc) for doc in links],
        "drafts": _unsent(comms.list_drafts(tx, DraftQuery(deal_id=deal_id, limit=MAX_SHOWN)).docs),
        "sent": [load(doc) for doc in comms.list_sendlog(tx, SendLogQuery(deal_id=deal_id, limit=MAX_SHOWN)).docs],
    }


def _link(tx: Tx, doc: str) -> dict[str, Any]:
    link = load(doc)
    try:
        partner = jv.get_partner(tx, link["partner_id"]).document
    except NotFound:
        partner = None
    return {**link, "etag": etag_of(doc), "partner": partner}


def _unsent(docs: list[str]) -> list[dict[str, Any]]:
    """Return the drafts that are not in the send log."""
    return [draft for draft in map(load, docs) if draft["status"] in {"draft", "ready"}]


def _property(tx: Tx, property_id: str | None) -> dict[str, Any] | None:
    try:
        return property_.get_property(tx, property_id).document if property_id else None
    except NotFound:
        return None
