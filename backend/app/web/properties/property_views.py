"""View of the page of one property: reads what is stored, and computes nothing but the offer."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import Field

from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.comms import service as comms
from backend.app.core_gov.comms.schemas import DraftQuery, DraftRecord
from backend.app.core_gov.market.appraisals import service as appraisals
from backend.app.core_gov.market.appraisals.schemas import AppraisalRecord
from backend.app.core_gov.property import service as property_
from backend.app.core_gov.property.schemas import CompsResponse, PropertyRecord
from backend.app.core_gov.property.subject import subject_fields, subject_of
from backend.app.core_gov.valuation.schemas import ValuationRecord
from backend.app.deals import service as deals
from backend.app.deals.schemas import DealRecord
from backend.app.kit.db import Tx
from backend.app.kit.errors import NotFound
from backend.app.kit.fields import Record, load
from backend.app.kit.query import Number
from backend.app.web.history import HistoryEntry, entries_of
from backend.app.web.notes import notes_on
from backend.app.web.properties.comps_grid import PRINTED_COMPS, comps_grid, search_sentence
from backend.app.web.properties.comps_map import comps_map
from backend.app.web.properties.estimates import factor_rows, rent_details, repair_details
from backend.app.web.properties.facts import shown_facts, summary
from backend.app.web.properties.offer import DEFAULT_SHARE, Offer, risk_limit
from backend.app.web.properties.value_history import value_history
from backend.app.web.properties.values import KINDS, sales_chart, shown_values
from backend.app.web.queries import PageQuery

CURRENCIES = {"CA": "CAD", "US": "USD"}
MAX_BESIDE = 10


class PropertyPageQuery(PageQuery):
    """Inputs of the offer, which are also computed without a script."""

    share: Number | None = Field(default=None, ge=0, le=200, description="Percent of the after-repair value")
    arv: Number | None = Field(default=None, ge=0, le=10**13)
    repairs: Number | None = Field(default=None, ge=0, le=10**13)
    fee: Number | None = Field(default=None, ge=0, le=10**13)
    loss: Number | None = Field(default=None, ge=1, le=50, description="Probability of a loss, percent")


def property_page(tx: Tx, property_id: str, query: PropertyPageQuery) -> dict[str, Any]:
    """Return everything on file about a property. Raises NotFound."""
    stored = property_.get_property(tx, property_id)
    home = whole(PropertyRecord, stored.fields)
    comparison = whole(CompsResponse, property_.get_comps(tx, property_id).fields)
    latest = (_latest(tx, property_id, kind) for kind in KINDS)
    found = [whole(ValuationRecord, each) for each in latest if each is not None]
    estimate = _optional(property_.get_repair_rent, tx, property_id)
    rating = _optional(property_.get_rating, tx, property_id)
    deal = _deal(tx, home["deal_id"])
    subject = subject_of(home)
    return {
        "home": home,
        "etag": stored.etag,
        "currency": _currency(home, comparison, found),
        "facts": shown_facts(home),
        "summary": summary(home),
        "comparison": comparison,
        "grid": comps_grid(comparison, home["country"]),
        "search": search_sentence(comparison, home["country"]),
        "printed_comps": PRINTED_COMPS,
        "places": comps_map(comparison, home),
        "caution": subject.caution,
        "values": shown_values(found, comparison, subject_fields(subject.subject)),
        "compared_before_change": bool(comparison["subject"])
        and comparison["subject"] != subject_fields(subject.subject),
        **value_history(tx, property_id),
        "sales_chart": sales_chart(comparison),
        "index_source": None,
        "offer": (offer := offer_of(query, found, estimate, deal)),
        "limit": risk_limit(offer, query.loss, _of_kind(found, "after_repair")),
        "estimate": estimate,
        "repairs": repair_details(estimate["assumptions"]) if estimate else None,
        "rent": rent_details(estimate["assumptions"]) if estimate else [],
        "rating": rating,
        "factors": factor_rows(rating["factors"]) if rating else [],
        "deal": deal,
        "messages": _messages(tx, home["deal_id"]),
        "notes": notes_on(tx, "property", property_id),
        "history": _history(tx, property_id),
        "appraisals": [
            whole(AppraisalRecord, each.fields)
            for each in appraisals.latest(tx, {"property_id": property_id}, MAX_BESIDE)
        ],
    }


def whole(model: type[Record], fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return a stored document with the defaults of the fields that an earlier version did not have."""
    return {**_defaults(model), **fields}


@cache
def _defaults(model: type[Record]) -> dict[str, Any]:
    fields = model.model_fields.items()
    return {name: field.get_default(call_default_factory=True) for name, field in fields if not field.is_required()}


def offer_of(
    query: PropertyPageQuery,
    valuations: list[dict[str, Any]],
    estimate: Mapping[str, Any] | None,
    deal: Mapping[str, Any] | None,
) -> Offer:
    """Return the offer from the query, or else from what is on file."""
    repaired = _of_kind(valuations, "after_repair")
    on_file = repaired["value"] if repaired else (deal or {}).get("arv")
    repairs = (estimate or {}).get("est_repairs")
    return Offer(
        arv=on_file if query.arv is None else query.arv,
        share=DEFAULT_SHARE if query.share is None else query.share,
        repairs=(repairs or 0) if query.repairs is None else query.repairs,
        fee=query.fee or 0,
    )


def _of_kind(valuations: list[dict[str, Any]], kind: str) -> dict[str, Any] | None:
    return next((each for each in valuations if each["kind"] == kind), None)


def _latest(tx: Tx, property_id: str, kind: str) -> dict[str, Any] | None:
    return _optional(property_.get_valuation, tx, property_id, kind)


def _optional(read: Any, tx: Tx, *args: Any) -> dict[str, Any] | None:
    """Return the fields of a record with its ETag, or None if there is none."""
    try:
        stored = read(tx, *args)
    except NotFound:
        return None
    return {**stored.fields, "etag": stored.etag}


def _currency(home: Mapping[str, Any], comparison: Mapping[str, Any], valuations: list[dict[str, Any]]) -> str:
    known = [each["currency"] for each in valuations] + [comparison["currency"]]
    return next(filter(None, known), CURRENCIES[home["country"]])


def _deal(tx: Tx, deal_id: str | None) -> dict[str, Any] | None:
    found = deals.find_deals(tx, [deal_id]) if deal_id else {}
    return {**whole(DealRecord, found[deal_id].fields), "etag": found[deal_id].etag} if deal_id in found else None


def _messages(tx: Tx, deal_id: str | None) -> list[dict[str, Any]]:
    if deal_id is None:
        return []
    return [
        whole(DraftRecord, load(doc))
        for doc in comms.list_drafts(tx, DraftQuery(deal_id=deal_id, limit=MAX_BESIDE)).docs
    ]


def _history(tx: Tx, property_id: str) -> list[HistoryEntry]:
    """Return what was done to the property itself. Comparisons are left out: their events are as large as they are."""
    filters: dict[str, str | None] = {"entity_id": property_id, "entity": "property", "outcome": "done"}
    return entries_of(audit.list_events(tx, filters, MAX_BESIDE, None).docs)
