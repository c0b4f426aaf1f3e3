"""Backups: one snapshot of the whole store while a server writes, recorded in the audit trail."""

import json
import os
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backend.app.backups.backup import backup, read_archive, record_backup
from backend.app.bootstrap import Store, open_store
from backend.app.core_gov.comms.schemas import DraftCreate
from backend.app.core_gov.comms.service import create_draft, mark_sent
from backend.app.kit.archive.tables import BadArchive
from backend.app.kit.db import Tx
from backend.app.kit.errors import BadInput, Conflict
from backend.app.settings import Settings
from backend.tests.backups.quiet import quiet
from backend.tests.backups.stores import ACTOR, facts_of, tree
from backend.tests.harness import until
from backend.tests.promises import promise
from backend.tests.survive.store_view import events


def lines(path: Path, table: str) -> list[dict[str, Any]]:
    with zipfile.ZipFile(path) as archive:
        return [json.loads(line) for line in archive.read(f"{table}.jsonl").splitlines()]


@promise("Backups and transfers", "A backup is one archive of everything at one moment, made while the service runs.")
def test_backup_contains_every_row_and_changes_nothing(filled: Settings, tmp_path: Path) -> None:
    before, file = tree(filled.data_dir), tmp_path / "a.zip"
    made = backup(filled, file, quiet)
    assert tree(filled.data_dir) == before
    assert {name: entry.facts for name, entry in made.manifest.tables.items()} == facts_of(filled)
    assert all(entry.count for entry in made.manifest.tables.values())
    assert made == read_archive(file, quiet)
    assert made.size == file.stat().st_size
    assert [path.name for path in tmp_path.glob("*.zip")] == ["a.zip"]


def test_backup_is_audited(filled: Settings, tmp_path: Path) -> None:
    made = backup(filled, tmp_path / "a.zip", quiet)
    assert record_backup(filled, ACTOR, tmp_path / "a.zip", made) is None
    with open_store(filled) as store:
        (event,) = events(store, "store.backed_up")
    assert event["actor"] == "dana"
    assert event["facts"]["file"] == "a.zip"
    assert event["facts"]["sha256"] == made.digest
    assert event["facts"]["records"]["partners"] == 3


def test_backup_is_kept_if_the_audit_trail_cannot_record_it(filled: Settings, tmp_path: Path) -> None:
    made = backup(filled, tmp_path / "a.zip", quiet)
    gone = filled.model_copy(update={"data_dir": tmp_path / "a.zip" / "none"})
    reason = record_backup(gone, ACTOR, tmp_path / "a.zip", made)
    assert reason is not None
    assert "cannot be" in reason


def write_messages(store: Store, stop: threading.Event) -> None:
    def message(tx: Tx, number: int) -> None:
        draft = create_draft(tx, DraftCreate(channel="dm", body=f"message {number}")).fields
        mark_sent(tx, draft["id"], "manual", None)

    number = 0
    while not stop.is_set():
        store.db.write_now(ACTOR, message, number := number + 1)


@pytest.fixture
def busy(filled: Settings) -> Iterator[Settings]:
    """A store that four clients write to."""
    with open_store(filled) as store:
        stop = threading.Event()
        writers = [threading.Thread(target=write_messages, args=(store, stop)) for _ in range(4)]
        for writer in writers:
            writer.start()
        yield filled
        stop.set()
        for writer in writers:
            writer.join()


@promise("Backups and transfers", "A backup is one archive of everything at one moment, made while the service runs.")
def test_backup_is_one_snapshot_while_others_write(busy: Settings, tmp_path: Path) -> None:
    sizes = []
    for number in range(3):
        file = tmp_path / f"{number}.zip"
        backup(busy, file, quiet)  # reads it back, the audit chain to its noted end included
        status = {draft["id"]: draft["status"] for draft in lines(file, "drafts")}
        sent = [entry["draft_id"] for entry in lines(file, "sendlog") if "sendlog" not in entry["draft_id"]]
        assert {status[draft] for draft in sent} <= {"sent"}
        assert sorted(sent) == sorted(draft for draft, now in status.items() if now == "sent")
        audited = {event["entity_id"] for event in lines(file, "audit_events")}
        assert audited >= status.keys()
        sizes.append(len(status))
        before = sizes[-1]
        until(lambda before=before: count_drafts(busy) > before, "the others go on")  # type: ignore[misc]
    assert sizes == sorted(set(sizes))


def count_drafts(settings: Settings) -> int:
    return facts_of(settings)["drafts"].count


# Refused backups


def test_existing_file_is_kept_without_force(filled: Settings, tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    file.write_text("mine")
    with pytest.raises(Conflict, match="already exists; choose another name, or --force"):
        backup(filled, file, quiet)
    assert file.read_text() == "mine"
    backup(filled, file, quiet, replace=True)
    read_archive(file, quiet)


def test_backup_refuses_an_impossible_path(filled: Settings, tmp_path: Path) -> None:
    before = tree(tmp_path)
    for file in (tmp_path / "none" / "a.zip", tmp_path):
        with pytest.raises(BadInput, match=r"is a directory|there is no directory"):
            backup(filled, file, quiet, replace=True)
    assert tree(tmp_path) == before


def test_missing_store_is_refused(settings: Settings, tmp_path: Path) -> None:
    missing = settings.model_copy(update={"data_dir": tmp_path / "missing"})
    if missing.database_url is None:
        with pytest.raises(BadArchive, match="there is no database"):
            backup(missing, tmp_path / "a.zip", quiet)
    assert os.listdir(tmp_path) == []  # noqa: PTH208


def test_backup_reports_and_includes_invalid_records(filled: Settings, tmp_path: Path) -> None:
    with open_store(filled) as store:
        store.db.write_now(ACTOR, spoil)
    invalid = backup(filled, tmp_path / "a.zip", quiet).invalid
    assert [each.sentence for each in invalid.first] == [
        "partners.jsonl, line 2, id 'id_partners_1': name is required; nom is not a known field"
    ]
    assert lines(tmp_path / "a.zip", "partners")[1]["nom"]


def spoil(tx: Tx) -> None:
    from sqlalchemy import text

    from backend.app.kit.db import Query

    new = (
        "CAST(replace(CAST(doc AS TEXT), '\"name\"', '\"nom\"') AS json)"
        if tx.dialect == "postgresql"
        else ("replace(doc, '\"name\"', '\"nom\"')")
    )
    tx.run(Query(text(f"UPDATE partners SET doc = {new} WHERE seq = 2")))
