"""Service of unit cost tables and repair estimates."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.repairs import repair_estimate
from backend.app.core_gov.repairs.cost_file import read_costs
from backend.app.core_gov.repairs.repair_estimate import Amounts, Cost, CostedWork, CostTable
from backend.app.core_gov.repairs.schemas import (
    AmountRange,
    RepairCostsCreate,
    RepairCostsRecord,
    RepairCostTable,
    RepairEstimate,
    RepairLine,
)
from backend.app.core_gov.repairs.store import repair_costs
from backend.app.kit.cents import amount_of, cents_of, exactly
from backend.app.kit.db import Tx
from backend.app.kit.errors import BadInput, Conflict, RetryUnit
from backend.app.kit.records import Page, Stored

TABLES = (repair_costs,)
"""Record tables of this package."""

SHIPPED_ID = "uc_shipped"
_SHIPPED: dict[str, Any] = {
    "currency": "USD",
    "source": "Illustrative starting values that come with the program, for the US; replace them by your own",
    "as_of": "2026-11-22",
}
_SHIPPED_FILE = Path(__file__).with_name("unit_costs.csv")

CONTINGENCY_PERCENT = 15
_USUAL_CONTINGENCY = (10, 20)
"""Usual range of the contingency in percent of the costs; from secondary sources, like the costs per square foot."""


# Unit cost tables


def create_costs(tx: Tx, payload: RepairCostsCreate) -> Stored[RepairCostsRecord]:
    """Store a table as the newest version of its currency. Earlier versions are kept."""
    newest = _newest(tx, payload.currency)
    version = newest.fields["version"] + 1 if newest else 1
    own = {"id": f"uc_{payload.currency.lower()}_{version}", "version": version}
    costs = {"costs": [dict(cost) for cost in payload.costs]}
    times = {"created_at": tx.now, "updated_at": tx.now}
    record = repair_costs.validated({**dict(payload), **costs, **own, **times})
    try:
        stored = repair_costs.insert(tx, record)
    except Conflict:
        raise RetryUnit from None  # a concurrent transaction has just committed another table of the currency
    audit.record_created(tx, repair_costs, record.id, stored)
    return stored


def load_costs(tx: Tx, payload: RepairCostsCreate) -> tuple[Stored[RepairCostsRecord], bool]:
    """Store a table unless it equals the newest of its currency. Return the record and True if it was stored."""
    newest = _newest(tx, payload.currency)
    if newest is not None:
        record = RepairCostsRecord.on_file(newest.fields)
        if all(getattr(record, name) == value for name, value in payload):
            return newest, False
    return create_costs(tx, payload), True


def list_costs(tx: Tx, filters: dict[str, str | None], limit: int, cursor: str | None) -> Page[RepairCostsRecord]:
    return repair_costs.page(tx, filters, limit, cursor)


def get_costs(tx: Tx, costs_id: str) -> Stored[RepairCostsRecord]:
    """Return a stored table, or the shipped one. Raises NotFound."""
    return shipped() if costs_id == SHIPPED_ID else repair_costs.get(tx, costs_id)


def shipped() -> Stored[RepairCostsRecord]:
    """Return the table that ships with the program, for use until another is loaded."""
    payload = read_costs(_SHIPPED_FILE, _SHIPPED)
    since = f"{_SHIPPED['as_of']}T00:00:00.000000Z"
    own = {"id": SHIPPED_ID, "version": 0, "created_at": since, "updated_at": since}
    record = RepairCostsRecord.model_validate({**payload.model_dump(), **own})
    return Stored(record.doc())


def costs_for(tx: Tx, currency: str) -> CostTable:
    """Return the newest table of a currency, else of the shipped table's currency, else the shipped table."""
    newest = _newest(tx, currency)
    if newest is None and currency != _SHIPPED["currency"]:
        newest = _newest(tx, _SHIPPED["currency"])
    return table_of(newest or shipped())


def _newest(tx: Tx, currency: str) -> Stored[RepairCostsRecord] | None:
    found = repair_costs.page(tx, {"currency": currency}, 1, None).docs
    return repair_costs.read(found[0]) if found else None


def table_of(stored: Stored[RepairCostsRecord]) -> CostTable:
    """Convert a stored table to amounts in cents."""
    fields = stored.fields
    costs = tuple(
        Cost(
            each["trade"],
            each["item"],
            each["unit"],
            (cents_of(each["low"]), cents_of(each["mid"]), cents_of(each["high"])),
            each["source"],
        )
        for each in fields["costs"]
    )
    return CostTable(fields["id"], fields["version"], fields["currency"], fields["source"], fields["as_of"], costs)


# Estimates


@dataclass(frozen=True, slots=True)
class RepairTerms:
    """Factors that adapt unit costs to a place; None means not given."""

    currency: str
    regional_factor: int | float | None = None
    exchange_rate: int | float | None = None
    contingency_percent: int | float | None = None


def estimate_repairs(works: Sequence[CostedWork], table: CostTable, terms: RepairTerms) -> RepairEstimate:
    """Itemize the cost of some work. Raises BadInput if the table lacks a cost or a currency conversion is missing."""
    exchange = _exchange(table, terms, any(work.own_cents is None for work in works))
    regional = Fraction(1) if terms.regional_factor is None else exactly(terms.regional_factor)
    percent = CONTINGENCY_PERCENT if terms.contingency_percent is None else terms.contingency_percent
    found = repair_estimate.estimate(works, table, regional * exchange, percent)
    return RepairEstimate(
        currency=terms.currency,
        table=RepairCostTable(
            id=table.id, version=table.version, currency=table.currency, source=table.source, as_of=table.as_of
        ),
        lines=[_line(line, table) for line in found.lines],
        subtotal=_range(found.subtotal),
        contingency_percent=percent,
        contingency=_range(found.contingency),
        total=_range(found.total),
        assumptions=_assumptions(table, terms, percent),
        warnings=_warnings(table, percent),
    )


def _exchange(table: CostTable, terms: RepairTerms, needed: bool) -> Fraction:
    if table.currency == terms.currency or not needed:
        return Fraction(1)
    if terms.exchange_rate is None:
        raise BadInput.field("exchange_rate", no_exchange(table, terms.currency))
    return exactly(terms.exchange_rate)


def no_exchange(table: CostTable, currency: str) -> str:
    """Return a sentence that explains why the exchange rate is missing and what to do."""
    return (
        f"the unit costs are in {table.currency} and the property's amounts in {currency}: load a table in {currency} "
        f"(valhalla property load-costs, or POST /core/property/repair_costs), or give the exchange_rate, {currency} "
        f"for one {table.currency}"
    )


def _assumptions(table: CostTable, terms: RepairTerms, percent: int | float) -> list[str]:
    found = [f"unit costs {table.id} (version {table.version}, {table.as_of}): {table.source}"]
    if terms.regional_factor is None:
        found.append("regional factor 1: none was given, so the costs are those of the table's own region")
    else:
        found.append(f"regional factor {terms.regional_factor:g}, as given")
    if table.currency != terms.currency and terms.exchange_rate is not None:
        found.append(f"1 {table.currency} is {terms.exchange_rate:g} {terms.currency}, as given")
    given = "as given" if terms.contingency_percent is not None else "the program's default"
    return [*found, f"contingency {percent:g} %, {given}"]


def _warnings(table: CostTable, percent: int | float) -> list[str]:
    low, high = _USUAL_CONTINGENCY
    found = []
    if table.id == SHIPPED_ID:
        found.append("the unit costs are illustrative: load those of your own trades with valhalla property load-costs")
    if not low <= percent <= high:
        found.append(f"a contingency of {percent:g} % is outside the usual {low} to {high} %")
    return found


def _line(line: repair_estimate.Line, table: CostTable) -> RepairLine:
    own = line.work.own_cents is not None
    return RepairLine(
        room=line.work.room,
        trade=line.cost.trade,
        item=line.cost.item,
        quantity=line.work.quantity,
        unit=line.cost.unit,
        unit_cost=_range(line.cost.each),
        factor=round(float(line.factor), 6),
        cost=_range(line.amounts),
        source="your own" if own else line.cost.source or table.source,
    )


def _range(cents: Amounts) -> AmountRange:
    low, mid, high = cents
    return AmountRange(low=amount_of(low), mid=amount_of(mid), high=amount_of(high))
