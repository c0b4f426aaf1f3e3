"""A comparison as it is stored and answered."""

from collections.abc import Mapping
from math import isfinite
from operator import attrgetter
from typing import Any

from backend.app.core_gov.market.columns import Sales, date_of
from backend.app.core_gov.market.sale import sale_id
from backend.app.core_gov.valuation.comparison import Adjustment, Comp, Comparison, Step, Worth
from backend.app.core_gov.valuation.drivers import Driver
from backend.app.core_gov.valuation.rates import Rate
from backend.app.core_gov.valuation.schemas import (
    AdjustmentLine,
    ComparedValue,
    RateUsed,
    SaleBehind,
    SearchStep,
)

SEE_RATES, SEE_INDEX = "rates", "index_source"
"""What a line says of its source where the comparison says it once for all lines."""


_LINE = tuple(AdjustmentLine.model_fields)
_line_of = attrgetter(*_LINE)


def comparable_sale(comp: Comp, sales: Sales, address: str | None, said: Mapping[str, str]) -> dict[str, Any]:
    """The fields of a ComparableSale; `said` are the sources that the comparison names itself, each with where it does.

    There are hundreds of lines in a comparison, and whoever stores them checks them: none is checked twice.
    """
    return {
        "rank": comp.rank,
        "sale_id": sale_id(comp.seq),
        "address": address,
        "parcel": sales.parcels.text(int(sales.parcel[comp.row])),
        "latitude": _known(sales.latitude[comp.row]),
        "longitude": _known(sales.longitude[comp.row]),
        "living_sqft": _known(sales.living_sqft[comp.row]),
        "price": comp.price,
        "close_date": date_of(comp.close_day).isoformat(),
        "priced_on": date_of(comp.day).isoformat(),
        "days": comp.days,
        "distance_km": comp.distance_km,
        "similarity": comp.similarity,
        "adjustments": [adjustment_line(line, said) for line in comp.lines],
        "net": comp.net,
        "gross": comp.gross,
        "net_percent": round(100 * comp.net_share, 1),
        "gross_percent": round(100 * comp.gross_share, 1),
        "adjusted_price": comp.adjusted_price,
        "standard_error": comp.standard_error,
        "weight": comp.weight,
        "pinned": comp.pinned,
        "warnings": list(comp.warnings),
    }


def adjustment_line(line: Adjustment, said: Mapping[str, str]) -> dict[str, Any]:
    """The fields of an AdjustmentLine."""
    fields = dict(zip(_LINE, _line_of(line), strict=True))
    fields["source"] = said.get(line.source, line.source)
    return fields


def sources_said(comparison: Comparison) -> dict[str, str]:
    """The sources that a comparison names beside its sales, each with the field that has it."""
    times = [line.source for comp in comparison.comps[:1] for line in comp.lines if line.name == "time"]
    return {rate.source: SEE_RATES for rate in comparison.rates} | dict.fromkeys([comparison.index, *times], SEE_INDEX)


def sale_behind(comp: Comp) -> SaleBehind:
    return SaleBehind(
        sale_id=sale_id(comp.seq),
        close_date=date_of(comp.close_day).isoformat(),
        price=comp.price,
        distance_km=comp.distance_km,
        adjusted_price=comp.adjusted_price,
        weight=comp.weight,
    )


def search_step(step: Step) -> SearchStep:
    return SearchStep(
        widened=step.widened,
        max_days=step.days,
        radius_km=step.radius_km,
        max_size_difference=step.size,
        found=step.count,
        sentence=step.sentence,
    )


def rate_used(rate: Rate) -> RateUsed:
    known = rate.share is not None and rate.standard_error is not None
    return RateUsed(
        name=rate.trait.name,
        unit=rate.trait.unit,
        percent=round(100 * rate.share, 4) if known and rate.share is not None else None,
        standard_error=round(100 * rate.standard_error, 4) if known and rate.standard_error is not None else None,
        sales=rate.sales,
        source=rate.source,
    )


def compared_value(worth: Worth) -> ComparedValue:
    return ComparedValue(**{name: getattr(worth, name) for name in ComparedValue.model_fields})


def driver_told(driver: Driver) -> dict[str, object]:
    return {"name": driver.name, "amount": driver.amount, "sentence": driver.sentence}


def _known(number: float) -> float | None:
    return float(number) if isfinite(number) else None
