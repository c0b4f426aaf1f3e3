"""Tables in ZIP archives."""

import io
import zipfile
from pathlib import Path

import pytest

from backend.app.kit.data_files import zip_member
from backend.app.kit.data_files.table_file import read_table
from backend.app.kit.errors import BadInput
from backend.tests.promises import promise

TABLE = b"id,city\n1,Seattle\n"


def archive(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as packed:
        for name, content in members.items():
            packed.writestr(zipfile.ZipInfo(name), content, compress_type=method)
    return file.getvalue()


def fault(tmp_path: Path, content: bytes) -> str:
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(BadInput) as caught:
        list(read_table(tmp_path / "a.zip").rows())
    return caught.value.detail


@promise("Market data", "A ZIP archive with one table is read as it is, and unpacked no further than its stated size.")
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_the_only_table_is_read(tmp_path: Path, method: int) -> None:
    members = {"sales.CSV": TABLE, "layout.pdf": b"%PDF", "__MACOSX/._sales.csv": b"\0", "folder/": b""}
    (tmp_path / "a.zip").write_bytes(archive(members, method))
    found = read_table(tmp_path / "a.zip")
    assert (found.columns, found.count) == (("id", "city"), 1)
    assert [row.cells for row in found.rows()] == [["1", "Seattle"]]
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({}, "a.zip has no file that ends in .csv, .tsv, .tab or .txt"),
        ({"folder/": b""}, "a.zip has no file that ends in .csv, .tsv, .tab or .txt"),
        ({"a.parquet": b"PAR1", "b.pdf": b""}, "or .txt, only a.parquet, b.pdf"),
        ({"a.csv": TABLE, "b.csv": TABLE}, "a.zip has 2 tables (a.csv, b.csv): archive one by itself"),
        ({"2019/a.csv": TABLE}, "a.zip has its table in a folder (2019/a.csv): archive the file by itself"),
        ({"../../a.csv": TABLE}, "a.zip has its table in a folder (../../a.csv)"),
        ({"/etc/a.csv": TABLE}, "a.zip has its table in a folder (/etc/a.csv)"),
        ({"C:a.csv": TABLE}, "a.zip has its table in a folder (C:a.csv)"),
        ({"a.csv": archive({"b": TABLE})}, "a.zip: a.csv inside is another archive: unpack it first"),
        ({"a.csv": b"\x1f\x8b\x08"}, "a.zip: a.csv inside is gzipped again: unpack it first"),
        ({"a.csv": b"PAR1"}, "a.zip: a.csv inside is a Parquet file: unpack it first"),
        ({"[Content_Types].xml": b"<a/>", "a.txt": TABLE}, "a.zip is a workbook: save the sheet as CSV UTF-8"),
        ({f"{number}.csv": b"" for number in range(101)}, "a.zip has 101 files: archive only the table"),
        ({"a.csv": b"id\n\xff\n"}, "a.zip is not UTF-8 text: "),
        ({"a.csv": b""}, "a.zip does not begin with a header row"),
    ],
)
def test_any_other_archive_is_refused(tmp_path: Path, members: dict[str, bytes], said: str) -> None:
    assert said in fault(tmp_path, archive(members))


def test_a_backslash_is_a_folder(tmp_path: Path) -> None:
    content = archive({"folder_a.csv": TABLE}).replace(b"folder_a.csv", b"folder\\a.csv")
    assert "has its table in a folder" in fault(tmp_path, content)


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    content = archive({"a.csv": TABLE * 100})
    assert fault(tmp_path, content[:-30]).startswith("a.zip is not a complete ZIP archive: ")
    stored = archive({"a.csv": TABLE}, zipfile.ZIP_STORED)
    assert "Bad CRC-32" in fault(tmp_path, stored.replace(b"Seattle", b"Seattlf"))
    assert fault(tmp_path, b"PK\x07\x08" + content[:-30]).startswith("a.zip is not a complete ZIP archive: ")


def test_an_encrypted_table_is_refused(tmp_path: Path) -> None:
    content = bytearray(archive({"a.csv": TABLE}, zipfile.ZIP_STORED))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert fault(tmp_path, bytes(content)) == "a.zip is encrypted: unpack it and import the file inside"


def test_a_method_that_is_not_known_is_refused(tmp_path: Path) -> None:
    content = bytearray(archive({"a.csv": TABLE}, zipfile.ZIP_STORED))
    content[content.index(b"PK\x01\x02") + 10] = 9
    assert fault(tmp_path, bytes(content)) == "a.zip is packed by a method that is not supported: unpack it first"


def test_size_is_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_member, "MAX_UNPACKED", 1000)
    assert "a.csv has 1,001 bytes, and at most 1,000 are unpacked" in fault(tmp_path, archive({"a.csv": b"a" * 1001}))


def test_no_more_than_the_stated_size_is_unpacked(tmp_path: Path) -> None:
    content = bytearray(archive({"a.csv": TABLE * 1000}))
    central = content.index(b"PK\x01\x02")
    content[central + 24 : central + 28] = len(TABLE).to_bytes(4, "little")
    assert fault(tmp_path, bytes(content)).startswith("a.zip is not a complete ZIP archive: Bad CRC-32")
