"""Presentation of weighted sales: comparable sales with adjustment lines, notes and warnings."""

from collections.abc import Iterable, Iterator, Sequence
from math import isfinite

import numpy as np

from backend.app.core_gov.market.columns import UNKNOWN, Sales, date_of
from backend.app.core_gov.valuation.comps.candidates import ComparisonQuery
from backend.app.core_gov.valuation.comps.characteristics import sale_characteristics
from backend.app.core_gov.valuation.comps.comparison import GROSS_WARNING, NET_WARNING, Adjustment, Comp, SummaryComp
from backend.app.core_gov.valuation.comps.kriging import similarity
from backend.app.core_gov.valuation.comps.rates import NO_RATE, Rate
from backend.app.core_gov.valuation.comps.spatial_index import valid_coordinates
from backend.app.core_gov.valuation.comps.weights import WeightedComparison, WeightedSales, rate_variance
from backend.app.kit.arrays import Ints

MIN_COMPS = 3
"""Number of comparable sales below which the answer carries a warning."""

DAYS_PER_MONTH = 365.2425 / 12


def comps_of(compared: WeightedComparison) -> tuple[Comp, ...]:
    """Return the comparable sales, the heaviest first."""
    weighted = compared.weighted
    if weighted is None:
        return ()
    spatial_index = compared.query.spatial_index
    rows = spatial_index.rows[weighted.sales.found]
    similarities = similarity(weighted.sales.adjustment_norm)
    errors = np.sqrt(weighted.error**2 + rate_variance(compared.fit, weighted.sales.differences))
    lines = _lines(compared, weighted, rows)
    located = compared.candidates.location.point is not None
    return tuple(
        _comp(
            compared.query.as_of,
            spatial_index.sales,
            weighted,
            position,
            int(row),
            lines[position],
            float(similarities[position]),
            float(errors[position]),
            located=located,
        )
        for position, row in enumerate(rows)
    )


Evidence = tuple[float, float, int]
"""Weight of a comparable sale, its gross adjustment as a share of the price, and the days since it closed."""


def summary_of(compared: WeightedComparison) -> tuple[tuple[SummaryComp, ...], list[Evidence]]:
    """Return the same sales as `comps_of` without their adjustments, and what `warnings_on` needs to know of each."""
    weighted = compared.weighted
    if weighted is None:
        return (), []
    spatial_index = compared.query.spatial_index
    sales, rows = spatial_index.sales, spatial_index.rows[weighted.sales.found]
    located = compared.candidates.location.point is not None
    known = valid_coordinates(sales.latitude[rows], sales.longitude[rows]) & located
    distances = [
        round(km, 3) if is_known else None
        for km, is_known in zip(weighted.sales.distance_km.tolist(), known.tolist(), strict=True)
    ]
    price, adjusted = ((cents / 100).tolist() for cents in (weighted.price, weighted.adjusted))
    columns = (sales.seq[rows].tolist(), sales.close_day[rows].tolist(), price, distances, adjusted)
    weight, gross = weighted.weight.tolist(), np.abs(weighted.lines).sum(axis=1) / weighted.price
    days = compared.query.as_of - sales.close_day[rows]
    return (
        tuple(SummaryComp(*each) for each in zip(*columns, weight, strict=True)),
        list(zip(weight, gross.tolist(), days.tolist(), strict=True)),
    )


def _comp(
    as_of: int,
    sales: Sales,
    weighted: WeightedSales,
    index: int,
    row: int,
    lines: tuple[Adjustment, ...],
    similarity: float,
    error: float,
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
        days=as_of - close,
        distance_km=round(float(weighted.sales.distance_km[index]), 3) if known else None,
        similarity=round(similarity, 4),
        lines=lines,
        net=net / 100,
        gross=gross / 100,
        net_share=net / price,
        gross_share=gross / price,
        adjusted_price=adjusted / 100,
        standard_error=round(adjusted * error) / 100,
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


def _lines(compared: WeightedComparison, weighted: WeightedSales, rows: Ints) -> list[tuple[Adjustment, ...]]:
    """Return the lines of each sale: time, then each characteristic that differs or is unknown for the sale."""
    sales, fit, as_of = compared.query.spatial_index.sales, compared.fit, compared.query.as_of
    subject_values = compared.characteristics
    sale_values = {name: values.tolist() for name, values in sale_characteristics(sales, rows).items()}
    money = (weighted.lines / 100).tolist()
    line_errors = np.column_stack([weighted.sales.time_error, fit.errors(weighted.sales.differences)])
    errors = np.round(weighted.adjusted[:, None] * line_errors / 100, 2).tolist()
    days = (as_of - sales.day[rows]).tolist()
    found = []
    for index in range(len(rows)):
        lines = [_time_line(compared, days[index], money[index][0], errors[index][0])]
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


def _time_line(compared: WeightedComparison, days: int, amount: float, error: float) -> Adjustment:
    months, as_of = days / DAYS_PER_MONTH, compared.query.as_of
    agreed = date_of(as_of - days)
    return Adjustment(
        name="time",
        label=f"time, {agreed} to {date_of(as_of)}",
        subject=None,
        sale=None,
        difference=round(months, 2),
        rate=round(amount / months, 2) if months else None,
        rate_error=round(error / months, 2) if months else None,
        unit="month",
        amount=amount,
        standard_error=error,
        source=f"price index: {compared.index.source}",
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


def notes_on(compared: WeightedComparison, rejected: list[tuple[int, str]]) -> tuple[str, ...]:
    """Return notes on the answer as a whole."""
    candidates, fit = compared.candidates, compared.fit
    notes = [] if candidates.location.note is None else [candidates.location.note]
    notes.extend(_type_notes(compared.query))
    if not candidates.size_known:
        notes.append("the property's living area is unknown: sales of any size are compared")
    known = {name for name, value in compared.characteristics.items() if isfinite(value)}
    fitted = [curve.characteristic for curve in fit.curves]
    missing = [
        characteristic.label
        for characteristic in fitted
        if characteristic.name not in known and characteristic.name != "living_sqft"
    ]
    if missing:
        notes.append(f"unknown for the property, so not adjusted for: {', '.join(missing)}")
    # If no renovation is on file, every sale counts as "not renovated", so a note on its missing rate is not useful.
    without = [rate for name, rate in fit.rates.items() if rate.share is None and name in known - {"renovated"}]
    notes.extend(_without_rate(without))
    notes.extend(f"pinned sale {seq} is not used: {why}" for seq, why in rejected)
    if not candidates.count:
        notes.append(_no_sales_note(compared))
    return tuple(notes)


def _without_rate(rates: Iterable[Rate]) -> Iterator[str]:
    """Yield a sentence for each reason, with the characteristics that it applies to."""
    reasons: dict[str, list[str]] = {}
    for rate in rates:
        reasons.setdefault(rate.source.removeprefix(NO_RATE), []).append(rate.characteristic.label)
    for reason, labels in reasons.items():
        *others, last = labels
        yield f"not adjusted for {', '.join(others)}{' and ' if others else ''}{last}: {reason}"


def _type_notes(query: ComparisonQuery) -> list[str]:
    wanted, types = query.subject.property_type, query.spatial_index.sales.types
    if types.class_of(wanted) != UNKNOWN or len(types.names) < 2:
        return []
    if wanted is None:
        return ["the property's type is unknown: sales of all types are compared"]
    return [f"no sale in this market has type {wanted}: sales of all types are compared"]


def _no_sales_note(compared: WeightedComparison) -> str:
    market, as_of = compared.query.spatial_index, compared.query.as_of
    if not (market.sales.close_day[market.rows] < as_of).any():
        return f"no usable sale in this market closed before {date_of(as_of)}: import sales first"
    return f"no sale meets the widest limits: {compared.candidates.steps[-1].sentence}"


def warnings_on(evidence: Sequence[Evidence], as_of: int) -> tuple[str, ...]:
    """Return warnings on the answer as a whole."""
    found = []
    if 0 < len(evidence) < MIN_COMPS:
        sales = "sale" if len(evidence) == 1 else "sales"
        found.append(f"only {len(evidence)} comparable {sales}: the value is uncertain")
    large = sum(weight for weight, gross, _ in evidence if gross > GROSS_WARNING)
    if large > 0.5:
        found.append(
            f"sales with {large * 100:.0f} % of the weight need adjustments of more than {GROSS_WARNING * 100:.0f} %"
        )
    newest = min((days for _, _, days in evidence), default=0)
    if newest > 365:
        found.append(f"the newest comparable sale closed {newest:,} days before {date_of(as_of)}")
    return tuple(found)
