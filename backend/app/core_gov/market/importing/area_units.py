"""Units of area, areas with their unit in one text, and their conversion to square feet: pure."""

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from backend.app.core_gov.market.importing import converters
from backend.app.kit.data_files import cells
from backend.app.kit.text import folded, shorten

SQFT = "sqft"
SQFT_PER_M2 = 10.763910416709722

SQFT_IN = MappingProxyType({SQFT: 1.0, "m2": SQFT_PER_M2, "acres": 43_560.0, "hectares": 10_000 * SQFT_PER_M2})
"""Square feet in one of each unit (international foot)."""

_LENGTHS = {
    SQFT: ("'", "ft", "feet", "foot", "pi", "pieds", "pied", "pies"),
    "m2": ("m", "meters", "metres", "meter", "metre"),
}
"""Units of length, by the unit of the area that they measure."""

_WORDS = {
    SQFT: (
        *(
            "sqft",
            "ft2",
            "ft sq",
            "sf",
            "gsf",
            "sq ft",
            "sq foot",
            "sq feet",
            "square ft",
            "square feet",
            "square foot",
        ),
        *("pi2", "pi ca", "pieds carres", "pied carre", "p2", "pc", "pies cuadrados"),
    ),
    "m2": (
        *("m2", "sqm", "sq m", "m sq", "sq meters", "sq metres", "sq meter", "sq metre", "square m", "square meters"),
        *("square metres", "square meter", "square metre", "metres carres", "metre carre", "mc", "m ca"),
        "metros cuadrados",
    ),
    "acres": ("acres", "acre", "ac"),
    "hectares": ("hectares", "hectare", "ha"),
}
_UNITS = {
    word.replace(" ", ""): unit for words in (_WORDS, _LENGTHS) for unit, texts in words.items() for word in texts
}
_LINEAR = frozenset(word for words in _LENGTHS.values() for word in words)

_ABOUT = re.compile(r"^(?:approx(?:imately|\.)?|about|env(?:iron|\.)?)\s*|~|±|\+/-", re.IGNORECASE)
_MAX_TEXT = 200
_MIN_WITH_DECIMALS = {SQFT: 100, "m2": 20}
"""Sizes below which three decimals are rather thousands: no home and no lot is that small."""
_NUMBER_AND_UNIT = re.compile(r"(?P<number>[^a-z']*[\d.)])\s*(?P<unit>[a-z'].*)?", re.IGNORECASE | re.DOTALL)
_BY = re.compile(r"\s*(?:[x×*]|\bby\b|\bpar\b)\s*", re.IGNORECASE)


def is_length(text: str) -> bool:
    """Return whether a unit is one of length, such as Feet."""
    return _unit_key(text) in _LINEAR


def unit_of(text: str) -> str:
    """Return the unit for any spelling ("Square Meters", "m²", "Acre(s)", "pi²"). Raises ValueError if unknown."""
    unit = _UNITS.get(_unit_key(text))
    if unit is None:
        raise ValueError(f"has the unit {shorten(text)}; the units are {', '.join(SQFT_IN)}")
    return unit


def _unit_key(text: str) -> str:
    plain = text.strip() if text.strip() == "'" else folded(text.replace("(s)", "s").replace("^", ""))
    return re.sub(r"[\s._-]", "", plain.replace("²", "2"))


@dataclass(frozen=True, slots=True)
class StatedArea:
    """Area as its source states it. `unit` is None if the text has none; `length` marks the product of two lengths.

    `ambiguous` is the text if its comma or point can be a decimal mark or a separator of thousands.
    """

    size: float
    unit: str | None = None
    length: bool = False
    ambiguous: str | None = None

    def in_sqft(self, unit: str, times: float = 1) -> float:
        """Return the area in square feet; `unit` is the unit if the text has none. Raises ValueError if it is unclear.

        Commas separate thousands in square feet, the usual form of US and Canadian files. Areas in the other units
        often have decimals. `1.250` square feet or metres is no home, so its point may separate thousands.
        """
        used = self.unit or unit
        if self.length and used not in _LENGTHS:
            raise ValueError(f"is a length times a width, and its unit is {used}")
        if self.ambiguous is not None and (
            ("," in self.ambiguous and used != SQFT) or self.size * times < _MIN_WITH_DECIMALS.get(used, 0)
        ):
            raise ValueError(
                f"is ambiguous in {used}: {shorten(self.ambiguous)} can be a whole number or have decimals; "
                "set decimal in a mapping file"
            )
        return self.size * SQFT_IN[used] * times


def stated_area(value: Any, decimal: str | None = None) -> StatedArea | None:
    """Return an area from a number, or from a text such as `1,500 sqft`, `172 m²` or `50 x 120 ft`.

    Raises ValueError with the rest of a sentence.
    """
    if not isinstance(value, str):
        size = converters.number(value)
        return None if size is None else StatedArea(size)
    if len(value) > _MAX_TEXT:
        raise ValueError(f"is not an area: {shorten(value)}")
    text = _ABOUT.sub(" ", value.strip().replace("\u2019", "'").replace("\u2032", "'")).strip()
    sides = _BY.split(text)
    if len(sides) == 2:
        return _rectangle(value, *(_size(side, decimal, value) for side in sides))
    return _size(text, decimal, value)


def _size(text: str, decimal: str | None, whole: str) -> StatedArea | None:
    """Return the area, or one side of it, in a text with or without a unit after the number."""
    try:
        size = converters.number(text, decimal)
        return None if size is None else StatedArea(size, ambiguous=_ambiguous(text, decimal))
    except ValueError:
        found = _NUMBER_AND_UNIT.fullmatch(cells.unwrapped(text))
        if found is None or found["unit"] is None:
            raise
    digits = found["number"].strip()
    try:
        size, unit = converters.number(digits, decimal), unit_of(found["unit"])
    except ValueError:
        raise ValueError(f"is not an area: {shorten(whole)}") from None
    if size is None:
        return None
    return StatedArea(size, unit, _unit_key(found["unit"]) in _LINEAR, _ambiguous(digits, decimal))


def _ambiguous(text: str, decimal: str | None) -> str | None:
    return text if decimal is None and cells.is_ambiguous(text) else None


def _rectangle(text: str, width: StatedArea | None, depth: StatedArea | None) -> StatedArea:
    """Return the area of a lot by its sides. Raises ValueError if their units differ or are not lengths."""
    if width is None or depth is None or width.size < 0 or depth.size < 0:
        raise ValueError(f"is not an area: {shorten(text)}")
    units = {side.unit for side in (width, depth) if side.unit is not None}
    if len(units) > 1 or not units <= _LENGTHS.keys() or width.ambiguous or depth.ambiguous:
        raise ValueError(f"is not an area: {shorten(text)}")
    return StatedArea(width.size * depth.size, next(iter(units), None), length=True)


def area(value: Any, decimal: str | None = None) -> float | None:
    """Return an area in square feet, the unit of a number without one. Raises ValueError as `stated_area`."""
    found = stated_area(value, decimal)
    return None if found is None else found.in_sqft(SQFT)
