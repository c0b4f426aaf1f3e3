"""Places are gathered in the cells of a grid."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.app.web.maps.grid import MAX_CELLS, Bounds, clusters_of, extent_of, grid_of, zoom_of

DEGREES = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
WORLD = Bounds(-180, -90, 180, 90)


def arrays(places: list[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([each[0] for each in places]), np.array([each[1] for each in places])


@given(st.lists(DEGREES, min_size=1, max_size=50), st.floats(0, 19), st.sampled_from([4, 44]))
def test_every_place_in_view_is_in_one_cluster(places: list[tuple[float, float]], zoom: float, pixels: int) -> None:
    latitude, longitude = arrays(places)
    grid = grid_of(WORLD, zoom, pixels)
    found = list(clusters_of(latitude, longitude, grid))
    assert grid.columns * grid.rows <= MAX_CELLS
    assert sum(each.count for each in found) == len(places)
    for each in found:
        assert abs(each.latitude - latitude[each.index]) <= grid.height
        assert abs(each.longitude - longitude[each.index]) <= grid.width


def test_million_places_are_at_most_as_many_features_as_cells() -> None:
    rng = np.random.default_rng(1)
    latitude, longitude = rng.uniform(-60, 70, 1_000_000), rng.uniform(-180, 180, 1_000_000)
    for zoom in (0, 3, 19):
        found = list(clusters_of(latitude, longitude, grid_of(WORLD, zoom, 4)))
        assert len(found) <= MAX_CELLS
        assert sum(each.count for each in found) == 1_000_000


def test_clusters_do_not_change_when_the_view_moves() -> None:
    rng = np.random.default_rng(2)
    latitude, longitude = rng.uniform(47.2, 47.8, 500), rng.uniform(-122.5, -121.5, 500)
    views = (Bounds(-123, 47, -121, 48), Bounds(-123.21, 47.03, -121.17, 48.02))
    one, other = ({(each.count, each.latitude) for each in clusters_of(latitude, longitude, grid_of(view, 10, 44))}
                  for view in views)  # fmt: skip
    assert one == other


def test_unknown_coordinates_are_not_on_the_map() -> None:
    latitude, longitude = np.array([math.nan, 43.25]), np.array([math.nan, -79.87])
    (only,) = clusters_of(latitude, longitude, grid_of(WORLD, 0, 44))
    assert (only.latitude, only.longitude, only.count, only.index) == (43.25, -79.87, 1, 1)
    assert extent_of(latitude, longitude) == Bounds(-79.87, 43.25, -79.87, 43.25)
    assert extent_of(latitude[:1], longitude[:1]) is None


def test_zoom_shows_all_bounds() -> None:
    assert zoom_of(WORLD, 256, 256) == pytest.approx(-2.5, abs=2.5)
    assert zoom_of(Bounds(-79.87, 43.25, -79.87, 43.25), 500, 700) == 19
    assert 8 < zoom_of(Bounds(-122.5, 47.2, -121.5, 47.8), 500, 700) < 10


@pytest.mark.parametrize("text", ["10,0,-10,0", "0,10,0,-10", "1,2,3", "a,b,c,d"])
def test_bounds_are_checked(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Bounds.parse(text)


def test_bounds_are_cut_to_the_world() -> None:
    assert Bounds.parse("-540,-100,540,100") == WORLD
    assert Bounds.parse("200,0,260,10") == Bounds(180, 0, 180, 10)
