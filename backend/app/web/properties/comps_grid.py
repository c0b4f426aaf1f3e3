"""Grid of comparable sales as appraisers know it: one row per feature, one column per sale. Pure functions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backend.app.web.formats import kilometers

FEATURES = {
    "time": "Time",
    "living_sqft": "Living area",
    "lot_sqft": "Lot",
    "beds": "Bedrooms",
    "baths": "Bathrooms",
    "age": "Year built",
    "grade": "Grade",
    "condition": "Condition",
    "renovated": "Renovation",
    "basement_sqft": "Basement",
    "floors": "Floors",
    "view": "View",
    "waterfront": "Waterfront",
}
"""Features with adjustments, each with its label, in the order of their rows."""

SQUARE_FEET = frozenset({"living_sqft", "lot_sqft", "basement_sqft"})
PRINTED_COMPS = 4
"""Number of columns on paper; the list of all sales follows there."""


@dataclass(frozen=True, slots=True)
class GridCell:
    """A sale's value of a feature, and its adjustment with the reason; `amount` is None where nothing differs."""

    comp: int
    value: str
    amount: float | None
    reason: str
    is_same: bool = False


@dataclass(frozen=True, slots=True)
class GridRow:
    """A feature: its label, the value of the property, and a cell for each sale."""

    label: str
    unit: str
    subject: str
    cells: list[GridCell]


@dataclass(frozen=True, slots=True)
class GridColumn:
    """A comparable sale with its title, the figures above and below the adjustments, and why it weighs what it does."""

    comp: Mapping[str, Any]
    rank: int
    title: str
    distance: str
    price_per_sqft: float | None
    contribution: float
    reasons: list[str]

    @property
    def id(self) -> str:
        return comp_id(self.rank)

    @property
    def is_printed(self) -> bool:
        return self.rank <= PRINTED_COMPS


@dataclass(frozen=True, slots=True)
class CompsGrid:
    """Columns and adjustment rows of a comparison."""

    columns: list[GridColumn]
    rows: list[GridRow]


def comps_grid(comparison: Mapping[str, Any], country: str | None) -> CompsGrid:
    """Return the grid of a stored comparison."""
    comps = comparison["comps"]
    return CompsGrid(
        [_column(comp, comps, country) for comp in comps],
        [_row(name, comparison) for name in _features(comps)],
    )


def search_sentence(comparison: Mapping[str, Any], country: str | None) -> str:
    """Return how many sales were compared and the limits of the search, with distances as in the country."""
    if not comparison["search"]:
        return str(comparison["message"])
    step = comparison["search"][-1]
    limits = [f"closed within {step['max_days']:,} days"]
    if step["radius_km"] is not None:
        limits.append(f"within {kilometers(step['radius_km'], country)}")
    if step["max_size_difference"] is not None:
        limits.append(f"with a living area within {100 * step['max_size_difference']:.0f} %")
    return f"{len(comparison['comps'])} comparable sales of {step['found']:,} that {', '.join(limits)}"


def comp_id(rank: int) -> str:
    """Return the id by which the column, row, dots and marker of a sale are linked on the page."""
    return f"comp-{rank}"


def comp_title(comp: Mapping[str, Any]) -> str:
    """Return the address of a sale, or else its parcel number."""
    if comp["address"]:
        return str(comp["address"])
    return f"Parcel {comp['parcel']}" if comp["parcel"] else "Sale without an address"


def _features(comps: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the names of all features that are adjusted for in some sale, in the order of their rows."""
    found = {line["name"] for comp in comps for line in comp["adjustments"]}
    return [*(name for name in FEATURES if name in found), *sorted(found - FEATURES.keys())]


# Columns


def _column(comp: Mapping[str, Any], comps: Sequence[Mapping[str, Any]], country: str | None) -> GridColumn:
    area = comp["living_sqft"]
    return GridColumn(
        comp=comp,
        rank=comp["rank"],
        title=comp_title(comp),
        distance=kilometers(comp["distance_km"], country),
        price_per_sqft=comp["price"] / area if area else None,
        contribution=comp["weight"] * comp["adjusted_price"],
        reasons=weight_reasons(comp, comps, country),
    )


def weight_reasons(comp: Mapping[str, Any], comps: Sequence[Mapping[str, Any]], country: str | None) -> list[str]:
    """Return why a sale weighs what it does: its distance, similarity and error among all sales, in sentences."""
    reasons = []
    if comp["distance_km"] is not None:
        nearer = _place(comp, comps, "distance_km")
        reasons.append(f"Distance {kilometers(comp['distance_km'], country)}: {nearer} nearest of {len(comps)}.")
    alike = _place(comp, comps, "similarity", largest_first=True)
    reasons.append(
        f"Similarity {comp['similarity']:.2f} of 1, after adjustments of {comp['gross_percent']:.1f} % gross: "
        f"{alike} most similar of {len(comps)}."
    )
    surer = _place(comp, comps, "standard_error")
    reasons.append(
        f"Standard error of its adjusted price {comp['standard_error']:,.0f}: {surer} smallest of {len(comps)}."
    )
    reasons.append(f"Closed {comp['days']:,} days before the as-of date.")
    reasons.extend(f"{warning[:1].upper()}{warning[1:]}." for warning in comp["warnings"])
    if comp["pinned"]:
        reasons.append("Pinned by a person.")
    return reasons


def _place(
    comp: Mapping[str, Any], comps: Sequence[Mapping[str, Any]], name: str, *, largest_first: bool = False
) -> str:
    """Return the place of a sale among all by a figure, such as 1st."""
    sign = -1 if largest_first else 1
    own = sign * comp[name]
    place = 1 + sum(sign * each[name] < own for each in comps if each[name] is not None)
    ending = "th" if place % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place}{ending}"


# Rows


def _row(name: str, comparison: Mapping[str, Any]) -> GridRow:
    lines = [
        (comp, next((line for line in comp["adjustments"] if line["name"] == name), None))
        for comp in comparison["comps"]
    ]
    known = next((line for _, line in lines if line is not None), None)
    subject = None if known is None else known["subject"]
    return GridRow(
        label=FEATURES.get(name, known["label"] if known else name),
        unit="sq ft" if name in SQUARE_FEET else "",
        subject="" if name == "time" else feature_text(name, subject),
        cells=[_cell(name, comp, line, subject, comparison) for comp, line in lines],
    )


def _cell(
    name: str,
    comp: Mapping[str, Any],
    line: Mapping[str, Any] | None,
    subject: float | None,
    comparison: Mapping[str, Any],
) -> GridCell:
    if line is None:
        return GridCell(comp["rank"], feature_text(name, subject), None, "", is_same=True)
    value = _months(line["difference"]) if name == "time" else feature_text(name, line["sale"])
    return GridCell(comp["rank"], value, line["amount"], adjustment_reason(line, comparison))


def feature_text(name: str, value: float | None) -> str:
    """Return the value of a feature as appraisers write it: 1,580, 1.75, 1957, yes."""
    if value is None:
        return "?"
    if name == "age":
        return f"{value:.0f}"
    if name == "waterfront" and value in {0, 1}:
        return "yes" if value else "no"
    text = f"{value:,.2f}"
    return text.rstrip("0").rstrip(".")


def _months(difference: float | None) -> str:
    return "" if difference is None else f"{difference:.1f} mo"


def adjustment_reason(line: Mapping[str, Any], comparison: Mapping[str, Any]) -> str:
    """Return an adjustment in a sentence: difference × rate, with its standard error and source."""
    source = _source(line, comparison)
    if line["rate"] is None:
        return f"{source[:1].upper()}{source[1:]}."
    difference = _signed(line["difference"] or 0.0)
    error = "" if line["rate_error"] is None else f" (± {line['rate_error']:,.2f})"
    rate, amount = _minus(f"{line['rate']:,.2f}"), _minus(f"{line['amount']:+,.0f}")
    return (
        f"{difference} {_plural(line['unit'])} × {rate} per {line['unit']}{error} = {amount}, "
        f"standard error {line['standard_error']:,.0f}. Source: {source}."
    )


def _plural(unit: str) -> str:
    return unit if unit == "sq ft" else f"{unit}s"


def _source(line: Mapping[str, Any], comparison: Mapping[str, Any]) -> str:
    """Return the source of a line, which a comparison names once for all lines."""
    if line["source"] == "index_source":
        return f"price index, {comparison['index_source']}"
    if line["source"] == "rates":
        found = (rate["source"] for rate in comparison["rates"] if rate["name"] == line["name"])
        return str(next(found, "rates of this market"))
    return str(line["source"])


def _signed(value: float) -> str:
    text = f"{value:+,.2f}"
    return _minus(text.rstrip("0").rstrip("."))


def _minus(text: str) -> str:
    return text.replace("-", "−")
