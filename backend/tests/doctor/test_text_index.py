"""The doctor compares the text index with the records, and makes it anew."""

import pytest

from backend.app.bootstrap import open_store
from backend.app.kit.db import Ctx
from backend.app.kit.search import filling
from backend.app.settings import Settings
from backend.app.store_tables import TABLES
from backend.tests.doctor.command import Doctor
from backend.tests.doctor.conftest import Damage
from backend.tests.doctor.schema_findings import dialect, fixed
from backend.tests.promises import promise

LAST = "(SELECT max(number) FROM search_entries)"


def findings(doctor: Doctor) -> list[tuple[str, str]]:
    return [(each["verdict"], each["sentence"]) for each in doctor.check() if each["subject"] == "text index"]


@promise("Operator tools", "The doctor checks that every record is found by its words, and makes the text index anew.")
def test_wrong_entries_are_reported_and_made_anew(full_store: Settings, full_doctor: Doctor, damage: Damage) -> None:
    assert findings(full_doctor) == [("ok", "every record is found by its words")]
    damage(full_store, f"UPDATE search_entries SET words = ' other ' WHERE number = {LAST}")
    sentence = "1 record is not found by a search"
    if dialect(full_store) == "sqlite":
        sentence += "; the words of SQLite's full-text table differ from the entries"
    assert findings(full_doctor) == [("bad", sentence)]
    fixed(full_doctor)
    assert findings(full_doctor) == [("ok", "every record is found by its words")]


def test_missing_and_extra_entries_are_counted(full_store: Settings, full_doctor: Doctor, damage: Damage) -> None:
    damage(
        full_store,
        f"DELETE FROM search_entries WHERE number = {LAST}",
        "INSERT INTO search_entries (kind, seq, words) VALUES ('deals', 999999, ' x ')",
    )
    ((verdict, sentence),) = findings(full_doctor)
    assert (verdict, sentence.split("; ")[:2]) == (
        "bad",
        ["1 record is not found by a search", "1 entry has no record"],
    )


@promise("Recovery", "Making the text index anew continues after a kill where it ended.")
def test_filling_continues_where_it_ended(
    full_store: Settings, full_doctor: Doctor, ctx: Ctx, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filling, "BATCH", 2)
    with open_store(full_store) as store:
        store.db.write_now(ctx, filling.forget)
        assert store.db.write_now(ctx, filling.fill_next, TABLES) == 2
        assert not store.db.snapshot_now(filling.is_complete, TABLES)
    with open_store(full_store) as store:
        assert store.db.snapshot_now(filling.is_complete, TABLES)
    assert findings(full_doctor) == [("ok", "every record is found by its words")]
