"""Choice of a column for each field, by its name and its values: pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from backend.app.core_gov.market.suggestion.column_names import FIELDS, SURE, likelihood
from backend.app.core_gov.market.suggestion.column_samples import ColumnSample, plausible

_MIN_SCORE = 0.4
_MIN_PLAUSIBLE = 0.5


@dataclass(frozen=True, slots=True)
class Choice:
    """Column chosen for a field. `doubts` say what is not certain."""

    column: ColumnSample
    doubts: tuple[str, ...]


def choose(columns: Mapping[str, ColumnSample]) -> dict[str, Choice]:
    """Return the column of each field that has one: the likeliest pairs first, each column once."""
    scores = {
        (field, name): likelihood(field, name) * plausible(field, column)
        for field in FIELDS
        for name, column in columns.items()
        if likelihood(field, name) and plausible(field, column) >= _MIN_PLAUSIBLE
    }
    ranked = sorted(scores, key=lambda pair: (-scores[pair], list(columns).index(pair[1]), FIELDS.index(pair[0])))
    chosen: dict[str, str] = {}
    for field, name in ranked:
        if scores[field, name] >= _MIN_SCORE and field not in chosen and name not in chosen.values():
            chosen[field] = name
    return {field: Choice(columns[name], _doubts(field, name, columns, scores)) for field, name in chosen.items()}


def _doubts(
    field: str, name: str, columns: Mapping[str, ColumnSample], scores: Mapping[tuple[str, str], float]
) -> tuple[str, ...]:
    found = []
    if likelihood(field, name) < SURE:
        found.append("by its name this may be something else")
    elif plausible(field, columns[name]) < SURE:
        found.append("not all its values look like it")
    others = [
        other
        for other in columns
        if other != name and scores.get((field, other), 0) >= max(_MIN_SCORE, 0.85 * scores[field, name])
    ]
    if others:
        found.append(f"{' or '.join(others[:3])} may be meant instead")
    if columns[name].filled < 0.5:
        found.append(f"{columns[name].filled:.0%} of the rows have a value")
    return tuple(found)
