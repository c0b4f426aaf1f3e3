"""CSV files of all variants."""

import gzip
import tracemalloc
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.app.kit.data_files import csv_table
from backend.app.kit.data_files.batches import MAX_CHARS, TableRow, in_batches
from backend.app.kit.data_files.csv_table import CsvTable, read_csv
from backend.app.kit.errors import BadInput
from backend.tests.promises import promise

PACKED = gzip.compress(b"id,city\n1,Seattle\n", mtime=0)


def table(tmp_path: Path, content: str | bytes, name: str = "file.csv") -> CsvTable:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_csv(path)


def fault(tmp_path: Path, content: str | bytes) -> str:
    with pytest.raises(BadInput) as caught:
        table(tmp_path, content)
    return caught.value.detail


@pytest.mark.parametrize(
    "content",
    [
        b"id,city\n1,Seattle\n",
        b"id;city\r\n1;Seattle\r\n",
        b"id\tcity\r1\tSeattle\r",
        b"id|city\n1|Seattle\n",
        b"\xef\xbb\xbfid,city\n1,Seattle",
        "id\tcity\n1\tSeattle\n".encode("utf-16"),
        b"\xfe\xff" + "id,city\n1,Seattle\n".encode("utf-16-be"),
        "id,city\n1,Seattle\n".encode("utf-32"),
        b'"id","city"\n" 1 ","Seattle "\n\n,\n',
        PACKED,
    ],
)
def test_encodings_and_delimiters_give_the_same_table(tmp_path: Path, content: bytes) -> None:
    found = table(tmp_path, content)
    assert (found.columns, found.count) == (("id", "city"), 1)
    assert list(found.rows()) == [TableRow(2, ["1", "Seattle"])]


def test_a_quoted_name_may_hold_the_delimiter(tmp_path: Path) -> None:
    found = table(tmp_path, '"City, town, district";id\n"Toronto, North";1\n')
    assert found.columns == ("City, town, district", "id")
    assert [row.cells for row in found.rows()] == [["Toronto, North", "1"]]


def test_rows_are_numbered_like_a_spreadsheet(tmp_path: Path) -> None:
    found = table(tmp_path, 'id,note\n1,"two\nlines"\n\n2,x\n')
    assert [row.number for row in found.rows()] == [2, 4]
    assert found.count == 2


def test_an_unnamed_column_is_named_by_its_position(tmp_path: Path) -> None:
    assert table(tmp_path, ",city\n1,Seattle\n").columns == ("column 1", "city")


@pytest.mark.parametrize(
    ("row", "cells", "said"),
    [
        ("1,2", ["1", "2", ""], "the row has 2 cells, the header has 3"),
        ("1,2,3,4,5", ["1", "2", "3"], "the row has 5 cells, the header has 3; the extra cells are 4 | 5"),
        ("1,2,\0", ["1", "2", "\0"], "a cell contains a NUL character"),
    ],
)
def test_rows_of_the_wrong_length_have_a_fault(tmp_path: Path, row: str, cells: list[str], said: str) -> None:
    assert list(table(tmp_path, f"a,b,c\n{row}\n").rows()) == [TableRow(2, cells, said)]


def test_row_and_reason_columns_of_rejected_rows_are_ignored(tmp_path: Path) -> None:
    found = table(tmp_path, "id,city,row,reason\n1,Seattle,7,no postal\n")
    assert found.columns == ("id", "city")
    assert list(found.rows()) == [TableRow(2, ["1", "Seattle"])]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "file.csv does not begin with a header row"),
        ("\n\n", "file.csv does not begin with a header row"),
        ("id,city,id\n", "file.csv has two columns named id; rename one"),
        (
            b"id,city\n1,Montr\xe9al\n",
            "file.csv is not UTF-8 text: save it as UTF-8 (in Excel: CSV UTF-8)",
        ),
        ("id,city\n".encode("utf-16-le"), "file.csv is not UTF-8 text: save it as UTF-8 (in Excel: CSV UTF-8)"),
        ('id,city\n1,"Seattle\n2,x\n', "file.csv is not CSV near line 3: unexpected end of data"),
        (PACKED[:-9], "file.csv is not a complete gzip file: "),
    ],
)
def test_a_bad_file_is_refused_before_its_rows_are_read(tmp_path: Path, content: str | bytes, said: str) -> None:
    assert fault(tmp_path, content).startswith(said)


def test_a_late_fault_is_reported_with_its_line(tmp_path: Path) -> None:
    said = fault(tmp_path, b"id,city\n" + b"1,Seattle\n" * 20_000 + b"1,Montr\xe9al\n")
    assert "is not UTF-8 text after line 1" in said


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="there is no file"):
        read_csv(tmp_path / "none.csv")
    with pytest.raises(BadInput, match="is not a file"):
        read_csv(tmp_path)


# Endless rows


def packed(head: bytes, block: bytes, times: int, tail: bytes = b"") -> bytes:
    """Return a gzipped file that repeats a block."""
    packer = zlib.compressobj(1, wbits=31)
    parts = [packer.compress(head), *(packer.compress(block) for _ in range(times)), packer.compress(tail)]
    return b"".join([*parts, packer.flush()])


MB = 1_000_000


def long_rows() -> Iterator[tuple[bytes, str]]:
    """Return files with one row of 24 MB decompressed, each with the expected message."""
    begins = "the row that begins in line {} has more than 1,000,000 characters"
    yield packed(b"id,city\n1,", b"x" * MB, 24), begins.format(2)
    yield packed(b"", b"id,city,", 24 * MB // 8), begins.format(1)
    yield packed(b"id,city\n1,Seattle\n2", b",a" * (MB // 2), 24), begins.format(3)
    yield packed(b'id,city\n1,"', b'","x\n' * (MB // 5), 24), begins.format(2)
    yield packed(b'id,city\n1,"', b"x\n" * (MB // 2), 24), "field larger than field limit (131072) (the row begins in"


@promise("Command line", "Input files are read within limits, in time proportional to their size.")
@pytest.mark.parametrize("at", range(5))
def test_a_row_over_the_limit_is_refused_before_it_is_in_memory(tmp_path: Path, at: int) -> None:
    assert csv_table.MAX_ROW == MB
    content, said = list(long_rows())[at]
    tracemalloc.start()
    try:
        found = fault(tmp_path, content)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (said in found, len(found) < 250) == (True, True), found
    assert peak < 18 * MB, "a million characters in cells of one character each take 12 MB"


def test_a_row_may_be_as_long_as_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_table, "MAX_ROW", 20)
    found = table(tmp_path, "id,city\n1,abcdefghijklmnopq\n2,x\n")
    assert [row.cells[1] for row in found.rows()] == ["abcdefghijklmnopq", "x"]
    assert "line 2 has more than" in fault(tmp_path, "id,city\n1,abcdefghijklmnopqr\n2,x\n")
    assert "line 3 has more than" in fault(tmp_path, 'id,city\n1,x\n2,"abcdefgh\nabcdefghi"\n')


def test_number_and_names_of_columns_are_checked(tmp_path: Path) -> None:
    assert csv_table.MAX_COLUMNS == 16_384
    names = [f"c{at}" for at in range(csv_table.MAX_COLUMNS)]
    assert len(table(tmp_path, ",".join(names)).columns) == 16_384
    assert fault(tmp_path, ",".join([*names, "x"])) == "file.csv has 16,385 columns; at most 16,384 are read"
    assert "two columns named c7;" in fault(tmp_path, ",".join([*names[:-1], "c7"]))


def test_batches_end_by_rows_or_by_characters() -> None:
    assert MAX_CHARS == 8_000_000
    rows = [TableRow(at, ["x" * size]) for at, size in enumerate([1, 1, 1, 50, 60, 1, 200, 1])]
    found = [[row.number for row in batch] for batch in in_batches(rows, 3, max_chars=100)]
    assert found == [[0, 1, 2], [3, 4], [5, 6], [7]]
    assert list(in_batches([], 3)) == []
