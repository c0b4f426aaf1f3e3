"""Parquet files that would unpack to more than the memory limit."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from arro3.core import Array, DataType, Table, list_array
from arro3.io import write_parquet
from hypothesis import given
from hypothesis import strategies as st

from backend.app.kit.data_files import parquet_pages
from backend.app.kit.data_files.parquet_pages import CompactDecoder, batch_rows
from backend.app.kit.data_files.parquet_table import read_parquet
from backend.app.kit.errors import BadInput
from backend.tests.promises import promise


def written(path: Path, **columns: Any) -> Path:
    write_parquet(Table.from_pydict(columns), str(path), compression="zstd(3)")
    return path


def texts(*words: str) -> Array:
    return Array(list(words), DataType.utf8())


def fault(path: Path) -> str:
    with pytest.raises(BadInput) as caught:
        read_parquet(path)
    return caught.value.detail


def test_limits_have_their_documented_values() -> None:
    assert (parquet_pages.MAX_PAGE, parquet_pages.MAX_OPEN) == (128 * 2**20, 512 * 2**20)
    assert (parquet_pages.MAX_ROWS, parquet_pages.MAX_FOOTER) == (100_000_000, 8_000_000)


def test_batches_of_numbers_have_1024_rows(tmp_path: Path) -> None:
    assert batch_rows(written(tmp_path / "n.parquet", n=Array(list(range(5000)), DataType.int64()))) == 1024


def test_long_repeated_texts_give_small_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_pages, "BATCH_BYTES", 1_000_000)
    path = written(tmp_path / "w.parquet", w=texts(*["x" * 20_000] * 300))
    assert path.stat().st_size < 2_000
    assert batch_rows(path) == 49
    assert [len(row.cells[0]) for row in read_parquet(path).rows()] == [20_000] * 300


def test_a_page_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_pages, "MAX_PAGE", 1_000_000)
    path = written(tmp_path / "w.parquet", w=texts("x" * 1_500_000))
    assert path.stat().st_size < 2_000
    assert "w.parquet is not a complete Parquet file: a page in it unpacks to 1,500,0" in fault(path)


def test_many_columns_together_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_pages, "MAX_OPEN", 1_000_000)
    path = written(tmp_path / "w.parquet", **{f"w{at}": texts("x" * 200_000) for at in range(6)})
    assert "its columns unpack to 1,200," in fault(path)


def test_too_many_empty_rows_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_pages, "MAX_ROWS", 1_000)
    path = written(tmp_path / "n.parquet", n=Array([None] * 2_000, DataType.int64()))
    assert "it has 2,000 rows; at most 1,000 are read" in fault(path)


def test_too_many_list_values_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    offsets, numbers = Array([0, 500, 501], DataType.int32()), Array([1] * 500 + [2], DataType.int64())
    path = written(tmp_path / "l.parquet", n=list_array(offsets, numbers))
    assert [row.cells for row in read_parquet(path).rows()] == [[[1] * 500], [[2]]]
    monkeypatch.setattr(parquet_pages, "MAX_NESTED", 100)
    assert "a page of lists in it has 501 values, more than 100" in fault(path)


def test_too_many_columns_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.app.kit.data_files.parquet_table.MAX_COLUMNS", 3)
    path = written(tmp_path / "c.parquet", **{f"c{at}": texts("x") for at in range(4)})
    assert fault(path) == "c.parquet has 4 columns; at most 3 are read"


@given(st.data())
def test_damaged_metadata_is_refused_or_read(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Any outcome is a sentence, and no memory is allocated for stated sizes."""
    folder = tmp_path_factory.getbasetemp()
    path = folder / "damaged.parquet"
    whole = bytearray(written(path, n=Array([1, 2], DataType.int64()), w=texts("a", "b")).read_bytes())
    for at, byte in data.draw(st.lists(st.tuples(st.integers(4, len(whole) - 9), st.integers(0, 255)), max_size=4)):
        whole[at] = byte
    path.write_bytes(whole)
    with suppress(ValueError):
        assert 1 <= batch_rows(path) <= 1024


def test_a_file_that_crashes_the_reader_is_refused(tmp_path: Path) -> None:
    """An empty run among dictionary indices, which the reader does not check."""
    path = tmp_path / "width.parquet"
    write_parquet(Table.from_pydict({"w": Array([1, 2] * 50, DataType.int64())}), str(path))
    content = path.read_bytes()
    assert content.count(b"\x01\x1b\xaa") == 1
    path.write_bytes(content.replace(b"\x01\x1b\xaa", b"\x01\x00\xaa"))
    assert fault(path) == "width.parquet is not a complete Parquet file: it is damaged or needs too much memory"


@promise("Command line", "Input files are read within limits, in time proportional to their size.")
def test_reader_memory_is_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "w.parquet", w=texts("x" * 50_000_000))
    monkeypatch.setattr("backend.app.kit.data_files.parquet_table.MAX_MEMORY", 100_000_000)
    assert "w.parquet is not a complete Parquet file: " in fault(path)


@pytest.mark.parametrize("raw", [b"\x1c" * 1_000, b"\x19\x19" * 1_000, b"\x1b\x01\xbb" + b"\x01\xbb" * 1_000])
def test_deeply_nested_metadata_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match="its metadata is nested too deep"):
        CompactDecoder(raw).struct({})


@given(st.binary(max_size=60))
def test_random_metadata_is_parsed_or_refused(raw: bytes) -> None:
    with suppress(ValueError):
        CompactDecoder(raw).struct({3: None, 4: [{1: [{3: {}}], 3: None}]})
