"""Figures of properties: the latest value as is, the latest after-repair value, and the estimated repairs, in cents.

They are stored next to the keys of the list of properties, which is sorted and filtered by them. They are derived from
valuations, made by people or computed on a schedule, and from estimates, in the unit of work that writes these.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, NamedTuple

from backend.app.core_gov.property import store
from backend.app.core_gov.property.scheduled_valuations.store import LatestValue, following, latest
from backend.app.core_gov.property.store import repair_rent, valuations
from backend.app.core_gov.valuation.schemas import Kind, ValuationRecord
from backend.app.kit import derived_fields
from backend.app.kit.db import ReadSnapshot, Tx
from backend.app.kit.lists.columns import Key, cents_key
from backend.app.kit.lists.keys import as_document


@dataclass(frozen=True, slots=True)
class PropertyFigures:
    """Figures of a property in cents; None if unknown. `currency` is that of its latest valuation."""

    value: int | None = None
    arv: int | None = None
    repairs: int | None = None
    currency: str | None = None

    def of_kind(self, kind: Kind) -> int | None:
        """Return the latest value of a kind."""
        return self.value if kind == "as_is" else self.arv

    @property
    def spread(self) -> int | None:
        """ARV less the value as is and the repairs; None if one of them is unknown."""
        if self.value is None or self.arv is None or self.repairs is None:
            return None
        return self.arv - self.value - self.repairs


def find_figures(tx: Tx, property_ids: list[str]) -> dict[str, PropertyFigures]:
    """Return the figures of those of the properties that exist, by id."""
    return {key: PropertyFigures(*figures) for key, *figures in store.figures(tx, property_ids)}


def put_value(tx: Tx, record: ValuationRecord) -> None:
    """Store the value of a property's latest valuation of a kind."""
    _valuation(tx, {name: getattr(record, name) for name in ("property_id", "kind", "value", "currency")})


def put_repairs(tx: Tx, property_id: str, amount: Any) -> None:
    """Store the estimated repairs of a property."""
    store.put_repairs(tx, property_id, cents_key(amount))


def computed_keys(snapshot: ReadSnapshot, property_ids: list[str]) -> dict[str, dict[str, Key]]:
    """Return the figures of some properties by column, from their valuations of both kinds and their estimates."""
    found: dict[str, dict[str, Key]] = {key: {} for key in property_ids}
    for figure in _in_order(store.valuations_of(snapshot, property_ids), latest(snapshot, property_ids)):
        if figure.kind in store.VALUE_COLUMNS:
            found[figure.property_id] |= {
                store.VALUE_COLUMNS[figure.kind]: figure.cents,
                "currency": figure.currency,
            }
    for doc in store.estimates_of(snapshot, property_ids):
        estimate = as_document(doc)
        if (property_id := estimate.get("property_id")) in found:
            found[property_id]["repairs_cents"] = cents_key(estimate.get("est_repairs"))
    return found


class _Figure(NamedTuple):
    property_id: str
    kind: str
    cents: int
    currency: str
    created_at: str


def _in_order(docs: Iterable[str], scheduled: Iterable[LatestValue]) -> list[_Figure]:
    """Return the figures of valuations made by people and of values computed on a schedule, oldest first."""
    made = [figure for doc in docs if (figure := _figure(as_document(doc))) is not None]
    computed = [_Figure(each.property_id, each.kind, each.value, each.currency, each.created_at) for each in scheduled]
    return sorted([*made, *computed], key=attrgetter("created_at"))


def _figure(found: dict[str, Any]) -> _Figure | None:
    """Return the figure of a valuation; None if the document was damaged by hand."""
    property_id, kind, value, currency = (found.get(name) for name in ("property_id", "kind", "value", "currency"))
    cents = cents_key(round(value, 2)) if isinstance(value, int | float) else None
    if cents is None or not (isinstance(kind, str) and isinstance(property_id, str) and isinstance(currency, str)):
        return None
    return _Figure(property_id, kind, cents, currency, str(found.get("created_at") or ""))


def _valuation(tx: Tx, found: dict[str, Any]) -> None:
    if (figure := _figure(found)) is not None:
        store.put_value(tx, *figure[:4])


_BATCH = 100
"""Rows of values computed on a schedule per transaction. All valuations of their properties are read."""


def _scheduled_batch(tx: Tx, after: int) -> derived_fields.Batch:
    """Put the newest values of properties that have values computed on a schedule."""
    rows = following(tx, after, _BATCH)
    keys = [*dict.fromkeys(property_id for _, property_id in rows)]
    for figure in _in_order(store.every_valuation_of(tx, keys), latest(tx, keys)):
        store.put_value(tx, *figure[:4])
    return derived_fields.Batch(rows[-1][0] if len(rows) == _BATCH else None, 0)


def _estimate(tx: Tx, found: dict[str, Any]) -> None:
    if isinstance(property_id := found.get("property_id"), str):
        put_repairs(tx, property_id, found.get("est_repairs"))


FIGURES = (
    derived_fields.from_records("property_figures.values", valuations, 1, _valuation),
    derived_fields.DerivedFields("property_figures.scheduled", None, 1, _scheduled_batch),
    derived_fields.from_records("property_figures.repairs", repair_rent, 1, _estimate),
)
"""Rules of the figures. They need the rows of the properties, so they come after the rule of the keys.

The second corrects what the first has put. A new version of the first needs a new version of the second.
"""
