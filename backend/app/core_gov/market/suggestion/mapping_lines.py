"""Lines of a suggested mapping: each field's value as TOML, with what is not certain about it: pure."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from backend.app.core_gov.market.importing.area_units import SQFT
from backend.app.core_gov.market.suggestion.column_names import likelihood, plain_name
from backend.app.core_gov.market.suggestion.column_samples import ColumnSample
from backend.app.core_gov.market.suggestion.columns_of_fields import Choice
from backend.app.core_gov.market.suggestion.day_formats import day_formats
from backend.app.kit.text import list_names, shorten

_UNITS = (
    (re.compile(r"acre|\bac\b", re.IGNORECASE), "acres"),
    (re.compile(r"hectare|\bha\b", re.IGNORECASE), "hectares"),
    (re.compile(r"m2|m²|sq ?m\b|sqm|square met|mc\b|metre|meter", re.IGNORECASE), "m2"),
)
_MAX_M2, _MAX_ACRES = 350, 25
_MAX_DEGREES = 360
_MIN_WIDTH = 8
_SCALE = {
    "very poor": 1, "poor": 2, "fair": 3, "below average": 4, "average": 5, "typical": 5, "above average": 6,
    "good": 7, "very good": 8, "excellent": 9, "po": 2, "fa": 3, "ta": 5, "avg": 5, "gd": 7, "vg": 8, "ex": 9,
    "mauvais": 2, "passable": 3, "moyen": 5, "bon": 7, "tres bon": 8,
}  # fmt: skip
"""Places of usual words of quality and condition in their order."""


@dataclass(frozen=True, slots=True)
class MappingLine:
    """Value of a field as it goes to TOML, None to leave the field out. `doubts` say what is not certain."""

    field: str
    value: Any
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileHabits:
    """Country of a file, and whether days come before months in its dates."""

    country: str
    day_first: bool


def mapping_lines(chosen: Mapping[str, Choice], habits: FileHabits) -> Iterator[MappingLine]:
    """Yield the line of each field that has a column."""
    yield from _plain(chosen, "price")
    yield from _days(chosen, habits)
    yield from _parcel(chosen)
    for name in ("deed", "property_type"):
        yield from _plain(chosen, name)
    for name in ("living_sqft", "lot_sqft", "basement_sqft"):
        if name in chosen:
            yield _area(name, chosen[name])
    yield from _plain(chosen, "beds")
    yield from _baths(chosen)
    yield from _plain(chosen, "floors")
    yield from _years(chosen)
    for name in ("grade", "condition", "view", "waterfront"):
        if name in chosen:
            yield _rating(name, chosen[name])
    yield from _place(chosen)
    for name in ("city", "postal", "area", "terms"):
        yield from _plain(chosen, name)


def _plain(chosen: Mapping[str, Choice], name: str) -> Iterator[MappingLine]:
    if name not in chosen:
        return
    column, doubts = chosen[name].column, chosen[name].doubts
    if name == "price" and 0 < column.middle < 5000:
        doubts = (*doubts, f"the middle price is {column.middle:,.0f}: in thousands it needs times = 1000")
    if name == "property_type" and column.texts and max(map(len, column.texts)) <= 3:
        doubts = (*doubts, f"these look like codes, which values can translate: {_examples(column)}")
    yield MappingLine(name, column.name, doubts)


def _parcel(chosen: Mapping[str, Choice]) -> Iterator[MappingLine]:
    own, parts = (
        chosen.get("sale_id"),
        [chosen[part].column.name for part in ("borough", "block", "lot") if part in chosen],
    )
    if "parcel" in chosen:
        yield _numbered("parcel", chosen["parcel"].column, chosen["parcel"].doubts)
    elif "block" in chosen and "lot" in chosen:
        doubt = "these columns together seem to be the parcel"
        yield MappingLine("parcel", "-".join(f"{{{part}}}" for part in parts), (doubt,))
    elif own is not None and not own.column.is_unique and own.column.filled == 1:
        yield _numbered("parcel", own.column, ("its values recur, as those of a parcel that is sold again",))


def _numbered(name: str, column: ColumnSample, doubts: tuple[str, ...]) -> MappingLine:
    """Return the line of a number that identifies something, with its width if leading zeros seem to be lost."""
    texts = [text.removesuffix(".0") for text in column.texts]
    most = max(map(len, texts))
    lost = all(text.isdecimal() and text[0] != "0" for text in texts) and most - 2 <= min(map(len, texts)) < most
    if not lost or most < _MIN_WIDTH:
        return MappingLine(name, column.name, doubts)
    doubt = f"numbers of {most} digits seem to have lost their leading zeros, which width restores"
    return MappingLine(name, {"column": column.name, "width": most}, (*doubts, doubt))


def _examples(column: ColumnSample) -> str:
    return list_names([text for text, _ in column.texts.most_common(8)], width=30)


def _days(chosen: Mapping[str, Choice], habits: FileHabits) -> Iterator[MappingLine]:
    for name in ("close_date", "contract_date"):
        if name in chosen and (line := _day(name, chosen[name], habits)) is not None:
            yield line
        elif name == "close_date" and "close_year" in chosen:
            yield _parts_of_day(chosen)


def _day(name: str, choice: Choice, habits: FileHabits) -> MappingLine | None:
    found = day_formats(choice.column.values, day_first=habits.day_first)
    if found is None:
        return None
    doubts = [*choice.doubts, *([found.doubt] if found.doubt else [])]
    if found.share < 1:
        doubts.append(f"{1 - found.share:.1%} of the values are read in no such format")
    if not found.formats:
        return MappingLine(name, choice.column.name, tuple(doubts))
    form: Any = found.formats[0] if len(found.formats) == 1 else list(found.formats)
    return MappingLine(name, {"column": choice.column.name, "date_format": form}, tuple(doubts))


def _parts_of_day(chosen: Mapping[str, Choice]) -> MappingLine:
    parts: dict[str, Any] = {"year": chosen["close_year"].column.name}
    if "close_month" not in chosen:
        doubt = "only the year of the sale is known; with month = 12, no value uses a sale that had not closed"
        return MappingLine("close_date", {**parts, "month": 12}, (doubt,))
    parts["month"] = chosen["close_month"].column.name
    if "close_day" in chosen:
        parts["day"] = chosen["close_day"].column.name
    return MappingLine(
        "close_date", parts, tuple(d for part in ("close_year", "close_month") for d in chosen[part].doubts)
    )


def _area(name: str, choice: Choice) -> MappingLine:
    column, doubts = choice.column, choice.doubts
    unit = next((unit for pattern, unit in _UNITS if pattern.search(column.name.replace("_", " "))), SQFT)
    if unit == SQFT and name == "living_sqft" and 0 < column.middle <= _MAX_M2:
        unit, doubts = "m2", (*doubts, f"the middle is {column.middle:,.0f}, which looks like square meters")
    if unit == SQFT and name == "lot_sqft" and 0 < column.middle <= _MAX_ACRES:
        unit, doubts = "acres", (*doubts, f"the middle is {column.middle:,.4g}, which looks like acres")
    return MappingLine(name, column.name if unit == SQFT else {"column": column.name, "unit": unit}, doubts)


def _baths(chosen: Mapping[str, Choice]) -> Iterator[MappingLine]:
    full, half = chosen.get("full_baths"), chosen.get("half_baths")
    if full is not None and half is not None:
        parts = [full.column.name, {"column": half.column.name, "times": 0.5}]
        yield MappingLine("baths", {"sum": parts}, (*full.doubts, *half.doubts))
    else:
        yield from _plain(chosen, "baths")


def _years(chosen: Mapping[str, Choice]) -> Iterator[MappingLine]:
    if "year_built" in chosen:
        yield from _plain(chosen, "year_built")
    elif "age" in chosen:
        doubt = "this is taken as the age at the sale, not today"
        yield MappingLine("year_built", {"age": chosen["age"].column.name}, (*chosen["age"].doubts, doubt))
    yield from _plain(chosen, "year_renovated")


def _rating(name: str, choice: Choice) -> MappingLine:
    """Return the line of a number, or of words whose order is known."""
    column = choice.column
    if column.numeric >= 0.8 or name in {"view", "waterfront"}:
        return MappingLine(name, column.name, choice.doubts)
    values = {text: _SCALE[plain_name(text)] for text in sorted(column.texts) if plain_name(text) in _SCALE}
    known = sum(column.texts[text] for text in values) / len(column.values)
    if known < 0.5:
        return MappingLine(name, None, (f"{column.name} has words, which values can translate: {_examples(column)}",))
    doubts = [*choice.doubts, "the numbers of the words are guessed from their usual order"]
    if others := [text for text in column.texts if text not in values]:
        doubts.append(f"without a number: {list_names(others[:8], width=30)}")
    return MappingLine(name, {"column": column.name, "values": values}, tuple(doubts))


def _place(chosen: Mapping[str, Choice]) -> Iterator[MappingLine]:
    yield from _address(chosen)
    latitude, longitude = chosen.get("latitude"), chosen.get("longitude")
    if latitude is None or longitude is None:
        return
    if abs(latitude.column.middle) > _MAX_DEGREES or abs(longitude.column.middle) > _MAX_DEGREES:
        names = f"{longitude.column.name} (x) and {latitude.column.name} (y)"
        yield MappingLine("latitude", None, (f"{names} are map coordinates: name them here and set crs at the top",))
        return
    yield MappingLine("latitude", latitude.column.name, latitude.doubts)
    if longitude.column.middle > 0:
        doubt = "the minus sign of the west seems to be missing"
        yield MappingLine("longitude", {"column": longitude.column.name, "times": -1}, (*longitude.doubts, doubt))
    else:
        yield MappingLine("longitude", longitude.column.name, longitude.doubts)


def _address(chosen: Mapping[str, Choice]) -> Iterator[MappingLine]:
    parts: list[Any] = []
    doubts: tuple[str, ...] = ()
    if "address" in chosen:
        parts, doubts = [chosen["address"].column.name], chosen["address"].doubts
    elif "house_number" in chosen and "street" in chosen:
        parts = [chosen["house_number"].column.name, chosen["street"].column.name]
    if not parts:
        return
    unit = chosen.get("unit_number")
    if unit is not None and likelihood("unit_number", unit.column.name):
        parts.append({"column": unit.column.name, "prefix": "Unit"})
    yield MappingLine("address", parts[0] if len(parts) == 1 else {"join": parts}, doubts)


# TOML


def toml_value(value: Any) -> str:
    """Return a text, a number, a list or a table as TOML on one line."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case dict():
            return "{ " + ", ".join(f"{toml_key(key)} = {toml_value(each)}" for key, each in value.items()) + " }"
        case list():
            return "[" + ", ".join(map(toml_value, value)) + "]"
        case _:
            return f"{value!r}"


def toml_key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else toml_value(key)


def comment(text: str) -> str:
    """Return a comment of one line."""
    return f"# {shorten(text, 400)}"
