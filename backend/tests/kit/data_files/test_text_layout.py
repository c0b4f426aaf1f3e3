"""Text files in other encodings, and with lines before the header."""

import csv
from pathlib import Path

import pytest

from backend.app.kit.data_files.csv_table import CsvTable, header_line, read_csv
from backend.app.kit.data_files.text_layout import TextLayout, known_encoding
from backend.app.kit.errors import BadInput
from backend.tests.promises import promise

FRENCH = "No,Ville\n1,Montréal\n2,Trois-Rivières\n"


def table(tmp_path: Path, content: bytes, encoding: str | None = None, skip: int = 0) -> CsvTable:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    return read_csv(path, TextLayout(None if encoding is None else known_encoding(encoding), skip))


def fault(tmp_path: Path, content: bytes, encoding: str | None = None, skip: int = 0) -> str:
    with pytest.raises(BadInput) as caught:
        table(tmp_path, content, encoding, skip)
    return caught.value.detail


@promise(
    "Market data",
    "A text file in another encoding is read as its byte order mark or the mapping says, and never with wrong letters: "
    "what cannot be decoded is refused with the option that helps.",
)
@pytest.mark.parametrize(
    ("content", "stated"),
    [
        (FRENCH.encode("cp1252"), "windows-1252"),
        (FRENCH.encode("latin-1"), "ISO-8859-1"),
        (FRENCH.encode("cp850"), "cp850"),
        (FRENCH.encode("mac-roman"), "macintosh"),
        (FRENCH.encode("utf-16-le"), "UTF-16LE"),
        (FRENCH.encode("utf-8"), "UTF8"),
        (FRENCH.encode("utf-8-sig"), "cp1252"),
        (FRENCH.encode("utf-16"), "cp1252"),
    ],
)
def test_a_stated_encoding_is_used_unless_a_mark_says_otherwise(tmp_path: Path, content: bytes, stated: str) -> None:
    found = table(tmp_path, content, stated)
    assert [row.cells for row in found.rows()] == [["1", "Montréal"], ["2", "Trois-Rivières"]]


@pytest.mark.parametrize(
    ("content", "stated", "said"),
    [
        (FRENCH.encode("cp1252"), None, "file.csv is not UTF-8 text"),
        (FRENCH.encode("cp1252"), None, 'or state its encoding in the mapping file, such as encoding = "cp1252"'),
        (FRENCH.encode("utf-16-le"), None, 'such as encoding = "utf-16-le"'),
        (FRENCH.encode(), "cp1252", "file.csv is UTF-8 text, not cp1252: leave encoding out of the mapping file"),
        (b"No,Ville\n1,\x81\n", "cp1252", "file.csv is not cp1252 text"),
        (b"No,Ville\n1,\x81\n", "latin-1", "file.csv is not latin-1 text"),
        (FRENCH.encode("cp1252"), "utf-8", "correct encoding in the mapping file"),
    ],
)
def test_text_in_another_encoding_is_refused(tmp_path: Path, content: bytes, stated: str | None, said: str) -> None:
    assert said in fault(tmp_path, content, stated)


@pytest.mark.parametrize("name", ["utf-7", "idna", "rot13", "unicode_escape", "base64", "no such", "", "a\0b"])
def test_other_codecs_are_no_encodings(name: str) -> None:
    with pytest.raises(ValueError, match=r"; the encodings are utf-8, utf-16, "):
        known_encoding(name)


def test_lines_before_the_header_are_skipped_and_counted(tmp_path: Path) -> None:
    found = table(tmp_path, b'City sales,"2019\n\nAll prices in dollars\nid,city\n1,Seattle\n', skip=3)
    assert (found.columns, [(row.number, row.cells) for row in found.rows()]) == (
        ("id", "city"),
        [(5, ["1", "Seattle"])],
    )


def test_the_header_is_found_among_later_lines(tmp_path: Path) -> None:
    found = table(tmp_path, b'Sales of 2019\n"Two, or more"\n\nid;city;price\n1;Seattle;5\n')
    assert header_line(found, {"city", "price"}) == 3
    assert header_line(found, {"city", "none"}) is None


def test_header_is_found_after_a_line_that_is_not_csv(tmp_path: Path) -> None:
    found = table(tmp_path, 140_000 * b"x" + b"\nid,city,price\n1,Seattle,5\n", skip=1)
    assert header_line(found, {"city", "price"}) == 1


def test_a_missing_header_names_the_option(tmp_path: Path) -> None:
    assert "set skip in the mapping file" in fault(tmp_path, b"\nid,city\n")
    assert "set skip in the mapping file if this is not the header" in fault(tmp_path, b"All,All\nid,city\n")
    assert fault(tmp_path, b"id\n1\n", skip=3) == "file.csv has only 2 lines, and skip in the mapping file is 3"


def test_a_file_of_rejected_rows_has_our_layout(tmp_path: Path) -> None:
    with (tmp_path / "file.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["id", "a\nb", "row", "reason"], ["1", "Montréal", 6, "price is required"]])
    found = read_csv(tmp_path / "file.csv", TextLayout("cp1252", 4))
    assert (found.columns, [row.cells for row in found.rows()]) == (("id", "a\nb"), [["1", "Montréal"]])
