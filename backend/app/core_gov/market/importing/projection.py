"""Projected coordinates, such as state plane feet, converted to degrees (WGS 84) by PROJ, without any network."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from backend.app.kit.arrays import Floats
from backend.app.kit.text import shorten

_CODE = re.compile(r"(EPSG|ESRI):([0-9]{1,7})", re.IGNORECASE)
_DEGREES = "EPSG:4326"
_MARGIN_DEGREES = 1.0
"""Distance outside the area of use up to which a point is still plausible: counties overlap the zones."""


@dataclass(frozen=True, slots=True)
class Projection:
    """Coordinate reference system of a file. Its x (easting) is in the column of the longitude, its y (northing) in
    that of the latitude.

    `area` are the west, south, east and north of its use in degrees; `unit` is the unit of its coordinates.
    """

    code: str
    area: tuple[float, float, float, float]
    unit: str
    transform: Callable[..., Any]

    def degrees(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Return latitudes and longitudes; NaN for points that the system cannot have."""
        longitude, latitude = self.transform(x, y, errcheck=False)
        inside = self._inside(latitude, longitude)
        return np.where(inside, latitude, np.nan), np.where(inside, longitude, np.nan)

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Return latitude and longitude. Raises ValueError with a sentence for a point that cannot be."""
        if x == y == 0:  # what programs write for an unknown place
            return 0.0, 0.0
        longitude, latitude = self.transform(x, y, errcheck=False)
        if self._inside(latitude, longitude):
            return round(latitude, 7), round(longitude, 7)
        longitude, latitude = self.transform(y, x, errcheck=False)
        if self._inside(latitude, longitude):
            raise ValueError(
                f"x {x:,.10g} and y {y:,.10g} look swapped for {self.code}: with crs, longitude is the column of x "
                "(easting) and latitude that of y (northing)"
            )
        raise ValueError(
            f"x {x:,.10g} and y {y:,.10g} are outside the area of {self.code}, whose unit is the {self.unit}; set the "
            "crs of the file"
        )

    def _inside(self, latitude: Any, longitude: Any) -> Any:
        west, south, east, north = self.area
        between = np.mod(longitude - west + _MARGIN_DEGREES, 360) <= np.mod(east - west, 360) + 2 * _MARGIN_DEGREES
        between = between | (east - west >= 360 - 2 * _MARGIN_DEGREES)
        finite = np.isfinite(latitude) & np.isfinite(longitude)
        return finite & between & (latitude >= south - _MARGIN_DEGREES) & (latitude <= north + _MARGIN_DEGREES)


def projection(code: str) -> Projection:
    """Return a system by its code, such as `EPSG:2926`. Raises ValueError with the rest of a sentence."""
    if not _CODE.fullmatch(code):
        raise ValueError(f'must be a code such as "EPSG:2926", not {shorten(code)}')
    import pyproj  # imported only on use
    import pyproj.network
    from pyproj.exceptions import ProjError

    network: Any = pyproj.network
    network.set_network_enabled(active=False)  # otherwise the environment could make it download grids
    try:
        system: Any = pyproj.CRS.from_user_input(code.upper())
        transformer: Any = pyproj.Transformer.from_crs(system, _DEGREES, always_xy=True, allow_ballpark=False)
    except ProjError:
        raise ValueError(f"{code} is not a known coordinate system of maps") from None
    area = system.area_of_use
    if not (system.is_projected or system.is_geographic) or len(system.axis_info) != 2 or area is None:
        raise ValueError(f"{code} is not a coordinate system of maps: {shorten(system.name)}")
    bounds = (area.west, area.south, area.east, area.north)
    return Projection(code.upper(), bounds, system.axis_info[0].unit_name, transformer.transform)
