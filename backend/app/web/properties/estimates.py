"""Stored estimates of repairs and rent, and ratings, as rows of a page.

Their details are free JSON: written by the program's own proposals, or by anyone. What has an unknown form is shown
as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_KNOWN = frozenset({"low", "mid", "high", "currency", "lines", "contingency_percent", "unit_costs", "assumed"})


@dataclass(frozen=True, slots=True)
class RepairDetails:
    """Line items of an estimate of repairs, its range, and other assumptions as rows of a label and a text."""

    low: float | None = None
    high: float | None = None
    lines: list[str] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RatedFactorRow:
    """Factor of a rating: its score and value, or why it does not count."""

    name: str
    score: float | None
    text: str
    contribution: float | None
    source: str


def repair_details(assumptions: Mapping[str, Any]) -> RepairDetails:
    """Return the details of repairs, with all assumptions that are not about the rent."""
    found = assumptions.get("repairs")
    others = {name: value for name, value in assumptions.items() if name not in {"repairs", "rent"}}
    if not isinstance(found, dict):
        return RepairDetails(notes=rows_of(others if found is None else {"repairs": found, **others}))
    contingency = found.get("contingency_percent")
    notes = [] if contingency is None else [("contingency", f"{text_of(contingency)} %")]
    notes += rows_of({name: value for name, value in found.items() if name not in _KNOWN})
    return RepairDetails(
        low=_number(found.get("low")),
        high=_number(found.get("high")),
        lines=_texts(found.get("lines")),
        notes=notes + rows_of(others),
        assumed=_texts(found.get("assumed")),
    )


def rent_details(assumptions: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the assumptions about the rent as rows of a label and a text."""
    found = assumptions.get("rent")
    if not isinstance(found, dict):
        return [] if found is None else [("rent", text_of(found))]
    rows = []
    for name, value in found.items():
        if value is None or value == []:
            continue
        if name == "interval_80" and isinstance(value, list):
            rows.append(("four in five rents are between", " and ".join(map(text_of, value))))
        elif name == "comps" and isinstance(value, list):
            rows.append(("rental comps", f"{len(value)} used"))
        else:
            rows.append((name.replace("_", " "), text_of(value)))
    return rows


def factor_rows(factors: Mapping[str, Any]) -> list[RatedFactorRow]:
    """Return the factors of a rating, those that count first."""
    rows = [_factor(name, value) for name, value in factors.items()]
    return sorted(rows, key=lambda row: row.score is None)


def _factor(name: str, value: Any) -> RatedFactorRow:
    label = name.replace("_", " ")
    if isinstance(value, dict):
        if "unavailable" in value:
            return RatedFactorRow(label, None, text_of(value["unavailable"]), None, "")
        source = ", ".join(text_of(value[each]) for each in ("source", "window") if value.get(each))
        measured = " ".join(text_of(value[each]) for each in ("value", "unit") if value.get(each) is not None)
        return RatedFactorRow(label, _score(value.get("score")), measured, _number(value.get("contribution")), source)
    score = _score(value)
    return RatedFactorRow(label, score, "" if score is not None else text_of(value), None, "")


def rows_of(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(name.replace("_", " "), text_of(value)) for name, value in values.items() if value is not None]


def text_of(value: Any) -> str:
    """Return a JSON value as text: numbers with separators, yes and no, lists with commas."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:,.2f}".rstrip("0").rstrip(".") if abs(value) >= 0.01 or not value else f"{value:g}"
    if isinstance(value, list):
        return ", ".join(map(text_of, value))
    if isinstance(value, dict):
        return "; ".join(f"{name.replace('_', ' ')} {text_of(each)}" for name, each in value.items())
    return "none" if value is None else str(value)


def _texts(value: Any) -> list[str]:
    return [text_of(each) for each in value] if isinstance(value, list) else []


def _number(value: Any) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _score(value: Any) -> float | None:
    number = _number(value)
    return number if number is not None and 0 <= number <= 100 else None
