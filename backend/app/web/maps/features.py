"""What a map shows: places, clusters of places, and the part of the world in view."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field

from backend.app.kit.arrays import Floats
from backend.app.kit.query import Number
from backend.app.web.maps.grid import MAX_ZOOM, Bounds, Cluster, clusters_of, extent_of, grid_of, zoom_of
from backend.app.web.queries import PageQuery

USUAL_SIZE = (500, 700)
"""Width and height of a map in pixels, for its first view."""

CLUSTER_PIXELS = 44
"""Size of the cells that gather places if there are many."""

MAX_APART = 300
"""Number of places in view that are shown one by one."""

APART_PIXELS = 4
"""Size of the cells that gather places if there are few: only those that would hide one another."""

DOT_PIXELS = 9
"""Size of the cells that gather the dots of a background."""


def _bounds(text: str) -> str:
    Bounds.parse(text)
    return text


class MapView(PageQuery):
    """Part of the world that a map shows; without bounds, all that there is."""

    bounds: Annotated[
        str | None, Field(pattern=r"^-?\d{1,3}(\.\d{1,9})?(,-?\d{1,3}(\.\d{1,9})?){3}$"), AfterValidator(_bounds)
    ] = Field(default=None, description="west,south,east,north in degrees")
    zoom: Annotated[Number, Field(ge=0, le=24)] | None = Field(default=None, description="Zoom of the map")

    @property
    def limits(self) -> dict[str, float]:
        """Limits of latitude and longitude in view, as parameters of a list."""
        if self.bounds is None:
            return {}
        found = Bounds.parse(self.bounds)
        return {
            "min_latitude": found.south,
            "max_latitude": found.north,
            "min_longitude": found.west,
            "max_longitude": found.east,
        }

    def clusters(self, latitude: Floats, longitude: Floats, pixels: float | None = None) -> list[Cluster]:
        """Return the places in view, those in cells of this many pixels together.

        Without a size, places are gathered only if there are many.
        """
        bounds = extent_of(latitude, longitude) if self.bounds is None else Bounds.parse(self.bounds)
        if bounds is None:
            return []
        zoom = zoom_of(bounds, *USUAL_SIZE) if self.bounds is None else min(self.zoom or 0.0, MAX_ZOOM)
        if pixels is None:
            few = int(bounds.holds(latitude, longitude).sum()) <= MAX_APART
            pixels = APART_PIXELS if few else CLUSTER_PIXELS
        return list(clusters_of(latitude, longitude, grid_of(bounds, zoom, pixels)))


class MapFeature(BaseModel):
    """A place on a map, or a cluster of places if `count` is more than 1. `at`: longitude and latitude."""

    at: tuple[float, float]
    count: int = 1
    id: str | None = None
    title: str | None = None
    href: str | None = None


class MapFeatures(BaseModel):
    """Features of a map, at most as many as a grid has cells. `total`: number of places in view."""

    features: list[MapFeature]
    total: int


class MapDots(BaseModel):
    """Dots of a background: longitude, latitude and number of places of each."""

    dots: list[tuple[float, float, int]]
