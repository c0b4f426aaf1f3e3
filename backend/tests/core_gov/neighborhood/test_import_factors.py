"""Import of place factors on both databases: accepted rows, refused files, and lookup."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from backend.app.bootstrap import Store
from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.neighborhood import service
from backend.app.core_gov.neighborhood.import_factors import load_factors
from backend.app.core_gov.neighborhood.rating import Factor
from backend.app.kit.data_files.import_result import ImportResult
from backend.app.kit.data_files.import_rows import TableImport
from backend.app.kit.db import Ctx
from backend.app.kit.errors import BadInput
from backend.tests.promises import promise

HEADER = "factor,value,worst,best,postal,city,region,latitude,longitude,radius_km,as_of\n"
HERE = service.RatedLocation("CA", 43.2557, -79.8711, (("postal", "L8L"), ("city", "hamilton|ON"), ("region", "ON")))
AS_OF = date(2026, 6, 1)


def quiet(done: int, total: int) -> None:
    """Ignore the progress."""


def load(store: Store, ctx: Ctx, path: Path, text: str) -> ImportResult:
    path.write_text(text)
    asked = TableImport(path, {}, {"country": "CA"}, "City of Hamilton")
    return load_factors(store.db, ctx, asked, "2026-11-22", quiet)


def found(store: Store, crime: bool = False) -> dict[str, Factor]:
    factors = store.db.snapshot_now(service.loaded_factors, HERE, AS_OF, crime)
    return {factor.name: factor for factor in factors}


def test_nearest_point_is_preferred_to_smallest_area(store: Store, ctx: Ctx, tmp_path: Path) -> None:
    assert found(store)["transit"].reason == (
        "nothing is loaded for its place: load it with valhalla market load-factors"
    )
    text = HEADER + (
        "walkability,90,,,,,,43.2560,-79.8711,1,2026-01-01\n"
        "walkability,20,,,,,,43.2900,-79.8711,1,2026-01-01\n"
        "walkability,10,,,L8L,,,,,,2026-01-01\n"
        "Transit,3,1,5,,Hamilton,Ontario,,,,2025-01-01\n"
        "transit,4,1,5,,Hamilton,ON,,,,2026-01-01\n"
        "transit,5,1,5,,Hamilton,ON,,,,2026-07-01\n"
        "schools,70,,,,,ON,,,,2026-01-01\n"
        "crime,30,100,0,L8L 4V7,,,,,,2026-01-01\n"
    )
    assert load(store, ctx, tmp_path / "f.csv", text).stored == 8
    assert load(store, ctx, tmp_path / "f.csv", text).on_file == 8
    assert len(store.db.snapshot_now(audit.list_events, {"action": "place_factors.loaded"}, 10, None).docs) == 1
    known = found(store)
    assert (known["walkability"].score, known["transit"].score, known["schools"].score) == (90, 75, 70)
    assert known["walkability"].window == "as of 2026-01-01, within 0.0 km"
    assert known["transit"].window == "as of 2026-01-01, Hamilton, ON (city)"
    assert known["transit"].scaling == "on its own scale, from 1 (0) to 5 (100); not relative to the market"
    assert (known["crime"].score, (known["crime"].reason or "")[:4]) == (None, "off:")
    assert found(store, crime=True)["crime"].score == 70  # less is better, on this scale


def test_points_are_ignored_without_coordinates(store: Store, ctx: Ctx, tmp_path: Path) -> None:
    load(store, ctx, tmp_path / "f.csv", HEADER + "walkability,90,,,,,,43.2560,-79.8711,1,2026-01-01\n")
    blind = service.RatedLocation("CA", np.nan, np.nan, HERE.places)
    factors = store.db.snapshot_now(service.loaded_factors, blind, AS_OF, False)
    assert all(factor.score is None for factor in factors)


@promise(
    "Repairs, rents and neighborhoods",
    "No rating factor describes people, and a file with such a factor is refused.",
)
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (HEADER + "walkability,1,,,L8L,,,,,,2026-01-01\nMedian income,5,,,L8L,,,,,,2026-01-01\n", "row 3 of f.csv has"),
        (HEADER.replace("radius_km", "pct_immigrants"), "f.csv has a column pct_immigrants: it describes people"),
        ("factor,value\n", "as_of is required, and no column has its name"),
    ],
)
def test_a_forbidden_or_incomplete_file_is_refused_whole(
    store: Store, ctx: Ctx, tmp_path: Path, text: str, sentence: str
) -> None:
    with pytest.raises(BadInput) as failed:
        load(store, ctx, tmp_path / "f.csv", text)
    assert failed.value.detail.startswith(sentence)
    assert all(factor.score is None for factor in found(store).values())


def test_invalid_rows_are_rejected(store: Store, ctx: Ctx, tmp_path: Path) -> None:
    bad = {
        "charm,5,,,L8L,,,,,,2026-01-01": "charm is not a known factor",
        "price_trend,5,,,L8L,,,,,,2026-01-01": "price_trend is computed from sales and rents; load only",
        "transit,101,,,L8L,,,,,,2026-01-01": "value 101 is not between worst 0 and best 100",
        "transit,5,3,3,L8L,,,,,,2026-01-01": "best must differ from worst, and both are 3",
        "transit,5,,,,,,,,,2026-01-01": "it has no location: give coordinates, a postal area",
        "transit,5,,,,Hamilton,,,,,2026-01-01": "region is required with city Hamilton",
        "transit,5,,,,,,43,-79,0,2026-01-01": "radius_km must be above 0 and at most 50, not 0",
        "transit,5,,,,,,-79,43,1,2026-01-01": "latitude and longitude look swapped",
        "transit,5,,,L8L,,,,,,2027-01-01": "as_of 2027-01-01 is in the future",
        "transit,,,,L8L,,,,,,2026-01-01": "value is required",
    }
    done = load(store, ctx, tmp_path / "f.csv", HEADER + "\n".join(bad) + "\n")
    assert (done.stored, done.rejected) == (0, len(bad))
    assert done.rejected_file is not None
    said = done.rejected_file.read_text()
    for reason in bad.values():
        assert reason in said
