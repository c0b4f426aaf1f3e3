"""Comparison as plain fields, to be stored and returned.

A comparison has hundreds of lines and is validated when it is stored. The fields here are plain, so that nothing is
validated twice.
"""

from collections.abc import Mapping
from functools import lru_cache
from math import isfinite
from typing import Any

import numpy as np

from backend.app.core_gov.market.columns import Sales, date_of
from backend.app.core_gov.market.sale import sale_id
from backend.app.core_gov.valuation.comps.comparison import (
    Adjustment,
    Comp,
    Comparison,
    IndicatedValue,
    Step,
    SummaryComp,
)
from backend.app.core_gov.valuation.comps.rates import Rate
from backend.app.core_gov.valuation.model.drivers import ValueDriver

SEE_RATES, SEE_INDEX = "rates", "index_source"
"""Source of a line if the comparison names it once for all lines: the field to look in."""

WEIGHT_DIGITS = 9
"""Decimals of the weights, enough that the weighted adjusted prices still give the value to the cent."""

_DIGITS = 6

_SALE_COLUMNS = ("latitude", "longitude", "living_sqft")

Fields = dict[str, Any]


def comparable_sales(comparison: Comparison, sales: Sales, addresses: Mapping[int, str]) -> list[Fields]:
    """Return the fields of a ComparableSale for each sale; `addresses` are keyed by sale number."""
    source_fields = _source_fields(comparison)
    rows = np.array([comp.row for comp in comparison.comps], dtype=np.int64)
    columns = (map(_finite, getattr(sales, name)[rows].tolist()) for name in _SALE_COLUMNS)
    sale_columns = [dict(zip(_SALE_COLUMNS, each, strict=True)) for each in zip(*columns, strict=True)]
    parcels = map(sales.parcels.text, sales.parcel[rows].tolist())
    return [
        _comparable_sale(comp, addresses.get(comp.seq), parcel, columns, source_fields)
        for comp, parcel, columns in zip(comparison.comps, parcels, sale_columns, strict=True)
    ]


def _comparable_sale(
    comp: Comp, address: str | None, parcel: str | None, columns: Fields, source_fields: Mapping[str, str]
) -> Fields:
    return {
        "rank": comp.rank,
        "sale_id": sale_id(comp.seq),
        "address": address,
        "parcel": parcel,
        **columns,
        "price": comp.price,
        "close_date": date_of(comp.close_day).isoformat(),
        "priced_on": date_of(comp.day).isoformat(),
        "days": comp.days,
        "distance_km": comp.distance_km,
        "similarity": comp.similarity,
        "adjustments": [_adjustment_line(line, source_fields) for line in comp.lines],
        "net": comp.net,
        "gross": comp.gross,
        "net_percent": round(100 * comp.net_share, 1),
        "gross_percent": round(100 * comp.gross_share, 1),
        "adjusted_price": comp.adjusted_price,
        "standard_error": comp.standard_error,
        "weight": round(comp.weight, WEIGHT_DIGITS),
        "pinned": comp.pinned,
        "warnings": list(comp.warnings),
    }


def _adjustment_line(line: Adjustment, source_fields: Mapping[str, str]) -> Fields:
    return {
        "name": line.name,
        "label": line.label,
        "subject": _rounded(line.subject),
        "sale": _rounded(line.sale),
        "difference": _rounded(line.difference),
        "rate": line.rate,
        "rate_error": line.rate_error,
        "unit": line.unit,
        "amount": line.amount,
        "standard_error": line.standard_error,
        "source": source_fields.get(line.source, line.source),
    }


def _source_fields(comparison: Comparison) -> dict[str, str]:
    """Return the sources that a comparison names once, each with the field that has it."""
    time_sources = [line.source for comp in comparison.comps[:1] for line in comp.lines if line.name == "time"]
    return {rate.source: SEE_RATES for rate in comparison.rates} | dict.fromkeys(
        [comparison.index, *time_sources], SEE_INDEX
    )


def sale_behind(comp: SummaryComp) -> Fields:
    """Return the fields of a SaleBehind."""
    return {
        "sale_id": sale_id(comp.seq),
        "close_date": _date_text(comp.close_day),
        "price": comp.price,
        "distance_km": comp.distance_km,
        "adjusted_price": comp.adjusted_price,
        "weight": round(comp.weight, WEIGHT_DIGITS),
    }


@lru_cache(maxsize=4096)
def _date_text(day: int) -> str:
    return date_of(day).isoformat()


def search_step(step: Step) -> Fields:
    """Return the fields of a SearchStep."""
    return {
        "widened": step.widened,
        "max_days": step.days,
        "radius_km": step.radius_km,
        "max_size_difference": step.size,
        "found": step.count,
        "sentence": step.sentence,
    }


def rate_used(rate: Rate) -> Fields:
    """Return the fields of a RateUsed."""
    known = rate.share is not None and rate.standard_error is not None
    return {
        "name": rate.characteristic.name,
        "unit": rate.characteristic.unit,
        "percent": round(100 * rate.share, 4) if known and rate.share is not None else None,
        "standard_error": round(100 * rate.standard_error, 4) if known and rate.standard_error is not None else None,
        "sales": rate.sales,
        "source": rate.source,
    }


def compared_value(indicated: IndicatedValue) -> Fields:
    """Return the fields of a ComparedValue."""
    return {name: getattr(indicated, name) for name in ("value", "low", "high", "standard_error", "comps")}


def driver_fields(driver: ValueDriver) -> dict[str, object]:
    return {"name": driver.name, "amount": driver.amount, "sentence": driver.sentence}


def _finite(number: float) -> float | None:
    return number if isfinite(number) else None


def _rounded(number: float | None) -> float | None:
    """Round away meaningless digits: most numbers are whole, but the fading of a renovation is not."""
    return round(number, _DIGITS) if number is not None and number % 1 else number
