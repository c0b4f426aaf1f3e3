"""Further columns that a mapping names for the model."""

from pathlib import Path
from typing import Any

import pytest

from backend.app.bootstrap import Store
from backend.app.core_gov.market.importing.extra_fields import read_extra
from backend.app.core_gov.market.importing.import_appraisals import KINDS as APPRAISAL_KINDS
from backend.app.core_gov.market.importing.record_map import RecordMap, compile_map
from backend.app.core_gov.market.importing.sale_checks import KINDS, REQUIRED
from backend.app.core_gov.market.sales_cache import sales_of
from backend.app.core_gov.market.search import service as search
from backend.app.kit.errors import BadInput, Fault
from backend.tests.core_gov.market.files import counts, import_file, stored
from backend.tests.promises import promise

BASE = {"price": "P", "close_date": "D"}


def described(extra: Any, **top: Any) -> RecordMap:
    return compile_map({"columns": BASE, "extra": extra, **top}, KINDS, REQUIRED, "town")


def read(extra: Any, **raw: Any) -> tuple[dict[str, float | str], list[str]]:
    left_out: list[Fault] = []
    found = read_extra(described(extra).extra, raw, left_out)
    return found, [fault.message for fault in left_out]


@pytest.mark.parametrize(
    ("spec", "raw", "value"),
    [
        ("Cars", {"Cars": "2"}, 2.0),
        ("Cars", {"Cars": "Y"}, 1.0),
        ("Cars", {"Cars": ""}, None),
        ({"column": "Cars", "values": {"two": 2}}, {"Cars": "Two"}, 2.0),
        ({"sum": ["A", {"column": "B", "times": 0.5}]}, {"A": 1, "B": 1}, 1.5),
        ({"column": "Style", "categorical": True}, {"Style": " 2  Story "}, "2 Story"),
        ({"column": "Style", "categorical": True}, {"Style": 2.0}, "2"),
        ({"column": "Style", "categorical": False}, {"Style": 2.0}, 2.0),
        ({"first": ["A", "B"], "categorical": True}, {"A": None, "B": "Ranch"}, "Ranch"),
    ],
)
def test_values_have_the_kind_of_their_column(spec: Any, raw: dict[str, Any], value: float | str | None) -> None:
    assert read({"garage": spec}, **raw) == ({} if value is None else {"garage": value}, [])


def test_a_value_that_cannot_be_used_is_left_out() -> None:
    assert read({"garage": "G"}, G="lots") == ({}, ["extra.garage is neither a number nor yes or no: lots"])
    style = {"column": "S", "categorical": True}
    assert read({"style": style}, S="x" * 101) == ({}, ["extra.style has more than 100 characters"])
    with pytest.raises(BadInput, match=r"^extra\.garage is not a finite number"):
        read_extra(described({"garage": "G"}).extra, {"G": float("inf")}, None)


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ([], "town: extra must be a table"),
        ({"beds": "B"}, "town: extra: beds is a field of sales: name it in [columns], or give the further column"),
        ({"placed_by": "B"}, "town: extra: placed_by is a field of sales"),
        ({"Garage": "G"}, "town: extra: 'Garage' must be a name such as garage_spaces"),
        ({"2nd": "G"}, "town: extra: '2nd' must be a name"),
        ({"é": "G"}, "town: extra: '\\xe9' must be a name"),
        ({"a" * 41: "G"}, f"town: extra: '{'a' * 41}' must be a name"),
        ({"garage": 5}, "town: extra: garage must be a column's name or a table"),
        ({"garage": {"column": "G", "categorical": 1}}, "town: extra: garage: categorical must be true or false"),
        ({"garage": {"column": "G", "unit": "m2"}}, "town: extra: garage cannot have unit: it is a number"),
        ({"g": {"column": "G", "categorical": True, "times": 2}}, "town: extra: g: times must be a number"),
        ({"garage": {"age": "G"}}, "town: extra: garage cannot have age"),
        ({f"g{number}": "G" for number in range(41)}, "town: extra: has 41 columns; at most 40 are kept"),
    ],
)
def test_invalid_columns_are_refused(extra: Any, said: str) -> None:
    with pytest.raises(BadInput) as caught:
        described(extra)
    assert caught.value.detail.startswith(said)


def test_a_missing_column_is_refused_unless_it_is_optional() -> None:
    map_ = described({"garage": "G", "style": {"column": "S", "optional": True}})
    with pytest.raises(BadInput, match=r"a\.csv has no column G, which town needs for extra\.garage"):
        map_.check_columns(["P", "D"], "a.csv")
    map_.check_columns(["P", "D", "G"], "a.csv")


def test_appraisals_have_none() -> None:
    with pytest.raises(BadInput, match="a: extra is not a known key"):
        compile_map({"columns": {"value": "V", "date": "D"}, "extra": {}}, APPRAISAL_KINDS, ("value", "date"), "a")


MAPPING = """
country = "US"
currency = "USD"
key = ["id"]
[columns]
price = "price"
close_date = "sold"
beds = "beds"
[extra]
garage = "cars"
style = { column = "style", categorical = true }
"""
SALES = (
    "id,price,sold,beds,cars,style,town\n"
    "1,300000,2020-01-31,3,2,Ranch,A\n2,310000,2020-02-01,3,many,,A\n3,1e6,2020-02-02,3,,Cape,A\n"
)


@promise(
    "Market data",
    "Further columns that a mapping names are kept with each sale as numbers or categories, and read by name.",
)
def test_further_columns_are_stored_with_each_sale(store: Store, tmp_path: Path) -> None:
    (tmp_path / "town.toml").write_text(MAPPING)
    (tmp_path / "sales.csv").write_text(SALES)
    result = import_file(store, tmp_path / "sales.csv", "town", str(tmp_path / "town.toml"))
    assert (counts(result), result.unused, result.converted) == ((3, 0, 0, 0), ("town",), {})
    assert any("extra.garage is neither a number nor yes or no: many" in line for line in result.lines())
    again = import_file(store, tmp_path / "sales.csv", "town", str(tmp_path / "town.toml"))
    assert counts(again) == (0, 0, 3, 0)
    first, second, _ = stored(store)
    found = sales_of(store.db, "town").sales.extra
    assert found is not None
    assert found.kinds == {"garage": "numeric", "style": "categorical"}
    assert found.seq.tolist() == [first["seq"], first["seq"] + 2]
    assert found.categorical["style"].categories.names == ("Cape", "Ranch")
    shown = store.db.snapshot_now(search.get_sale, f"sale_{first['seq']}").fields
    assert (shown["extra"], shown["units"]) == ({"garage": 2.0, "style": "Ranch"}, {})
    assert store.db.snapshot_now(search.get_sale, f"sale_{second['seq']}").fields["extra"] == {}


def test_another_mapping_updates_the_sales(store: Store, tmp_path: Path) -> None:
    (tmp_path / "sales.csv").write_text(SALES)
    (tmp_path / "town.toml").write_text(MAPPING.partition("[extra]")[0])
    import_file(store, tmp_path / "sales.csv", "town", str(tmp_path / "town.toml"))
    assert sales_of(store.db, "town").sales.extra is None
    (tmp_path / "town.toml").write_text(MAPPING)
    result = import_file(store, tmp_path / "sales.csv", "town", str(tmp_path / "town.toml"))
    assert counts(result) == (0, 2, 1, 0)
    extra = sales_of(store.db, "town").sales.extra
    assert extra is not None
    assert extra.kinds == {"garage": "numeric", "style": "categorical"}
