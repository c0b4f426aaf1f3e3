"""Figures of properties: the latest value as is, the latest after-repair value, and the estimated repairs, in cents.

They are stored next to the keys of the list of properties, which is sorted and filtered by them. They are derived from
valuations and estimates, in the unit of work that writes these.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

from backend.app.core_gov.property import store
from backend.app.core_gov.property.store import repair_rent, valuations
from backend.app.core_gov.valuation.schemas import ValuationRecord
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
    """Return the figures of some properties by column, from their valuations and estimates."""
    found: dict[str, dict[str, Key]] = {key: {} for key in property_ids}
    for doc in store.valuations_of(snapshot, property_ids):
        if (figure := _figure(as_document(doc))) is not None and figure.kind in store.VALUE_COLUMNS:
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


def _figure(found: dict[str, Any]) -> _Figure | None:
    """Return the figure of a valuation; None if the document was damaged by hand."""
    property_id, kind, value, currency = (found.get(name) for name in ("property_id", "kind", "value", "currency"))
    cents = cents_key(round(value, 2)) if isinstance(value, int | float) else None
    if cents is None or not (isinstance(kind, str) and isinstance(property_id, str) and isinstance(currency, str)):
        return None
    return _Figure(property_id, kind, cents, currency)


def _valuation(tx: Tx, found: dict[str, Any]) -> None:
    if (figure := _figure(found)) is not None:
        store.put_value(tx, *figure)


def _estimate(tx: Tx, found: dict[str, Any]) -> None:
    if isinstance(property_id := found.get("property_id"), str):
        put_repairs(tx, property_id, found.get("est_repairs"))


FIGURES = (
    derived_fields.from_records("property_figures.values", valuations, 1, _valuation),
    derived_fields.from_records("property_figures.repairs", repair_rent, 1, _estimate),
)
"""Rules of the figures. They need the rows of the properties, so they come after the rule of the keys."""
