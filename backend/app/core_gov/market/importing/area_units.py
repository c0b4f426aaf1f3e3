"""Units of area and their conversion to square feet: pure."""

import re
from types import MappingProxyType

from backend.app.kit.text import shorten

SQFT = "sqft"
SQFT_PER_M2 = 10.763910416709722

SQFT_IN = MappingProxyType({SQFT: 1.0, "m2": SQFT_PER_M2, "acres": 43_560.0, "hectares": 10_000 * SQFT_PER_M2})
"""Square feet in one of each unit (international foot)."""

_WORDS = {
    SQFT: ("sqft", "ft2", "sf", "sq ft", "square feet", "square foot", "feet"),
    "m2": ("m2", "sqm", "sq m", "square meters", "square metres", "square meter", "square metre", "meters", "metres"),
    "acres": ("acres", "acre", "ac"),
    "hectares": ("hectares", "hectare", "ha"),
}
_UNITS = {word.replace(" ", ""): unit for unit, words in _WORDS.items() for word in words}


def unit_of(text: str) -> str:
    """Return the unit for any spelling ("Square Meters", "SquareMeters", "m²"). Raises ValueError if unknown."""
    unit = _UNITS.get(re.sub(r"[\s._]", "", text.casefold().replace("²", "2")))
    if unit is None:
        raise ValueError(f"has the unit {shorten(text)}; the units are {', '.join(SQFT_IN)}")
    return unit
