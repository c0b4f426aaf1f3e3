"""Verification of the audit trail in an archive, also if all checksums were forged."""

import json
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from backend.app.backups.audit_trail import verify_archived
from backend.app.backups.backup import backup
from backend.app.backups.contents import AUDIT
from backend.app.core_gov.audit import chain
from backend.app.kit.archive import zip_file
from backend.app.kit.archive.source import Lines
from backend.app.kit.archive.tables import BadArchive, row_line
from backend.app.kit.output.progress import ProgressBars, ReportProgress
from backend.app.settings import Settings
from backend.tests.backups.stores import EVENTS
from backend.tests.promises import promise

Event = dict[str, Any]
Forge = Callable[[list[Event]], list[Event]]


def _report(done: int, total: int) -> None:
    """Ignore the progress."""


def bars(label: str) -> nullcontext[ReportProgress]:
    return nullcontext(_report)


BARS: ProgressBars = bars


@pytest.fixture
def database() -> str:
    return "sqlite"


@pytest.fixture
def archive(filled: Settings, tmp_path: Path) -> Path:
    path = tmp_path / "a.zip"
    backup(filled, path, BARS)
    return path


def forged(archive: Path, forge: Forge) -> Path:
    """Write the archive with other audit events and valid checksums."""
    path = archive.with_name("forged.zip")
    with zip_file.reading(archive) as source:
        honest = source.lines

        def lines(name: str) -> Lines:
            if name != AUDIT:
                return honest(name)
            events = [json.loads(line) for chunk in honest(name) for line in chunk]
            return iter([[row_line(event) for event in forge(events)]])

        source.lines = lines  # type: ignore[method-assign]
        zip_file.write(path, source, _report)
    return path


def test_verify_accepts_an_unchanged_trail(archive: Path) -> None:
    verdict = verify_archived(archive, BARS)
    assert (verdict.events, verdict.faults, verdict.head.seq) == (EVENTS, [], EVENTS)
    assert verify_archived(archive, BARS, sought=verdict.head.hash).sought
    assert not verify_archived(archive, BARS, sought="0" * 63 + "1").sought


@promise("Audit trail", "Tampering with the events of an archive is found even if every checksum was recomputed.")
@pytest.mark.parametrize("column", [*chain.HASHED, "hash"])
def test_verify_finds_an_edit_of_any_column(archive: Path, column: str) -> None:
    def edit(events: list[Event]) -> list[Event]:
        events[4][column] = 99 if column == "seq" else "{}" if column == "changes" else "tampered"
        return events

    assert verify_archived(forged(archive, edit), BARS).faults[0].startswith(("event 5 ", "events 5 to 98 are missing"))


@promise("Audit trail", "Tampering with the events of an archive is found even if every checksum was recomputed.")
@pytest.mark.parametrize(
    "forge",
    [
        lambda events: events[:4] + events[5:],
        lambda events: events[1:],
        lambda events: events[:-1],
        lambda events: [*events[:4], events[5], events[4], *events[6:]],
        lambda events: [*events, events[-1] | {"seq": 29}],
    ],
    ids=["deleted", "first", "last", "moved", "added"],
)
def test_verify_finds_removed_moved_and_added_events(archive: Path, forge: Forge) -> None:
    assert not verify_archived(forged(archive, forge), BARS).good


def test_verify_refuses_an_archive_edited_without_new_checksums(archive: Path) -> None:
    content = bytearray(archive.read_bytes())
    content[len(content) // 2] ^= 1
    archive.write_bytes(content)
    with pytest.raises(BadArchive):
        verify_archived(archive, BARS)
