"""Presentation of weighted sales: comparable sales with adjustment lines, notes and warnings."""

from collections.abc import Iterable, Iterator
from math import isfinite

import numpy as np

from backend.app.core_gov.market.columns import UNKNOWN, Sales, date_of
from backend.app.core_gov.valuation.comps.candidates import Pool
from backend.app.core_gov.valuation.comps.comparison import GROSS_WARNING, NET_WARNING, Adjustment, Comp
from backend.app.core_gov.valuation.comps.rates import NO_RATE, Rate
from backend.app.core_gov.valuation.comps.similarity import alike
from backend.app.core_gov.valuation.comps.spatial_index import are_places
from backend.app.core_gov.valuation.comps.traits import traits_of_sales
from backend.app.core_gov.valuation.comps.weights import Scales, Weighed
from backend.app.kit.arrays import Ints

FEW = 3
"""Number of comparable sales below which the answer carries a warning."""

DAYS_A_MONTH = 365.2425 / 12


def comps_of(scales: Scales, pool: Pool, weighed: Weighed) -> tuple[Comp, ...]:
    """Return the comparable sales, the heaviest first."""
    sales, rows = scales.nearby.sales, scales.nearby.rows[weighed.sales.found]
    similarity = alike(weighed.sales.apart)
    lines = _lines(scales, rows, weighed)
    far = pool.place.point is not None
    return tuple(
        _comp(scales, sales, weighed, place, int(row), lines[place], float(similarity[place]), located=far)
        for place, row in enumerate(rows)
    )


def _comp(
    scales: Scales,
    sales: Sales,
    weighed: Weighed,
    at: int,
    row: int,
    lines: tuple[Adjustment, ...],
    similarity: float,
    *,
    located: bool,
) -> Comp:
    price, cents = int(weighed.price[at]), weighed.lines[at]
    net, gross, adjusted = int(cents.sum()), int(np.abs(cents).sum()), int(weighed.adjusted[at])
    known = located and bool(are_places(sales.latitude[row], sales.longitude[row]))
    close = int(sales.close_day[row])
    return Comp(
        seq=int(sales.seq[row]),
        row=row,
        rank=at + 1,
        price=price / 100,
        close_day=close,
        day=int(sales.day[row]),
        days=scales.as_of - close,
        distance_km=round(float(weighed.sales.kilometres[at]), 3) if known else None,
        similarity=round(similarity, 4),
        lines=lines,
        net=net / 100,
        gross=gross / 100,
        net_share=net / price,
        gross_share=gross / price,
        adjusted_price=adjusted / 100,
        standard_error=round(adjusted * float(weighed.error[at])) / 100,
        weight=float(weighed.weight[at]),
        pinned=bool(weighed.pinned[at]),
        warnings=_comp_warnings(abs(net) / price, gross / price, float(weighed.cut[at])),
    )


def _comp_warnings(net: float, gross: float, cut: float) -> tuple[str, ...]:
    said = []
    if net > NET_WARNING:
        said.append(f"net adjustments are {net * 100:.1f} % of the price, more than {NET_WARNING * 100:.0f} %")
    if gross > GROSS_WARNING:
        said.append(f"gross adjustments are {gross * 100:.1f} % of the price, more than {GROSS_WARNING * 100:.0f} %")
    if cut < 1:
        said.append("its adjusted price is far from the others': it weighs less for that")
    return tuple(said)


def _lines(scales: Scales, rows: Ints, weighed: Weighed) -> list[tuple[Adjustment, ...]]:
    """Return the lines of each sale: time, then each trait that differs or is unknown for the sale."""
    sales, fit = scales.nearby.sales, scales.fit
    ours = {name: float(values[0]) for name, values in scales.traits.items()}
    theirs = {name: values.tolist() for name, values in traits_of_sales(sales, rows).items()}
    money = (weighed.lines / 100).tolist()
    errors = np.round(weighed.adjusted[:, None] * weighed.sales.errors / 100, 2).tolist()
    days = (scales.as_of - sales.day[rows]).tolist()
    found = []
    for at in range(len(rows)):
        lines = [_time_line(scales, days[at], money[at][0], errors[at][0])]
        for place, curve in enumerate(fit.curves, start=1):
            own, other = ours[curve.trait.name], theirs[curve.trait.name][at]
            if isfinite(own) and own != other:
                rate = fit.rates[curve.trait.name]
                lines.append(_trait_line(rate, own, other, money[at][place], errors[at][place]))
        found.append(tuple(lines))
    return found


def _time_line(scales: Scales, days: int, amount: float, error: float) -> Adjustment:
    months = days / DAYS_A_MONTH
    agreed = date_of(scales.as_of - days)
    return Adjustment(
        name="time",
        label=f"time, {agreed} to {date_of(scales.as_of)}",
        subject=None,
        sale=None,
        difference=round(months, 2),
        rate=round(amount / months, 2) if months else None,
        rate_error=round(error / months, 2) if months else None,
        unit="month",
        amount=amount,
        standard_error=error,
        source=f"price index: {scales.index.source}",
    )


def _trait_line(rate: Rate, own: float, other: float, amount: float, error: float) -> Adjustment:
    trait, known = rate.trait, isfinite(other)
    difference = own - other if known else None
    return Adjustment(
        name=trait.name,
        label=trait.label,
        subject=own,
        sale=other if known else None,
        difference=difference,
        rate=round(amount / difference, 4) if difference else None,
        rate_error=round(error / abs(difference), 4) if difference else None,
        unit=trait.unit,
        amount=amount,
        standard_error=error,
        source=rate.source if known else "not adjusted: it is not known of this sale",
    )


def notes_on(scales: Scales, pool: Pool, refused: list[tuple[int, str]]) -> tuple[str, ...]:
    """Return notes on the answer as a whole."""
    notes = [] if pool.place.note is None else [pool.place.note]
    notes.extend(_type_notes(scales))
    if not pool.sized:
        notes.append("the living area of the property is not known: sales of any size are compared with")
    known = {name for name, values in scales.traits.items() if np.isfinite(values[0])}
    fitted = [curve.trait for curve in scales.fit.curves]
    missing = [trait.label for trait in fitted if trait.name not in known and trait.name != "living_sqft"]
    if missing:
        notes.append(f"not known of the property, so not adjusted for: {', '.join(missing)}")
    # If no renovation is on file, every sale counts as "not renovated": a note on its missing rate would say nothing.
    without = [rate for name, rate in scales.fit.rates.items() if rate.share is None and name in known - {"renovated"}]
    notes.extend(_without_rate(without))
    notes.extend(f"sale {seq} was pinned but is left out: {why}" for seq, why in refused)
    if not pool.steps[-1].count:
        notes.append(_nothing(scales, pool))
    return tuple(notes)


def _without_rate(rates: Iterable[Rate]) -> Iterator[str]:
    """Yield a sentence for each reason, with the traits that it applies to."""
    reasons: dict[str, list[str]] = {}
    for rate in rates:
        reasons.setdefault(rate.source.removeprefix(NO_RATE), []).append(rate.trait.label)
    for reason, labels in reasons.items():
        *others, last = labels
        yield f"not adjusted for {', '.join(others)}{' and ' if others else ''}{last}: {reason}"


def _type_notes(scales: Scales) -> list[str]:
    wanted, types = scales.subject.property_type, scales.nearby.sales.types
    if types.of(wanted) != UNKNOWN or len(types.names) < 2:
        return []
    if wanted is None:
        return ["the type of the property is not known: sales of all types are compared with"]
    return [f"no sale of this market is of type {wanted}: sales of all types are compared with"]


def _nothing(scales: Scales, pool: Pool) -> str:
    market = scales.nearby
    if not (market.sales.close_day[market.rows] < scales.as_of).any():
        return f"no usable sale of this market closed before {date_of(scales.as_of)}: import sales first"
    return f"no sale fits, as far as the limits may go: {pool.steps[-1].sentence}"


def warnings_on(comps: tuple[Comp, ...], as_of: int) -> tuple[str, ...]:
    """Return warnings on the answer as a whole."""
    said = []
    if 0 < len(comps) < FEW:
        said.append(f"only {len(comps)} comparable {'sale' if len(comps) == 1 else 'sales'}: the value rests on little")
    beyond = sum(comp.weight for comp in comps if comp.gross_share > GROSS_WARNING)
    if beyond > 0.5:
        said.append(
            f"sales with {beyond * 100:.0f} % of the weight need adjustments of more than {GROSS_WARNING * 100:.0f} %"
        )
    newest = min((comp.days for comp in comps), default=0)
    if newest > 365:
        said.append(f"the newest comparable sale closed {newest:,} days before {date_of(as_of)}")
    return tuple(said)
