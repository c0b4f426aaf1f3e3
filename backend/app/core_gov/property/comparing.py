"""Comparing a property with sales: read and computed in a worker, stored by `service.save_comps` in a short unit."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from backend.app.core_gov.market import service as markets
from backend.app.core_gov.market.columns import day_of
from backend.app.core_gov.market.sale import seq_of
from backend.app.core_gov.market.shelf import sales_of
from backend.app.core_gov.property.schemas import NO_SALES, CompsRequest, WhyNot
from backend.app.core_gov.property.store import comps, properties
from backend.app.core_gov.property.subjects import Placed, described, subject_of
from backend.app.core_gov.valuation.basis import Basis, basis_of
from backend.app.core_gov.valuation.criteria import Criteria
from backend.app.core_gov.valuation.wording import comparable_sale, compared_value, rate_used, search_step, sources_said
from backend.app.kit import clock
from backend.app.kit.db import Database, Tx
from backend.app.kit.errors import BadInput, Conflict
from backend.app.kit.fields import values_of

NEAR_DEGREES = 1.0
"""A market without a sale so near, in degrees of latitude, is not the market of a property."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What a comparison found; `property_doc` is the property as it was compared."""

    property_id: str
    property_doc: str
    values: dict[str, Any]


def compare(db: Database, payload: CompsRequest) -> Compared:
    """Finds the comparable sales of a property as of a day; raises NotFound, BadInput.

    Sales that were pinned or excluded before stay so unless the request says otherwise.
    """
    stored, before = db.snapshot_now(_read, payload.property_id)
    fields = stored.fields
    hands = _hands(payload, before)
    values: dict[str, Any] = {
        **dict(payload), "ok": True, "comps": [], "pinned": hands["pinned"], "excluded": hands["excluded"],
        "as_of": payload.as_of or clock.now()[:10],
    }  # fmt: skip
    market = market_for(db, fields, payload.market)
    if market is None:
        values |= {"message": NO_SALES, "notes": payload.notes or NO_SALES}
        return Compared(payload.property_id, stored.doc, values)
    basis = basis_of(db, market, day_of(date.fromisoformat(values["as_of"])))
    found = _found(db, basis, subject_of(fields), criteria_of(payload), _seqs(hands))
    values |= found
    values["notes"] = payload.notes or values["message"]
    return Compared(payload.property_id, stored.doc, values)


def why_not(db: Database, property_id: str, sale_id: str) -> WhyNot:
    """Why a sale is not among the comps of the last comparison, or that it is; raises NotFound, BadInput, Conflict."""
    stored, before = db.snapshot_now(_read, property_id)
    if before is None or before.get("market") is None:
        raise Conflict("the property was not compared with any sales yet: POST /core/property/comps does that")
    basis = basis_of(db, before["market"], day_of(date.fromisoformat(before["as_of"])))
    payload = CompsRequest.model_validate({name: before[name] for name in CompsRequest.model_fields if name in before})
    asked = {name: value for name, value in values_of(payload).items() if value is not None}
    criteria = criteria_of(CompsRequest.model_validate(asked))
    seq = _seqs({"sale_id": [sale_id]})["sale_id"][0]
    pinned, excluded = hands_on(before)
    reasons = basis.comparer.why_not(subject_of(stored.fields).subject, criteria, seq, pinned, excluded)
    return WhyNot(property_id=property_id, sale_id=sale_id, as_of=before["as_of"], reasons=list(reasons))


def _read(tx: Tx, property_id: str) -> tuple[Any, dict[str, Any] | None]:
    stored = properties.get(tx, property_id)
    kept = comps.find(tx, property_id)
    return stored, kept.fields if kept else None


# Which market


def market_for(db: Database, fields: dict[str, Any], wanted: str | None = None) -> str | None:
    """The market whose sales a property is compared with: the one that is named, else the nearest of its country.

    Raises NotFound for a name that is on no file, BadInput for a market of another country.
    """
    name = wanted or fields.get("market")
    known = {record.name: record for record in db.snapshot_now(markets.every_market)}
    if name is not None:
        record = known.get(name) or db.snapshot_now(markets.get_market, name)
        if record.country != fields["country"]:
            raise BadInput.field(
                "market", f"the market {name} is in {record.country}, the property in {fields['country']}"
            )
        return str(name)
    here = [each.name for each in known.values() if each.country == fields["country"]]
    if len(here) <= 1:
        return here[0] if here else None
    subject = subject_of(fields).subject
    away = {name: _degrees_away(db, name, subject.latitude, subject.longitude) for name in here}
    nearest = min(here, key=lambda name: (away[name], name))
    return nearest if away[nearest] <= NEAR_DEGREES else None


def _degrees_away(db: Database, market: str, latitude: float, longitude: float) -> float:
    sales = sales_of(db, market).sales
    east = (sales.longitude - longitude) * np.cos(np.radians(latitude))
    away = np.hypot(sales.latitude - latitude, east)
    away = away[np.isfinite(away)]
    return float(away.min()) if len(away) else float("inf")


# What is asked for


def criteria_of(payload: CompsRequest) -> Criteria:
    """The market's standard, within what the request says."""
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


def _kept(before: dict[str, Any] | None) -> dict[str, list[str]]:
    return {name: (before or {}).get(name) or [] for name in ("pinned", "excluded")}


def _hands(payload: CompsRequest, before: dict[str, Any] | None) -> dict[str, list[str]]:
    """The sales that a person put in or out: as the request has it, else as they were."""
    kept = _kept(before)
    chosen = {name: getattr(payload, name) if getattr(payload, name) is not None else kept[name] for name in kept}
    both = sorted(set(chosen["pinned"]) & set(chosen["excluded"]))
    if both:
        raise BadInput.field("pinned", f"{both[0]} cannot be both pinned and excluded")
    return chosen


def hands_on(before: dict[str, Any] | None) -> tuple[frozenset[int], frozenset[int]]:
    """The sales that a person has put in and out of the comparison on file."""
    return _sets(_seqs(_kept(before)))


def _seqs(names: dict[str, list[str]]) -> dict[str, list[int]]:
    """The numbers of sales; raises BadInput for a name that is none of a sale."""
    found: dict[str, list[int]] = {}
    for field, sales in names.items():
        numbers = [seq_of(name) for name in sales]
        for name, number in zip(sales, numbers, strict=True):
            if number is None:
                raise BadInput.field(field, f"{field}: {name} is not the id of a sale, such as sale_1042")
        found[field] = [number for number in numbers if number is not None]
    return found


def _sets(seqs: dict[str, list[int]]) -> tuple[frozenset[int], frozenset[int]]:
    return frozenset(seqs["pinned"]), frozenset(seqs["excluded"])


# What is found


def _found(
    db: Database, basis: Basis, placed: Placed, criteria: Criteria, seqs: dict[str, list[int]]
) -> dict[str, Any]:
    comparison = basis.comparer.compare(placed.subject, criteria, *_sets(seqs))
    addresses = db.snapshot_now(markets.addresses_of, [comp.seq for comp in comparison.comps])
    said = sources_said(comparison)
    cautions = [*([placed.caution] if placed.caution else []), *comparison.notes, *comparison.warnings]
    return {
        "market": basis.market.name,
        "currency": basis.market.currency,
        "comps": [
            comparable_sale(comp, basis.sales, addresses.get(comp.seq), said).model_dump() for comp in comparison.comps
        ],
        "value": compared_value(comparison.worth).model_dump() if comparison.worth else None,
        "search": [search_step(step).model_dump() for step in comparison.steps],
        "rates": [rate_used(rate).model_dump() for rate in comparison.rates],
        "index_source": comparison.index,
        "subject": described(placed.subject),
        "placed_by": placed.placed_by,
        "cautions": cautions,
        "data_revision": basis.revision,
        "data_fingerprint": basis.fingerprint,
        "message": _message(comparison.steps[-1].sentence if comparison.steps else "", len(comparison.comps)),
    }


def _message(searched: str, count: int) -> str:
    if count == 0:
        return f"no sale can be compared with: {searched}; a person's limits may be too tight, or sales are missing"
    return f"{count} comparable sale{'' if count == 1 else 's'}; {searched}"
