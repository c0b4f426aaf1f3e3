"""JSON files: layout, reading and replacement."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.app.kit.json_mirror import json_files
from backend.tests.promises import promise

NOW = "2026-01-31T09:30:00.000000Z"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=4,
)
FEW = settings(max_examples=30, deadline=None)
RECORDS = st.lists(st.dictionaries(st.text(), JSON, min_size=1), max_size=5)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all examples of this module, because creating one takes longer than an example."""
    return tmp_path_factory.mktemp("examples")


def _write(path: Path, chunks: list[list[str]]) -> int:
    temp, records, digest = json_files.prepare(path, NOW, chunks)
    temp.replace(path)
    assert json_files.digest_of(path) == digest
    return records


@promise("JSON files", "The JSON files are current when the service is idle: one record per line, oldest first.")
def test_file_has_a_head_and_one_record_per_line(tmp_path: Path) -> None:
    path = tmp_path / "comms" / "drafts.json"
    assert _write(path, [['{"id":"dr_1"}', '{"id":"dr_2"}'], ['{"id":"dr_3"}']]) == 3
    assert path.read_text() == (
        '{"updated_at": "2026-01-31T09:30:00.000000Z", "items": [\n{"id":"dr_1"},\n{"id":"dr_2"},\n{"id":"dr_3"}\n]}\n'
    )


def test_file_without_records_is_valid(tmp_path: Path) -> None:
    assert _write(tmp_path / "x.json", []) == 0
    assert json.loads((tmp_path / "x.json").read_text()) == {"updated_at": NOW, "items": []}
    assert json_files.read(tmp_path / "x.json").items == []


@FEW
@given(records=RECORDS, size=st.integers(1, 4))
def test_written_records_are_read_back(folder: Path, records: list[object], size: int) -> None:
    path = folder / "x.json"
    docs = [json.dumps(record, ensure_ascii=False) for record in records if _is_text(record)]
    _write(path, [docs[n : n + size] for n in range(0, len(docs), size)])
    expected = [json.loads(doc) for doc in docs]
    assert json.loads(path.read_bytes())["items"] == expected
    assert json_files.read(path) == json_files.FoundRecords(expected)
    assert [line for line in json_files.record_lines(path) if line in docs] == docs


def _is_text(value: object) -> bool:
    """Return True if there are no lone surrogates, which are never stored."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


@FEW
@given(content=st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_json_content_is_read(folder: Path, content: bytes) -> None:
    path = folder / "x.json"
    path.write_bytes(content)
    found = json_files.read(path)
    assert all(isinstance(reason, str) for _, reason in found.broken)


@FEW
@given(records=RECORDS, cut=st.integers(0, 10_000))
def test_complete_lines_of_a_truncated_file_are_read(folder: Path, records: list[object], cut: int) -> None:
    path = folder / "x.json"
    docs = [json.dumps(record) for record in records]
    _write(path, [docs] if docs else [])
    content = path.read_bytes()[: cut % (path.stat().st_size + 1)]
    path.write_bytes(content)
    whole = [json.loads(doc) for doc in docs[: max(0, content.count(b"\n") - 1)]]
    assert json_files.read(path).items[: len(whole)] == whole


def test_deeply_nested_file_is_reported_as_broken(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text("[" * 100_000 + "]" * 100_000)
    assert json_files.read(path).broken


def test_record_over_several_lines_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text('{"updated_at": "x", "items": [\n{"id":"dr_1"},\n{"id":"dr_2",\n "body":"by hand"}\n]}\n')
    assert json_files.read(path).items == [{"id": "dr_1"}, {"id": "dr_2", "body": "by hand"}]


def test_renamed_file_keeps_its_old_name_until_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "drafts.json"
    path.write_text("by hand")
    aside = json_files.keep_as(path, "edited")
    assert (path.read_text(), aside.read_text()) == ("by hand", "by hand")
    assert aside.name.startswith("drafts.edited-20")

    def no_links(self: Path, target: Path) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(Path, "hardlink_to", no_links)
    other = json_files.keep_as(path, "edited")
    assert (path.exists(), other.read_text()) == (False, "by hand")


def test_failed_write_leaves_no_file(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text("as it was")

    def chunks() -> Iterator[list[str]]:
        yield ["{}"]
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        json_files.prepare(path, NOW, chunks())
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.json"]
    assert path.read_text() == "as it was"


def test_only_temporary_files_of_the_same_name_are_removed(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    for name in ("x.json", ".x.json.123.tmp", ".y.json.123.tmp"):
        (tmp_path / name).write_text("")
    json_files.remove_leftovers(path)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == [".y.json.123.tmp", "x.json"]
