"""Values of a property over time, made by people and computed on a schedule, as a chart and a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from backend.app.core_gov.property import service as property_
from backend.app.core_gov.property.scheduled_valuations.material_change import INTERVAL_PERCENT
from backend.app.core_gov.property.scheduled_valuations.service import list_scheduled
from backend.app.kit.db import Tx
from backend.app.kit.fields import load
from backend.app.web.charts.time_scatter import Dot, LinePoint, time_scatter

MAX_SCHEDULED = 60
"""Maximum number of values computed on a schedule that the page shows: more than a year of weekly ones."""

MAX_BY_PEOPLE = 20
"""Maximum number of valuations made by people that the page shows. Their documents are large."""


@dataclass(frozen=True, slots=True)
class PastValue:
    """A value with the 80 % interval around it; the interval is None if the valuation has none."""

    as_of: date
    kind: str
    value: float
    currency: str
    interval: tuple[float, float] | None
    source: str
    created_at: str


def value_history(tx: Tx, property_id: str) -> dict[str, Any]:
    """Return the latest values of a property and their chart."""
    found = past_values(tx, property_id)
    return {"past_values": found, "value_chart": value_chart(found)}


def past_values(tx: Tx, property_id: str) -> list[PastValue]:
    """Return the latest values of a property by day, the latest day first."""
    scheduled = list_scheduled(tx, property_id, None, MAX_SCHEDULED, None).docs
    made = property_.list_valuations(tx, property_id, None, MAX_BY_PEOPLE, None).docs
    found = [_scheduled(load(doc)) for doc in scheduled] + [_by_person(load(doc)) for doc in made]
    return sorted(found, key=lambda each: (each.as_of, each.created_at), reverse=True)


def value_chart(values: Sequence[PastValue]) -> Markup:
    """Return the values in the currency of the newest one over time; empty for fewer than two.

    The line and its band are the values as is and their 80 % intervals.
    """
    drawn = [each for each in values if each.currency == values[0].currency]
    if len(drawn) < 2:
        return Markup("")
    kinds = {"as_is": ("adjusted", "as is"), "after_repair": ("sold", "after repair")}
    dots = [
        Dot(each.as_of, each.value, f"{each.value:,.0f} {words} on {each.as_of}, {each.source}", name, size=3.5)
        for each in drawn
        for name, words in [kinds[each.kind]]
    ]
    line = [
        LinePoint(each.as_of, each.value, *(each.interval or (each.value, each.value)))
        for each in reversed(drawn)
        if each.kind == "as_is"
    ]
    return time_scatter(dots, line, label="Values over time")


def _scheduled(found: dict[str, Any]) -> PastValue:
    interval = found["low"], found["high"]
    return _past_value(found, interval, "on a schedule")


def _by_person(found: dict[str, Any]) -> PastValue:
    intervals = [(each["low"], each["high"]) for each in found["intervals"] if each["percent"] == INTERVAL_PERCENT]
    return _past_value(found, next(iter(intervals), None), "by a person")


def _past_value(found: dict[str, Any], interval: tuple[float, float] | None, source: str) -> PastValue:
    day = date.fromisoformat(found["as_of"])
    return PastValue(day, found["kind"], found["value"], found["currency"], interval, source, found["created_at"])
