"""Table files of all formats."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from arro3.core import Array, DataType, Table
from arro3.io import write_parquet

from backend.app.kit.data_files.table_file import read_table
from backend.app.kit.errors import BadInput


def parquet(path: Path, **columns: Any) -> Path:
    write_parquet(Table.from_pydict(columns), str(path))
    return path


@pytest.fixture
def some(tmp_path: Path) -> Path:
    days = Array([16_000, 16_001], DataType.int32()).cast(DataType.date32())
    text = Array(["  Elm", None], DataType.utf8())
    return parquet(tmp_path / "some.parquet", id=Array([1, 2], DataType.int64()), day=days, text=text)


def test_parquet_values_keep_their_types(some: Path) -> None:
    table = read_table(some)
    assert (table.columns, table.count) == (("id", "day", "text"), 2)
    rows = list(table.rows())
    assert [row.cells for row in rows] == [[1, date(2013, 10, 22), "Elm"], [2, date(2013, 10, 23), None]]
    assert [(row.number, row.fault) for row in rows] == [(1, None), (2, None)]


def test_dictionary_encoded_texts_are_read(tmp_path: Path) -> None:
    words = Array(["a", "b", "a"], DataType.utf8()).cast(DataType.dictionary(DataType.int32(), DataType.utf8()))
    assert [row.cells for row in read_table(parquet(tmp_path / "w.parquet", w=words)).rows()] == [["a"], ["b"], ["a"]]


@pytest.mark.parametrize("left", [4, 30, -9, -1])
def test_a_truncated_file_is_refused(some: Path, left: int, capfd: pytest.CaptureFixture[str]) -> None:
    some.write_bytes(some.read_bytes()[:left])
    with pytest.raises(BadInput, match=r"some\.parquet is not a complete Parquet file: it is truncated"):
        read_table(some)
    assert capfd.readouterr().err == ""


def test_a_damaged_file_is_refused(some: Path) -> None:
    content = some.read_bytes()
    some.write_bytes(content[:4] + b"\xff" * 60 + content[64:])
    with pytest.raises(BadInput, match="is not a complete Parquet file"):
        list(read_table(some).rows())


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="there is no file"):
        read_table(tmp_path / "none.csv")
    with pytest.raises(BadInput, match="is not a file"):
        read_table(tmp_path)


def test_csv_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,city\n1,Seattle\n")
    assert [row.cells for row in read_table(tmp_path / "a.csv").rows()] == [["1", "Seattle"]]
