"""Presentation of weighted sales: comparable sales with adjustment lines, notes and warnings."""

from collections.abc import Iterable, Iterator
from math import isfinite

import numpy as np

from backend.app.core_gov.market.columns import UNKNOWN, Sales, date_of
from backend.app.core_gov.valuation.comps.candidates import CandidatePool
from backend.app.core_gov.valuation.comps.characteristics import sale_characteristics
from backend.app.core_gov.valuation.comps.comparison import GROSS_WARNING, NET_WARNING, Adjustment, Comp
from backend.app.core_gov.valuation.comps.kriging import similarity
from backend.app.core_gov.valuation.comps.rates import NO_RATE, Rate
from backend.app.core_gov.valuation.comps.spatial_index import valid_coordinates
from backend.app.core_gov.valuation.comps.weights import SalesAdjuster, WeightedSales
from backend.app.kit.arrays import Ints

MIN_COMPS = 3
"""Number of comparable sales below which the answer carries a warning."""

DAYS_PER_MONTH = 365.2425 / 12


def comps_of(adjuster: SalesAdjuster, candidates: CandidatePool, weighted: WeightedSales) -> tuple[Comp, ...]:
    """Return the comparable sales, the heaviest first."""
    sales, rows = adjuster.spatial_index.sales, adjuster.spatial_index.rows[weighted.sales.found]
    similarities = similarity(weighted.sales.adjustment_norm)
    lines = _lines(adjuster, rows, weighted)
    located = candidates.location.point is not None
    return tuple(
        _comp(
            adjuster,
            sales,
            weighted,
            position,
            int(row),
            lines[position],
            float(similarities[position]),
            located=located,
        )
        for position, row in enumerate(rows)
    )


def _comp(
    adjuster: SalesAdjuster,
    sales: Sales,
    weighted: WeightedSales,
    index: int,
    row: int,
    lines: tuple[Adjustment, ...],
    similarity: float,
    *,
    located: bool,
) -> Comp:
    price, cents = int(weighted.price[index]), weighted.lines[index]
    net, gross, adjusted = int(cents.sum()), int(np.abs(cents).sum()), int(weighted.adjusted[index])
    known = located and bool(valid_coordinates(sales.latitude[row], sales.longitude[row]))
    close = int(sales.close_day[row])
    return Comp(
        seq=int(sales.seq[row]),
        row=row,
        rank=index + 1,
        price=price / 100,
        close_day=close,
        day=int(sales.day[row]),
        days=adjuster.as_of - close,
        distance_km=round(float(weighted.sales.distance_km[index]), 3) if known else None,
        similarity=round(similarity, 4),
        lines=lines,
        net=net / 100,
        gross=gross / 100,
        net_share=net / price,
        gross_share=gross / price,
        adjusted_price=adjusted / 100,
        standard_error=round(adjusted * float(weighted.error[index])) / 100,
        weight=float(weighted.weight[index]),
        pinned=bool(weighted.pinned[index]),
        warnings=_comp_warnings(abs(net) / price, gross / price, float(weighted.outlier_factor[index])),
    )


def _comp_warnings(net: float, gross: float, outlier_factor: float) -> tuple[str, ...]:
    found = []
    if net > NET_WARNING:
        found.append(f"net adjustments are {net * 100:.1f} % of the price, more than {NET_WARNING * 100:.0f} %")
    if gross > GROSS_WARNING:
        found.append(f"gross adjustments are {gross * 100:.1f} % of the price, more than {GROSS_WARNING * 100:.0f} %")
    if outlier_factor < 1:
        found.append("outlier: its adjusted price is far from the others, so its weight is reduced")
    return tuple(found)


def _lines(adjuster: SalesAdjuster, rows: Ints, weighted: WeightedSales) -> list[tuple[Adjustment, ...]]:
    """Return the lines of each sale: time, then each characteristic that differs or is unknown for the sale."""
    sales, fit = adjuster.spatial_index.sales, adjuster.fit
    subject_values = {name: float(values[0]) for name, values in adjuster.characteristics.items()}
    sale_values = {name: values.tolist() for name, values in sale_characteristics(sales, rows).items()}
    money = (weighted.lines / 100).tolist()
    errors = np.round(weighted.adjusted[:, None] * weighted.sales.errors / 100, 2).tolist()
    days = (adjuster.as_of - sales.day[rows]).tolist()
    found = []
    for index in range(len(rows)):
        lines = [_time_line(adjuster, days[index], money[index][0], errors[index][0])]
        for position, curve in enumerate(fit.curves, start=1):
            subject_value, sale_value = (
                subject_values[curve.characteristic.name],
                sale_values[curve.characteristic.name][index],
            )
            if isfinite(subject_value) and subject_value != sale_value:
                rate = fit.rates[curve.characteristic.name]
                lines.append(
                    _characteristic_line(
                        rate, subject_value, sale_value, money[index][position], errors[index][position]
                    )
                )
        found.append(tuple(lines))
    return found


def _time_line(adjuster: SalesAdjuster, days: int, amount: float, error: float) -> Adjustment:
    months = days / DAYS_PER_MONTH
    agreed = date_of(adjuster.as_of - days)
    return Adjustment(
        name="time",
        label=f"time, {agreed} to {date_of(adjuster.as_of)}",
        subject=None,
        sale=None,
        difference=round(months, 2),
        rate=round(amount / months, 2) if months else None,
        rate_error=round(error / months, 2) if months else None,
        unit="month",
        amount=amount,
        standard_error=error,
        source=f"price index: {adjuster.index.source}",
    )


def _characteristic_line(
    rate: Rate, subject_value: float, sale_value: float, amount: float, error: float
) -> Adjustment:
    characteristic, known = rate.characteristic, isfinite(sale_value)
    difference = subject_value - sale_value if known else None
    return Adjustment(
        name=characteristic.name,
        label=characteristic.label,
        subject=subject_value,
        sale=sale_value if known else None,
        difference=difference,
        rate=round(amount / difference, 4) if difference else None,
        rate_error=round(error / abs(difference), 4) if difference else None,
        unit=characteristic.unit,
        amount=amount,
        standard_error=error,
        source=rate.source if known else "not adjusted: unknown for this sale",
    )


def notes_on(adjuster: SalesAdjuster, candidates: CandidatePool, rejected: list[tuple[int, str]]) -> tuple[str, ...]:
    """Return notes on the answer as a whole."""
    notes = [] if candidates.location.note is None else [candidates.location.note]
    notes.extend(_type_notes(adjuster))
    if not candidates.size_known:
        notes.append("the property's living area is unknown: sales of any size are compared")
    known = {name for name, values in adjuster.characteristics.items() if np.isfinite(values[0])}
    fitted = [curve.characteristic for curve in adjuster.fit.curves]
    missing = [
        characteristic.label
        for characteristic in fitted
        if characteristic.name not in known and characteristic.name != "living_sqft"
    ]
    if missing:
        notes.append(f"unknown for the property, so not adjusted for: {', '.join(missing)}")
    # If no renovation is on file, every sale counts as "not renovated", so a note on its missing rate is not useful.
    without = [
        rate for name, rate in adjuster.fit.rates.items() if rate.share is None and name in known - {"renovated"}
    ]
    notes.extend(_without_rate(without))
    notes.extend(f"pinned sale {seq} is not used: {why}" for seq, why in rejected)
    if not candidates.steps[-1].count:
        notes.append(_no_sales_note(adjuster, candidates))
    return tuple(notes)


def _without_rate(rates: Iterable[Rate]) -> Iterator[str]:
    """Yield a sentence for each reason, with the characteristics that it applies to."""
    reasons: dict[str, list[str]] = {}
    for rate in rates:
        reasons.setdefault(rate.source.removeprefix(NO_RATE), []).append(rate.characteristic.label)
    for reason, labels in reasons.items():
        *others, last = labels
        yield f"not adjusted for {', '.join(others)}{' and ' if others else ''}{last}: {reason}"


def _type_notes(adjuster: SalesAdjuster) -> list[str]:
    wanted, types = adjuster.subject.property_type, adjuster.spatial_index.sales.types
    if types.class_of(wanted) != UNKNOWN or len(types.names) < 2:
        return []
    if wanted is None:
        return ["the property's type is unknown: sales of all types are compared"]
    return [f"no sale in this market has type {wanted}: sales of all types are compared"]


def _no_sales_note(adjuster: SalesAdjuster, candidates: CandidatePool) -> str:
    market = adjuster.spatial_index
    if not (market.sales.close_day[market.rows] < adjuster.as_of).any():
        return f"no usable sale in this market closed before {date_of(adjuster.as_of)}: import sales first"
    return f"no sale meets the widest limits: {candidates.steps[-1].sentence}"


def warnings_on(comps: tuple[Comp, ...], as_of: int) -> tuple[str, ...]:
    """Return warnings on the answer as a whole."""
    found = []
    if 0 < len(comps) < MIN_COMPS:
        found.append(f"only {len(comps)} comparable {'sale' if len(comps) == 1 else 'sales'}: the value is uncertain")
    large = sum(comp.weight for comp in comps if comp.gross_share > GROSS_WARNING)
    if large > 0.5:
        found.append(
            f"sales with {large * 100:.0f} % of the weight need adjustments of more than {GROSS_WARNING * 100:.0f} %"
        )
    newest = min((comp.days for comp in comps), default=0)
    if newest > 365:
        found.append(f"the newest comparable sale closed {newest:,} days before {date_of(as_of)}")
    return tuple(found)
