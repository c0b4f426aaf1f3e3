"""Values computed on a schedule: storing what has changed, listing, and deletion of old ones."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.property import store as property_store
from backend.app.core_gov.property.scheduled_valuations import store
from backend.app.core_gov.property.scheduled_valuations.material_change import (
    INTERVAL_PERCENT,
    ValueInCents,
    is_material,
)
from backend.app.core_gov.property.scheduled_valuations.schemas import ScheduledValuation
from backend.app.core_gov.property.store import properties
from backend.app.core_gov.property.valuation import Valued
from backend.app.kit.db import Tx
from backend.app.kit.lists.columns import cents_key
from backend.app.kit.lists.keys import as_document
from backend.app.kit.records import Page

PURGED = store.PURGED
KEPT_DAYS = 400
"""Days that a value is kept. The last one of each property and kind always stays."""


def list_scheduled(
    tx: Tx, property_id: str, kind: str | None, limit: int, cursor: str | None
) -> Page[ScheduledValuation]:
    """Return the values of a property, newest first. Raises NotFound if the property does not exist."""
    properties.require(tx, property_id)
    return store.page(tx, property_id, kind, limit, cursor)


def save_changed(tx: Tx, market: str, valued: Sequence[Valued]) -> int:
    """Store the values that differ from the last ones by more than rounding, and return how many.

    A property that was changed or removed meanwhile is left out: the next run values it again.
    """
    keys = list(dict.fromkeys(each.property_id for each in valued))
    current, last = properties.find_all(tx, keys), _last_values(tx, keys)
    rows = []
    for each in valued:
        stored, key = current.get(each.property_id), (each.property_id, each.values["kind"])
        new = value_in_cents(each.values)
        if stored is not None and stored.doc == each.property_doc and new and is_material(last.get(key), new):
            rows.append(_row(each, new, tx.now))
    if not rows:
        return 0
    store.add(tx, rows)
    for row in rows:
        property_store.put_value(tx, row["property_id"], row["kind"], row["value_cents"], row["currency"])
    facts = {"stored": len(rows), "as_of": rows[0]["as_of"], "properties": sorted({row["property_id"] for row in rows})}
    audit.record_act(tx, "market.revalued", "market", market, facts)
    return len(rows)


def purge(tx: Tx) -> int:
    """Delete values older than KEPT_DAYS. Return how many; there may be more if it is PURGED."""
    before = datetime.fromisoformat(tx.now) - timedelta(days=KEPT_DAYS)
    return store.purge(tx, before.strftime("%Y-%m-%dT%H:%M:%S.%fZ"))


def value_in_cents(fields: dict[str, Any]) -> ValueInCents | None:
    """Return the value and the 80 % interval of a valuation in cents; None if it has none, or was damaged by hand."""
    try:
        interval = next(each for each in fields["intervals"] if each["percent"] == INTERVAL_PERCENT)
        cents = [cents_key(round(amount, 2)) for amount in (fields["value"], interval["low"], interval["high"])]
        value, low, high = (amount for amount in cents if amount is not None)
        return ValueInCents(fields["market"], fields["currency"], value, low, high)
    except (KeyError, TypeError, ValueError, StopIteration):
        return None


def _last_values(tx: Tx, property_ids: Sequence[str]) -> dict[tuple[str, str], ValueInCents | None]:
    """Return the last value by property and kind, computed on a schedule or made by a person."""
    found: dict[tuple[str, str], tuple[str, ValueInCents | None]] = {
        (each.property_id, each.kind): (
            each.created_at,
            ValueInCents(each.market, each.currency, each.value, each.low, each.high),
        )
        for each in store.latest(tx, property_ids)
    }
    newer = {
        seq: (key, created_at)
        for key, (seq, created_at) in property_store.latest_valuations(tx, property_ids).items()
        if key not in found or created_at > found[key][0]
    }
    for seq, doc in property_store.valuation_documents(tx, newer):
        key, created_at = newer[seq]
        found[key] = created_at, value_in_cents(as_document(doc))
    return {key: value for key, (_, value) in found.items()}


def _row(valued: Valued, new: ValueInCents, now: str) -> dict[str, Any]:
    fields = valued.values
    return {
        "property_id": valued.property_id,
        "kind": fields["kind"],
        "as_of": fields["as_of"],
        "market": new.market,
        "currency": new.currency,
        "value_cents": new.value,
        "low_cents": new.low,
        "high_cents": new.high,
        "probability": INTERVAL_PERCENT / 100,
        "model_version": fields["model_version"] or "",
        "data_fingerprint": fields["data_fingerprint"],
        "created_at": now,
    }
