"""Archive files: everything written is read back, and other files are refused."""

import errno
import json
import stat
import struct
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.app.kit.archive import manifest, source, zip_file
from backend.app.kit.archive.manifest import Tally
from backend.app.kit.archive.source import tallied
from backend.app.kit.archive.tables import BadArchive
from backend.app.kit.errors import StoreFull
from backend.app.kit.output.output_file import named_file, whole_file
from backend.tests.kit.archive.lines import Made, facts_of, silent
from backend.tests.promises import promise

STORE = Made(
    {
        "docs": [b'{"id":"%d","text":"%s"}' % (number, b"x" * number) for number in range(200)],
        "rows": [b'{"name":"a","number":1}'],
        "none": [],
    },
    {"store_id": "store_1"},
)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "a.zip"
    zip_file.write(path, STORE, silent)
    return path


def read(path: Path) -> dict[str, list[bytes]]:
    """Return everything in an archive, read as a restore reads it."""
    with zip_file.reading(path) as source:
        found = {name: [line for some in tallied(source, name, Tally()) for line in some] for name in source.shapes}
        source.digest()
    return found


def sentence(path: Path) -> str:
    with pytest.raises(BadArchive) as refused:
        read(path)
    assert "\n" not in refused.value.detail
    return refused.value.detail


def test_archive_returns_the_lines_that_were_written(archive: Path) -> None:
    assert read(archive) == STORE.tables
    with zip_file.reading(archive) as source:
        assert (source.store, source.shapes, source.counts) == (STORE.store, STORE.shapes, STORE.counts)
        assert source.stated == {name: facts_of(lines) for name, lines in STORE.tables.items()}


@given(st.lists(st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]))))
def test_archive_keeps_every_byte_of_a_line(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    lines = [text.encode() for text in texts]
    path = tmp_path_factory.getbasetemp() / "lines.zip"
    zip_file.write(path, Made({"docs": lines}), silent)
    assert read(path) == {"docs": lines}


@promise("Backups and transfers", "A backup is one archive of everything at one moment, made while the service runs.")
def test_archive_is_a_standard_zip_file(archive: Path) -> None:
    with zipfile.ZipFile(archive) as opened:
        assert opened.testzip() is None
        assert opened.read("docs.jsonl") == b"".join(line + b"\n" for line in STORE.tables["docs"])
        assert json.loads(opened.read("manifest.json"))["tables"]["docs"]["count"] == 200


# Damage


@promise(
    "Backups and transfers",
    "A damaged or newer archive, a full disk or missing rights give a clear error and leave the target unchanged.",
)
def test_truncated_archive_is_refused(archive: Path) -> None:
    whole = archive.read_bytes()
    for size in {*range(0, len(whole), 41), *range(len(whole) - 200, len(whole))}:
        archive.write_bytes(whole[:size])
        assert "a.zip" in sentence(archive)


@promise(
    "Backups and transfers",
    "A damaged or newer archive, a full disk or missing rights give a clear error and leave the target unchanged.",
)
def test_archive_with_a_flipped_byte_is_refused(archive: Path) -> None:
    whole = archive.read_bytes()
    for at in range(0, len(whole), 7):
        archive.write_bytes(whole[:at] + bytes([whole[at] ^ 0x10]) + whole[at + 1 :])
        assert "a.zip" in sentence(archive)


def test_archive_with_added_content_is_refused(archive: Path) -> None:
    whole = archive.read_bytes()
    for changed in (whole + b"\0", b"\0" + whole, whole + whole):
        archive.write_bytes(changed)
        assert "a.zip" in sentence(archive)


@pytest.mark.parametrize("content", [b"", b"PK", b"just a text", b"\x1f\x8b\x08 tar", b"PK\x05\x06" + b"\0" * 18])
def test_file_that_is_not_an_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "some.zip"
    path.write_bytes(content)
    assert "is not a Valhalla archive" in sentence(path) or "truncated" in sentence(path)


def test_unreadable_file_is_refused(tmp_path: Path) -> None:
    assert sentence(tmp_path / "none.zip").endswith("cannot be read: No such file or directory")
    assert sentence(tmp_path).endswith("is not a file")


# Made by hand, with a right digest at its end


def forge(path: Path, members: list[tuple[str, bytes]]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
        archive.comment = b"sha256:" + b"0" * 64
    whole = path.read_bytes()[:-64]
    path.write_bytes(whole + sha256(whole).hexdigest().encode())
    return path


def stating(change: Callable[[dict[str, Any]], object] = lambda found: None) -> bytes:
    """Return the manifest of a store with one table of one line, with changes."""
    entry = {"kind": "documents", "key": ["id"], "columns": ["doc"], **facts_of([b'{"id":"1"}']).model_dump()}
    found: dict[str, Any] = {
        "format": 1,
        "version": "9",
        "revision": "0002",
        "made_at": "",
        "store": {},
        "tables": {"docs": entry},
    }
    change(found)
    return json.dumps(found).encode()


def of_table(**changes: Any) -> bytes:
    return stating(lambda found: found["tables"]["docs"].update(changes))


LINE = ("docs.jsonl", b'{"id":"1"}\n')
FORGED: list[tuple[str, list[tuple[str, bytes]]]] = [
    ("has no manifest.json", [LINE]),
    ("also holds evil.sh", [("manifest.json", stating()), LINE, ("evil.sh", b"")]),
    ("also holds ../up", [("manifest.json", stating()), LINE, ("../up", b"")]),
    ("lacks docs.jsonl", [("manifest.json", stating())]),
    ("made by a newer Valhalla (format 2", [("manifest.json", stating(lambda m: m.update(format=2, more=1))), LINE]),
    ("has no valid format number", [("manifest.json", b"[]"), LINE]),
    ("manifest.json cannot be read: it is not valid JSON", [("manifest.json", b"{"), LINE]),
    ("too large for a manifest", [("manifest.json", b" " * 2_000_001), LINE]),
    ("manifest.json is wrong: store", [("manifest.json", stating(lambda m: m.update(store=[]))), LINE]),
    ("manifest.json is wrong", [("manifest.json", stating(lambda m: m["tables"].update({"a; DROP": {}}))), LINE]),
    ("manifest.json is wrong", [("manifest.json", of_table(columns=["a b"])), LINE]),
    ("manifest.json is wrong", [("manifest.json", of_table(count=-1)), LINE]),
    ("the key \"format\" is given twice", [("manifest.json", b'{"format": 1, "format": 1}'), LINE]),
    ("has 1 lines, but 2 were stated", [("manifest.json", of_table(count=2)), LINE]),
    ("its SHA-256 differs", [("manifest.json", stating()), ("docs.jsonl", b'{"id":"2"}\n')]),
    ("holds more than the 11 bytes stated", [("manifest.json", stating()), ("docs.jsonl", b" " * 50_000_000)]),
    ("has 3 bytes, but 11 were stated", [("manifest.json", stating()), ("docs.jsonl", b"{}\n")]),
    ("the last line of docs.jsonl is truncated", [("manifest.json", stating()), ("docs.jsonl", b'{"id":"1"}!')]),
]  # fmt: skip


@pytest.mark.parametrize(("reason", "members"), FORGED, ids=[str(number) for number in range(len(FORGED))])
def test_forged_archive_must_match_its_manifest(tmp_path: Path, reason: str, members: list[tuple[str, bytes]]) -> None:
    assert reason in sentence(forge(tmp_path / "forged.zip", members))


def test_duplicate_member_is_refused(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        path = forge(tmp_path / "forged.zip", [("manifest.json", stating()), LINE, LINE])
    assert "holds docs.jsonl twice" in sentence(path)


def test_line_above_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_file, "MAX_LINE", 100)
    path = tmp_path / "long.zip"
    zip_file.write(path, Made({"docs": [b"x" * 3_000_000]}), silent)
    assert "has a line of more than 100 bytes" in sentence(path)


def many(path: Path, count: int) -> Path:
    """Return a ZIP file with many empty members, built by hand because `zipfile` is slow."""
    names = [f"{at:06d}".encode() for at in range(count)]
    local = b"".join([b"PK\x03\x04" + struct.pack("<5H3I2H", 20, 0, 0, 0, 33, 0, 0, 0, 6, 0) + name for name in names])
    head = struct.pack("<6H3I5H", 20, 20, 0, 0, 0, 33, 0, 0, 0, 6, 0, 0, 0, 0)
    listed = b"".join([b"PK\x01\x02" + head + struct.pack("<2I", 0, 36 * at) + name for at, name in enumerate(names)])
    end = b"PK\x05\x06" + struct.pack("<4H2IH", 0, 0, count, count, len(listed), len(local), 0)
    path.write_bytes(local + listed + end)
    return path


@promise("Command line", "Input files are read within limits, in time proportional to their size.")
def test_archive_with_sixty_thousand_members_is_refused_in_one_pass(tmp_path: Path) -> None:
    path = many(tmp_path / "many.zip", 60_000)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("manifest.json", stating())
    assert "lacks docs.jsonl" in sentence(path)


def test_zip_directory_above_the_limit_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert zip_file.MAX_DIRECTORY == 4 * 2**20
    monkeypatch.setattr(zip_file, "MAX_DIRECTORY", 70_000)
    assert "lists too many files" in sentence(many(tmp_path / "many.zip", 2_000))


def test_chunks_are_limited_in_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (source.CHUNK, source.CHUNK_BYTES) == (5_000, 16_000_000)
    monkeypatch.setattr(source, "CHUNK_BYTES", 100)
    found = [len(chunk) for chunk in source.chunked([b"x" * 60] * 5)]
    assert found == [2, 2, 1]


def test_lines_do_not_depend_on_block_boundaries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [b"x" * size for size in (0, 1, 6, 7, 8, 20, 0, 3)]
    path = tmp_path / "lines.zip"
    zip_file.write(path, Made({"docs": lines}), silent)
    for block in range(1, 12):
        monkeypatch.setattr(zip_file, "BLOCK", block)
        with zip_file.reading(path) as archive:
            assert [line for some in archive.lines("docs") for line in some] == lines


def test_repacked_archive_is_refused(archive: Path) -> None:
    with zipfile.ZipFile(archive) as old:
        members = [(name, old.read(name)) for name in old.namelist()]
    with zipfile.ZipFile(archive, "w") as new:
        for name, content in members:
            new.writestr(name, content)
    assert "repacked" in sentence(archive)


def test_written_manifest_is_read_back_unchanged(archive: Path) -> None:
    with zipfile.ZipFile(archive) as opened:
        raw = opened.read("manifest.json")
    assert manifest.parse(raw, "a").text().encode() == raw


# Putting it in place


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_archive_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    with whole_file(named_file(tmp_path / "a.zip"), private=True) as temp:
        zip_file.write(temp, STORE, silent)
    assert stat.S_IMODE((tmp_path / "a.zip").stat().st_mode) == 0o600
    assert names(tmp_path) == ["a.zip"]


def test_failed_write_keeps_the_existing_file(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(b"before")

    def fail() -> None:
        with whole_file(named_file(path, replace=True), private=True) as temp:
            temp.write_bytes(b"half")
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(StoreFull, match="there is no room for"):
        fail()
    assert (names(tmp_path), path.read_bytes()) == (["a.zip"], b"before")


def test_leftovers_of_a_kill_are_removed(tmp_path: Path) -> None:
    (tmp_path / ".a.zip.12345.tmp").write_bytes(b"half")
    with whole_file(named_file(tmp_path / "a.zip"), private=True) as temp:
        temp.write_bytes(b"whole")
    assert names(tmp_path) == ["a.zip"]
