"""Projected coordinates."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.app.core_gov.market.importing.projection import projection
from backend.app.core_gov.market.importing.record_map import RecordMap, compile_map
from backend.app.core_gov.market.importing.sale_checks import KINDS, REQUIRED, SaleTerms, checked
from backend.app.kit.errors import BadInput, Fault
from backend.tests.promises import promise

TERMS = SaleTerms("US", "USD", "2026-11-30")
PLACES = {"longitude": "X", "latitude": "Y"}


def described(columns: dict[str, Any] | None = None, **top: Any) -> RecordMap:
    places = PLACES if columns is None else columns
    return compile_map({"columns": {"price": "P", "close_date": "D", **places}, **top}, KINDS, REQUIRED, "town")


def read(map_: RecordMap, **raw: Any) -> tuple[dict[str, Any], dict[str, str], list[Fault], tuple[str, ...]]:
    left_out: list[Fault] = []
    found, notes = map_.fields({"P": 5, "D": "2015-06-30", **raw}, left_out)
    fields, warnings = checked(found, notes, TERMS, left_out)
    return fields, notes, left_out, warnings


@promise(
    "Market data",
    "Map coordinates in feet or meters become degrees if the mapping names their coordinate system, without a network.",
)
@pytest.mark.parametrize(
    ("code", "x", "y"),
    [
        ("EPSG:2926", "1,270,000.00", "230000"),  # feet of the Washington North zone
        ("esri:102748", 1_270_000, 230_000.0),
        ("EPSG:32610", 550_000, 5_273_600),  # meters of UTM zone 10 north
        ("EPSG:3857", "-13612200.5", "6043400"),
        ("EPSG:4326", "-122.3", "47.6"),
    ],
)
def test_points_of_one_city(code: str, x: Any, y: Any) -> None:
    found, notes, left_out, _ = read(described(crs=code), X=x, Y=y)
    assert (found["latitude"], found["longitude"]) == (pytest.approx(47.6, abs=0.1), pytest.approx(-122.3, abs=0.1))
    assert (notes["latitude"], notes["longitude"], left_out) == (code.upper(), code.upper(), [])


@pytest.mark.parametrize(
    ("x", "y", "said"),
    [
        (230_000, 1_270_000, "x 230,000 and y 1,270,000 look swapped for EPSG:2926: with crs, longitude is the column"),
        (550_000, 5_273_600, "are outside the area of EPSG:2926, whose unit is the US survey foot; set the crs of the"),
        (1e300, -1e300, "are outside the area of EPSG:2926"),
        (-122.3, 47.6, "are outside the area of EPSG:2926"),
    ],
)
def test_a_point_that_cannot_be_is_left_out(x: Any, y: Any, said: str) -> None:
    found, notes, left_out, _ = read(described(crs="EPSG:2926"), X=x, Y=y)
    assert (found["latitude"], found["longitude"], notes) == (None, None, {})
    assert [(fault.field, said in fault.message) for fault in left_out] == [("coordinates", True)]


def test_unknown_points_stay_unknown() -> None:
    map_ = described(crs="EPSG:2926")
    assert read(map_, X=0, Y=0)[3] == ("not_placed", "no_size")
    assert read(map_, X="", Y="")[0].get("latitude") is None
    assert "half_placed" in read(map_, X=1_270_000, Y="")[3]


def test_coordinates_that_are_no_degrees_name_the_option() -> None:
    _, _, left_out, _ = read(described(), X=1_270_000, Y=230_000)
    assert "set crs in a mapping file" in left_out[0].message


@pytest.mark.parametrize(
    ("crs", "columns", "said"),
    [
        ("2926", None, 'town: crs must be a code such as "EPSG:2926", not 2926'),
        ("EPSG:999999", None, "town: crs EPSG:999999 is not a known coordinate system of maps"),
        ("EPSG:5703", None, "town: crs EPSG:5703 is not a known coordinate system of maps"),
        ("EPSG:4978", None, "town: crs EPSG:4978 is not a coordinate system of maps: WGS 84"),
        ("+proj=utm +zone=10", None, "town: crs must be a code"),
        ("EPSG:2926", {}, "town: crs needs columns for longitude (its x, the easting) and latitude (its y, the"),
        (5, None, "town: crs must be a nonempty text"),
    ],
)
def test_other_systems_are_refused(crs: Any, columns: dict[str, Any] | None, said: str) -> None:
    with pytest.raises(BadInput) as caught:
        described(columns, crs=crs)
    assert caught.value.detail.startswith(said)


@given(st.lists(st.tuples(st.floats(-2e6, 4e6), st.floats(-1e6, 2e6)), min_size=1, max_size=5))
def test_arrays_and_points_agree(points: list[tuple[float, float]]) -> None:
    system = projection("EPSG:2926")
    x, y = np.array(points).T
    for at, (latitude, longitude) in enumerate(zip(*system.degrees(x, y), strict=True)):
        try:
            one = system.point(float(x[at]), float(y[at]))
        except ValueError:
            assert np.isnan(latitude)
        else:
            assert (x[at], y[at]) == (0, 0) or one == pytest.approx((latitude, longitude), abs=1e-6)
