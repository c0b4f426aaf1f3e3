"""Directories of JSON files: filled, truncated anywhere, resumed, and read back."""

import json
from contextlib import closing
from pathlib import Path

import pytest
import time_machine

from backend.app.backups.contents import tables
from backend.app.kit.archive.directory import DirectorySource, DirectoryTarget, PlainSource
from backend.app.kit.archive.manifest import Tally
from backend.app.kit.archive.source import tallied
from backend.app.kit.archive.tables import ArchiveTable, BadArchive
from backend.app.kit.archive.target import compare, fill
from backend.app.kit.json_mirror import json_files
from backend.tests.kit.archive.lines import Made, facts_of, silent

NOW = time_machine.travel("2026-11-22T00:00:00Z", tick=False)


@pytest.fixture
def kept() -> list[ArchiveTable]:
    return tables()


def made(kept: list[ArchiveTable], deals: int) -> Made:
    docs = [b'{"id":"deal_%d","text":"a,\\n]}"}' % number for number in range(deals)]
    return Made({table.name: docs if table.name == "deals" else [] for table in kept}, {"store_id": "store_1"})


@NOW
def written(root: Path, kept: list[ArchiveTable], source: Made) -> dict[str, bytes]:
    """Fill the directory completely. Return its content."""
    facts = {name: facts_of(lines) for name, lines in source.tables.items()}
    with closing(DirectoryTarget(root, kept, "1.0")) as target:
        fill(target, source, silent)
        compare(target, facts, str(root), silent)
        target.finish(source.store, facts)
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_directory_has_the_layout_of_the_mirror(tmp_path: Path, kept: list[ArchiveTable]) -> None:
    files = written(tmp_path / "j", kept, made(kept, 3))
    assert files.keys() == {"manifest.json", *(table.file for table in kept)}
    assert len(json.loads(files["deals/deals.json"])["items"]) == 3
    assert files["deals/deals.json"].count(b"\n") == 5
    assert json_files.read(tmp_path / "j/deals/deals.json").items[2]["id"] == "deal_2"


@pytest.mark.parametrize("deals", [0, 1, 3])
def test_directory_truncated_anywhere_is_resumed(tmp_path: Path, kept: list[ArchiveTable], deals: int) -> None:
    source = made(kept, deals)
    whole = written(tmp_path / "whole", kept, source)
    file = whole["deals/deals.json"]
    root = tmp_path / "cut"
    (root / "deals").mkdir(parents=True)
    for size in range(0, len(file) + 1, 1 + deals):
        (root / "deals/deals.json").write_bytes(file[:size])
        assert written(root, kept, source)["deals/deals.json"] == file, size


def test_directory_returns_the_lines_that_were_written(tmp_path: Path, kept: list[ArchiveTable]) -> None:
    source = made(kept, 3)
    written(tmp_path, kept, source)
    found = DirectorySource(tmp_path, kept, "here")
    assert {name: [line for some in found.lines(name) for line in some] for name in found.shapes} == source.tables
    assert found.store == source.store


@pytest.mark.parametrize("reason", ["truncated", "has a first line that is not", "SHA-256", "cannot be read"])
def test_changed_directory_is_refused(tmp_path: Path, kept: list[ArchiveTable], reason: str) -> None:
    whole = written(tmp_path, kept, made(kept, 3))["deals/deals.json"]
    path = tmp_path / "deals/deals.json"
    changed = {
        "truncated": whole[:-5],
        "has a first line that is not": b" " + whole,
        "SHA-256": whole.replace(b"1", b"9"),
    }
    path.write_bytes(changed[reason]) if reason in changed else path.unlink()
    found = DirectorySource(tmp_path, kept, "here")
    with pytest.raises(BadArchive, match=reason):
        for _ in tallied(found, "deals", Tally()):
            pass


def test_records_without_a_manifest_are_completed(tmp_path: Path, kept: list[ArchiveTable]) -> None:
    (tmp_path / "jv").mkdir()
    (tmp_path / "jv/partners.json").write_text('[{"name": "Maple"}]')
    found = PlainSource(tmp_path, kept, "here", {})
    (line,) = (line for some in found.lines("partners") for line in some)
    assert json.loads(line)["id"].startswith("p_")


def test_records_that_adoption_would_refuse_come_last(tmp_path: Path, kept: list[ArchiveTable]) -> None:
    (tmp_path / "jv").mkdir()
    (tmp_path / "jv/partners.json").write_text('[{"name": 7}, {"id": "p_2", "name": ""}, {"name": "Maple"}]')
    first, *lines = (line for some in PlainSource(tmp_path, kept, "here", {}).lines("partners") for line in some)
    assert json.loads(first)["name"] == "Maple"
    assert lines == [b'{"id":"unreadable_1","unreadable":"{\\"name\\":7}"}', b'{"id":"p_2","name":""}']


def test_directory_without_records_is_not_a_store(tmp_path: Path, kept: list[ArchiveTable]) -> None:
    (tmp_path / "some.json").write_text("[]")
    with pytest.raises(BadArchive, match=r"holds no store: it has neither manifest\.json nor JSON files of records"):
        PlainSource(tmp_path, kept, "here", {})
