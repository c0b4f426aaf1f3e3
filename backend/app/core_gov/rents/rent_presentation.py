"""Presentation of an estimated rent in words and cents: comps, adjustments and assumptions. Pure functions."""

from collections import Counter
from datetime import date
from typing import Any

import numpy as np

from backend.app.core_gov.rents.rent_estimate import (
    AREA,
    CITY,
    LEVELS,
    MIN_COMPS,
    REGION,
    TARGET_COMPS,
    USED,
    Dwelling,
    EstimatedRent,
    RentalComp,
)
from backend.app.core_gov.rents.rent_rates import USUAL_SPREAD, RentAdjustmentRate
from backend.app.core_gov.rents.schemas import (
    RentAdjustment,
    RentBenchmark,
    RentComp,
    RentEstimate,
    RentInterval,
    RentRate,
)
from backend.app.kit.cents import amount_of

_COMMON = {AREA: "same postal area", CITY: "same city", REGION: "same province or state"}
_Z = {50: 0.6745, 80: 1.2816, 90: 1.6449}
_OLD_DAYS = 730
_USUAL_SOURCE = "assumed: typical of US asking rents of 2019 (UCI data set 555); the rents on file do not determine it"


def by_comps(
    estimated: EstimatedRent,
    dwelling: Dwelling,
    rows: list[dict[str, Any]],
    currency: str,
    as_of: date,
    benchmarks: list[RentBenchmark],
) -> RentEstimate:
    """Return the estimate from rental comps, with the loaded benchmark beside it if there is one."""
    comps = [_comp(comp, rows[comp.row], dwelling, as_of) for comp in estimated.comps]
    return RentEstimate(
        method="rental comps",
        currency=currency,
        as_of=as_of.isoformat(),
        rent=_amount(estimated.rent),
        intervals=[
            RentInterval(percent=level, low=_amount(low), high=_amount(high))
            for level, (low, high) in estimated.intervals.items()
        ],
        comps=comps,
        rates=_rates(estimated),
        benchmark=benchmarks[0] if benchmarks else None,
        criteria=estimated.criteria.sentence(),
        assumptions=_assumptions(estimated, comps),
        warnings=_warnings(estimated, comps, as_of),
    )


def by_benchmark(benchmark: RentBenchmark, currency: str, as_of: date, estimated: EstimatedRent | None) -> RentEstimate:
    """Return the estimate from a benchmark, for use if there are too few rental comps."""
    rents = len(estimated.comps) if estimated else 0
    thin = "no rental comps are comparable"
    if rents:
        thin = f"{rents} comparable rental comps are too few, too old or too far away"
    rent = float(benchmark.rent)
    reach = {level: float(np.exp(_Z[level] * USUAL_SPREAD)) for level in LEVELS}
    named = f"benchmark: {benchmark.source}, {benchmark.measure or 'rent'} of {benchmark.place}, {benchmark.period}"
    beds = "all dwellings" if benchmark.beds is None else f"dwellings with {benchmark.beds} bedrooms"
    return RentEstimate(
        method="benchmark",
        currency=currency,
        as_of=as_of.isoformat(),
        rent=benchmark.rent,
        intervals=[
            RentInterval(percent=level, low=_amount(rent / by), high=_amount(rent * by)) for level, by in reach.items()
        ],
        comps=[],
        rates=[],
        benchmark=benchmark,
        criteria=thin,
        assumptions=[
            f"{named}, of {beds}; not adjusted for size or time",
            f"the intervals assume the usual spread of rents within a city, ±{100 * USUAL_SPREAD:.0f} %",
        ],
        warnings=[f"{thin}: this is a benchmark of the area, not of the property"],
    )


def _comp(comp: RentalComp, row: dict[str, Any], dwelling: Dwelling, as_of: date) -> RentComp:
    """Return a comp whose adjustments add up to the cent: each line is the difference of two rounded running totals."""
    running, before = row["rent_cents"] / 100, row["rent_cents"]
    lines = []
    for name, factor in comp.adjustments:
        running *= factor
        after = round(running * 100)
        if after != before:
            why = _why(name, row, dwelling, as_of)
            lines.append(RentAdjustment(name=name, amount=amount_of(after - before), why=why))
        before = after
    placed = comp.common == 0
    return RentComp(
        id=f"rent_{row['seq']}",
        source=row["source"],
        kind=row["kind"],
        date=row["rent_date"],
        address=", ".join(part for part in (row["address"], row["city"], row["region"], row["postal"]) if part) or None,
        place=_where(comp, row),
        km=round(comp.km, 2) if placed else None,
        living_sqft=row["living_sqft"],
        beds=row["beds"],
        rent=amount_of(row["rent_cents"]),
        adjustments=lines,
        adjusted=amount_of(before),
        weight=round(comp.weight, 4),
    )


def _where(comp: RentalComp, row: dict[str, Any]) -> str:
    if comp.common:
        return _COMMON[comp.common]
    return f"{comp.km:.1f} km away" + (", by its postal code" if row["placed_by"] else "")


def _why(name: str, row: dict[str, Any], dwelling: Dwelling, as_of: date) -> str:
    if name == "time":
        return f"from {row['rent_date']} to {as_of}"
    if name == "living area":
        return f"{row['living_sqft']:,.0f} sq ft there, {dwelling.living_sqft:,.0f} here"
    return f"{row['beds']:g} there, {dwelling.beds:g} here"


def _rates(estimated: EstimatedRent) -> list[RentRate]:
    rates = estimated.rates
    return [
        _rate("time", rates.years, 1.0, "a year"),
        _rate("living area", rates.size, float(np.log(1.1)), "10 % more living area"),
        _rate("bedrooms", rates.beds, 1.0, "a bedroom more in the same living area"),
        _rate("bedrooms alone", rates.beds_alone, 1.0, "a bedroom more, where the living area is not known"),
    ]


def _rate(name: str, rate: RentAdjustmentRate, change: float, per: str) -> RentRate:
    source = f"{rate.rents:,} rents, compared within their places" if rate.rents else _USUAL_SOURCE
    percent = 100 * (float(np.exp(rate.value * change)) - 1)
    return RentRate(
        name=name, percent=round(percent, 2), error=round(100 * rate.error * change, 2), per=per, source=source
    )


def _assumptions(estimated: EstimatedRent, comps: list[RentComp]) -> list[str]:
    kinds = Counter(comp.kind for comp in comps)
    counts = " and ".join(f"{count} {kind} rents" for kind, count in sorted(kinds.items()))
    widened = "not widened" if not estimated.steps else f"widened {estimated.steps} times"
    return [
        f"rental comps: {counts}, the best {len(comps)} of {estimated.found} (at most {USED} are used)",
        f"comparable rents are within {estimated.criteria.sentence()} ({widened}, until there are {TARGET_COMPS})",
    ]


def _warnings(estimated: EstimatedRent, comps: list[RentComp], as_of: date) -> list[str]:
    found = []
    if len(comps) < MIN_COMPS:
        found.append(f"only {len(comps)} rental comps are comparable: the estimate relies on rates from elsewhere")
    if all(comp.kind == "asking" for comp in comps):
        found.append("all comps are asking rents, not rents paid")
    newest = max(date.fromisoformat(comp.date) for comp in comps)
    if (as_of - newest).days > _OLD_DAYS:
        found.append(f"the newest rent is of {newest}, too old to show today's level")
    if all(comp.km is None for comp in comps):
        found.append("the locations of the rents are known only by city or area, so distance is not considered")
    return found


def _amount(value: float) -> int | float:
    return amount_of(round(value * 100))
