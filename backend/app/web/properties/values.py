"""Stored valuations as the page shows them: intervals, drivers and the sales behind them as charts. Pure functions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from backend.app.web.charts.interval_bar import IntervalBand, Mark, interval_bar, value_range
from backend.app.web.charts.time_scatter import Dot, LinePoint, time_scatter
from backend.app.web.charts.waterfall import WaterfallStep, waterfall
from backend.app.web.properties.comps_grid import comp_id, comp_title

KINDS = {"as_is": "As is", "after_repair": "After repair (ARV)"}


@dataclass(frozen=True, slots=True)
class ShownValue:
    """A valuation with its charts. `is_outdated` says that the property has changed since."""

    record: Mapping[str, Any]
    title: str
    in_words: str
    bar: Markup
    drivers: Markup
    is_outdated: bool


def shown_values(
    valuations: Sequence[Mapping[str, Any]], comparison: Mapping[str, Any], subject: Mapping[str, Any]
) -> list[ShownValue]:
    """Return the latest valuations with their charts, on one axis. `subject` has the property's features as of now."""
    ranges = [value_range(each["value"], _bands(each)) for each in valuations]
    limits = (min(low for low, _ in ranges), max(high for _, high in ranges)) if ranges else None
    return [
        ShownValue(
            record=each,
            title=KINDS[each["kind"]],
            in_words=each["kind"].replace("_", " "),
            bar=interval_bar(each["value"], _bands(each), _marks(each, comparison), limits, KINDS[each["kind"]]),
            drivers=_drivers(each),
            is_outdated=each["kind"] == "as_is" and each["subject"] != subject,
        )
        for each in valuations
    ]


def sales_chart(comparison: Mapping[str, Any], line: Sequence[LinePoint] = ()) -> Markup:
    """Return the prices and adjusted prices of the comparable sales over time, with the market's index if given."""
    dots = [dot for comp in comparison["comps"] for dot in _sale_dots(comp)]
    own = [
        Dot(
            date.fromisoformat(sale["close_date"]),
            sale["price"],
            f"This property sold for {sale['price']:,.0f} on {sale['close_date']}",
            "own",
        )
        for sale in comparison["prior_sales"]
    ]
    return time_scatter([*dots, *own], line if dots else (), label="Prices and adjusted prices of comparable sales")


def _sale_dots(comp: Mapping[str, Any]) -> list[Dot]:
    day, rank, title = date.fromisoformat(comp["close_date"]), comp["rank"], comp_title(comp)
    return [
        Dot(day, comp["price"], f"#{rank} {title}: sold for {comp['price']:,.0f} on {day}", "sold", comp_id(rank), 3),
        Dot(
            day,
            comp["adjusted_price"],
            f"#{rank} {title}: adjusted price {comp['adjusted_price']:,.0f}, weight {100 * comp['weight']:.1f} %",
            "adjusted",
            comp_id(rank),
            round(3 + 5 * comp["weight"] ** 0.5, 1),
        ),
    ]


def _bands(valuation: Mapping[str, Any]) -> list[IntervalBand]:
    return [IntervalBand(each["percent"], each["low"], each["high"]) for each in valuation["intervals"]]


def _marks(valuation: Mapping[str, Any], comparison: Mapping[str, Any]) -> list[Mark]:
    """Return a mark for each sale behind a valuation, titled by its address if the comparison has it."""
    titles = {comp["sale_id"]: f"#{comp['rank']} {comp_title(comp)}" for comp in comparison["comps"]}
    return [
        Mark(
            sale["adjusted_price"],
            sale["weight"],
            f"{titles.get(sale['sale_id'], 'Sale of ' + sale['close_date'])}: adjusted price "
            f"{sale['adjusted_price']:,.0f}, weight {100 * sale['weight']:.1f} %",
        )
        for sale in valuation["comps"]
    ]


def _drivers(valuation: Mapping[str, Any]) -> Markup:
    if valuation["typical_value"] is None or not valuation["drivers"]:
        return Markup("")
    steps = [WaterfallStep(_short(each["sentence"]), each["amount"], each["sentence"]) for each in valuation["drivers"]]
    return waterfall(
        ("Typical home of the market", valuation["typical_value"]),
        steps,
        ("Value", valuation["value"]),
        "Drivers of the value",
    )


def _short(sentence: str) -> str:
    """Return the subject of a driver, such as `Grade and condition`."""
    subject = sentence.partition(":")[0]
    return f"{subject[:1].upper()}{subject[1:]}"
