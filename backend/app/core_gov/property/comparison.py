"""Comparison of a property with sales: computed in a worker, stored by `service.save_comps` in a short transaction."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from backend.app.core_gov.market import service as markets
from backend.app.core_gov.market.as_of import day_of_value
from backend.app.core_gov.market.columns import date_of, day_of
from backend.app.core_gov.market.sale import sale_id as id_of_sale
from backend.app.core_gov.market.sale import seq_of
from backend.app.core_gov.market.search import service as search
from backend.app.core_gov.property.market_choice import choose_market
from backend.app.core_gov.property.schemas import CompsRequest, CompsResponse, PropertyRecord, WhyNot
from backend.app.core_gov.property.store import comps, properties
from backend.app.core_gov.property.subject import SubjectPlacement, in_market, subject_fields
from backend.app.core_gov.valuation.comps.comparison import Comparison
from backend.app.core_gov.valuation.comps.criteria import Criteria
from backend.app.core_gov.valuation.presentation import comparable_sales, compared_value, rate_used, search_step
from backend.app.core_gov.valuation.snapshot import MarketSnapshot, snapshot_of
from backend.app.kit import clock
from backend.app.kit.db import Database, Tx
from backend.app.kit.errors import BadInput, Conflict
from backend.app.kit.records import Stored

ManualSales = dict[str, list[int]]
"""Numbers of the sales that the user has pinned (`pinned`) and excluded (`excluded`)."""

MAX_PRIOR_SALES = 50
"""Maximum number of the property's own sales in a comparison."""

MANUAL_LISTS = ("pinned", "excluded")


@dataclass(frozen=True, slots=True)
class ComparisonResult:
    """Result of a comparison.

    `property_doc` is the stored document of the property when it was compared. `before` is the previously stored
    comparison, from which the pinned and excluded sales were taken.
    """

    property_id: str
    property_doc: str
    before: Stored[CompsResponse] | None
    values: dict[str, Any]


def compare(db: Database, payload: CompsRequest) -> ComparisonResult:
    """Find the comparable sales of a property as of a day. Raises NotFound, BadInput or Conflict.

    Sales pinned or excluded before stay so unless the request says otherwise.
    """
    as_of = day_of_value(payload.as_of, clock.today())
    stored, before = db.snapshot_now(_load, payload.property_id)
    manual = _manual_sales(payload, stored_manual_sales(before))
    values = {**dict(payload), "ok": True, "comps": [], "as_of": as_of}
    values |= {name: [id_of_sale(seq) for seq in seqs] for name, seqs in manual.items()}
    choice = choose_market(db, stored.fields, payload.market)
    if choice.market is None:
        values["message"] = choice.reason
    else:
        snapshot = snapshot_of(db, choice.market, day_of(date.fromisoformat(as_of)))
        (placement,) = in_market(db, snapshot, [stored.fields])
        values |= _compared_fields(db, snapshot, placement, payload, manual)
    values["notes"] = payload.notes or values["message"]
    return ComparisonResult(payload.property_id, stored.doc, before, values)


def why_not(db: Database, property_id: str, sale_id: str) -> WhyNot:
    """Explain why a sale is or is not among the last comps. Raises NotFound, BadInput or Conflict."""
    (seq,) = _numbers("sale", [sale_id])
    stored, stored_comps = db.snapshot_now(_load, property_id)
    before = stored_comps.fields if stored_comps else {}
    if before.get("market") is None:
        raise Conflict("the property was not compared with any sales yet: POST /core/property/comps does that")
    snapshot = snapshot_of(db, before["market"], day_of(date.fromisoformat(before["as_of"])))
    (placement,) = in_market(db, snapshot, [stored.fields])
    request = {name: before[name] for name in CompsRequest.model_fields if before.get(name) is not None}
    criteria = criteria_of(CompsRequest.model_validate(request))
    pinned, excluded = (frozenset(seqs) for seqs in stored_manual_sales(stored_comps).values())
    reasons = snapshot.comparer.why_not(placement.subject, criteria, seq, pinned, excluded)
    changed = _changed(before, snapshot, placement)
    return WhyNot(property_id=property_id, sale_id=sale_id, as_of=before["as_of"], reasons=[*reasons, *changed])


def _load(tx: Tx, property_id: str) -> tuple[Stored[PropertyRecord], Stored[CompsResponse] | None]:
    return properties.get(tx, property_id), comps.find(tx, property_id)


def _changed(before: dict[str, Any], snapshot: MarketSnapshot, placement: SubjectPlacement) -> Iterator[str]:
    """Yield a note for the property and for the sales if they changed since the comparison."""
    same_sales = snapshot.revision == before["data_revision"] or snapshot.fingerprint == before["data_fingerprint"]
    for what, same in (("property", subject_fields(placement.subject) == before["subject"]), ("sales", same_sales)):
        if not same:
            yield f"the {what} changed since the comparison: POST /core/property/comps compares it again"


def market_for(db: Database, fields: dict[str, Any], wanted: str | None = None) -> str | None:
    """Return the market whose sales a property is compared with, or None. Raises NotFound, BadInput or Conflict."""
    return choose_market(db, fields, wanted).market


# Request


def criteria_of(payload: CompsRequest) -> Criteria:
    """Return the default criteria of the market, narrowed by the request."""
    limits: dict[str, Any] = {}
    if "radius_km" in payload.model_fields_set:
        limits |= {"max_radius_km": float(payload.radius_km)}
    if payload.max_days is not None:
        limits |= {"max_days": payload.max_days}
    for name in ("beds", "baths"):
        wanted = getattr(payload, name)
        if wanted is not None:
            limits |= {f"min_{name}": float(wanted), f"max_{name}": float(wanted)}
    return Criteria(**limits)


def stored_manual_sales(before: Stored[CompsResponse] | None) -> ManualSales:
    """Return the pinned and excluded sales of the stored comparison."""
    fields = before.fields if before else {}
    return {name: _numbers(name, fields.get(name) or []) for name in MANUAL_LISTS}


def _manual_sales(payload: CompsRequest, stored_comps: ManualSales) -> ManualSales:
    """Merge the request's pins and exclusions with the stored ones; the request wins where they conflict."""
    sent = {name: _numbers(name, getattr(payload, name)) for name in MANUAL_LISTS if getattr(payload, name) is not None}
    conflicting = set(sent.get("pinned", ())) & set(sent.get("excluded", ()))
    if conflicting:
        raise BadInput.field("pinned", f"{id_of_sale(min(conflicting))} cannot be both pinned and excluded")
    opposite = {"pinned": sent.get("excluded", []), "excluded": sent.get("pinned", [])}
    return {
        name: sent.get(name, [seq for seq in stored_comps[name] if seq not in opposite[name]]) for name in MANUAL_LISTS
    }


def _numbers(field: str, names: Iterable[str]) -> list[int]:
    """Return the numbers of sale ids without duplicates. Raises BadInput for a text that is not a sale id."""
    found: dict[int, None] = {}
    for name in names:
        seq = seq_of(name)
        if seq is None:
            raise BadInput.field(field, f"{field}: {name} is not the id of a sale, such as sale_1042")
        found[seq] = None
    return list(found)


# Result


def _compared_fields(
    db: Database, snapshot: MarketSnapshot, placement: SubjectPlacement, payload: CompsRequest, manual: ManualSales
) -> dict[str, Any]:
    pinned, excluded = frozenset(manual["pinned"]), frozenset(manual["excluded"])
    comparison = snapshot.comparer.compare(placement.subject, criteria_of(payload), pinned, excluded)
    addresses = db.snapshot_now(markets.addresses_of, [comp.seq for comp in comparison.comps])
    return {
        "radius_km": _radius(payload, comparison),
        "market": snapshot.market.name,
        "currency": snapshot.market.currency,
        "comps": comparable_sales(comparison, snapshot.sales, addresses),
        "prior_sales": db.snapshot_now(_prior_sales, placement.subject.own_sales, snapshot.as_of),
        "value": compared_value(comparison.indicated) if comparison.indicated else None,
        "search": [search_step(step) for step in comparison.steps],
        "rates": [rate_used(rate) for rate in comparison.rates],
        "index_source": comparison.index,
        "subject": subject_fields(placement.subject),
        "placed_by": placement.placed_by,
        "cautions": [*_cautions(snapshot, placement, excluded), *comparison.notes, *comparison.warnings],
        "data_revision": snapshot.revision,
        "data_fingerprint": snapshot.fingerprint,
        "message": _message(comparison),
    }


def _prior_sales(tx: Tx, own_sales: frozenset[int] | None, as_of: int) -> list[dict[str, Any]]:
    """Return the property's own sales before a day, newest first."""
    found = search.sales_before(tx, sorted(own_sales or ()), date_of(as_of).isoformat(), MAX_PRIOR_SALES)
    return [
        {
            "sale_id": sale["id"],
            **{name: sale[name] for name in ("close_date", "price", "address", "parcel", "usable")},
            "flags": [flag["flag"] for flag in sale["flags"] if not flag["lifted"]],
        }
        for sale in found
    ]


def _radius(payload: CompsRequest, comparison: Comparison) -> float:
    """Return the requested radius, or else the radius that the search reached, so that it covers every sale found."""
    reached = comparison.steps[-1].radius_km or 0
    return payload.radius_km if "radius_km" in payload.model_fields_set else max(payload.radius_km, reached)


def _cautions(snapshot: MarketSnapshot, placement: SubjectPlacement, excluded: frozenset[int]) -> Iterator[str]:
    if placement.caution:
        yield placement.caution
    for seq in sorted(excluded):
        if not np.isin(seq, snapshot.sales.seq):
            yield f"{id_of_sale(seq)} was excluded, but {snapshot.market.name} has no such sale"


def _message(comparison: Comparison) -> str:
    count, last = len(comparison.comps), comparison.steps[-1]
    if not count:
        return comparison.notes[-1]
    return f"{count} comparable sale{'' if count == 1 else 's'}; {last.sentence}"
