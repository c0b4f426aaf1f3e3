"""A new version of a rule recomputes what the store derived with the old one, at the next opening."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import bindparam, update

from backend.app import bootstrap, store_tables
from backend.app.backups.backup import backup
from backend.app.backups.restore import restore
from backend.app.backups.store_urls import location_of
from backend.app.backups.transfer import transfer
from backend.app.bootstrap import Store, open_store
from backend.app.core_gov.property.schemas import PropertyCreate
from backend.app.core_gov.property.service import create_property, derive_address_key
from backend.app.core_gov.property.store import properties
from backend.app.kit import derived_fields
from backend.app.kit.db import Query, Tx, state
from backend.app.kit.derived_fields import Batch, DerivedFields
from backend.app.kit.errors import StartError, StoreUnavailable
from backend.app.kit.json_mirror.adoption import has_unsaved
from backend.app.kit.json_mirror.json_files import read
from backend.app.kit.search import filling
from backend.app.settings import Settings
from backend.tests.backups.quiet import quiet
from backend.tests.backups.stores import ACTOR
from backend.tests.doctor.command import Doctor
from backend.tests.doctor.conftest import run
from backend.tests.promises import promise
from backend.tests.survive.store_view import CTX, Doc, events, in_step, stored

_INFINITE = '{"address": "1 A St", "country": "CA", "meta": {"a": 1e999}}'
KEYS = ["1 elm st", "2 elm st", "3 elm st"]
_replace = Query(
    update(properties.table).values(doc=bindparam("text")).where(properties.table.c.id == bindparam("key"))
)


def _age(tx: Tx) -> None:
    """Give the records the keys of an older rule, on which they were stored and mirrored."""
    for (doc,) in tx.all(properties.every):
        found = json.loads(doc)
        text = doc.replace(f'"address_key":"{found["address_key"]}"', f'"address_key":"old {found["address_key"]}"')
        tx.run(_replace, key=found["id"], text=text)
        tx.written.append((properties.name, text))
    for derived in store_tables.DERIVED:
        state.put(tx, derived.key, json.dumps({"version": derived.version - 1, "done": True}))


@pytest.fixture
def old(store_settings: Settings) -> tuple[Settings, list[Doc]]:
    """Settings of a closed store with keys of an older rule, and its records as they should be."""
    with open_store(store_settings) as store:
        for number in range(1, 4):
            payload = PropertyCreate(address=f"{number} Elm Street", meta={"address_key": "x", "big": 1e300})
            store.db.write_now(CTX, create_property, payload)
        expected = stored(store, "properties")
        store.db.write_now(CTX, _age)
        in_step(store)
    assert [item["address_key"] for item in _on_file(store_settings)] == [f"old {key}" for key in KEYS]
    return store_settings, expected


def _rule() -> DerivedFields:
    return next(each for each in store_tables.DERIVED if each.name == "properties.address_key")


def _on_file(settings: Settings) -> list[Any]:
    return read(settings.data_dir / properties.file).items


def _unclean(settings: Settings) -> None:
    (settings.data_dir / ".closed.json").unlink(missing_ok=True)


def _kept_aside(settings: Settings) -> list[Path]:
    return [*settings.data_dir.rglob("*.ahead-*"), *settings.data_dir.rglob("*.edited-*")]


def _check(store: Store, settings: Settings, expected: list[Doc]) -> None:
    assert stored(store, "properties") == expected
    (event,) = events(store, "store.recomputed")
    assert event["facts"]["records"] == len(expected)
    in_step(store)
    assert _on_file(settings) == expected
    assert _kept_aside(settings) == []


@promise("Properties", "Stored address keys are recomputed when the rules change, without a change of `updated_at`.")
@pytest.mark.parametrize("closed", ["cleanly", "uncleanly"])
def test_opening_recomputes_the_keys_of_an_older_rule(
    old: tuple[Settings, list[Doc]], closed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, expected = old
    if closed == "uncleanly":
        _unclean(settings)
    with open_store(settings) as store:
        _check(store, settings, expected)
    with open_store(settings) as store:
        assert len(events(store, "store.recomputed")) == 1
    assert Doctor(settings, monkeypatch).json()["healthy"]


def test_killed_recomputation_is_continued(old: tuple[Settings, list[Doc]], monkeypatch: pytest.MonkeyPatch) -> None:
    settings, expected = old
    derived = _rule()
    monkeypatch.setattr(derived_fields, "BATCH", 1)
    rule = derived_fields.of_records(properties, "address_key", derived.version, derive_address_key)
    batches = 0

    def two_batches(tx: Tx, after: int) -> Batch:
        nonlocal batches
        batches += 1
        if batches > 2:
            raise StoreUnavailable("killed")
        return rule.recompute(tx, after)

    monkeypatch.setattr(bootstrap, "DERIVED", [replace(rule, recompute=two_batches)])
    with pytest.raises(StartError, match="killed"), open_store(settings):
        raise AssertionError("it is open")
    _unclean(settings)
    monkeypatch.setattr(bootstrap, "DERIVED", [rule])
    found = [line for line in Doctor(settings, monkeypatch).json()["findings"] if line["subject"] == "JSON files"]
    (bad,) = [line for line in found if line["verdict"] != "ok"]
    assert "differs from the database in 2 of 3 records" in bad["sentence"]
    assert "another name" not in str(bad)
    with open_store(settings) as store:
        _check(store, settings, expected)


def test_restored_and_transferred_stores_are_recomputed(old: tuple[Settings, list[Doc]], tmp_path: Path) -> None:
    settings, expected = old
    backup(settings, tmp_path / "old.zip", quiet)
    for name in ("restored", "transferred"):
        there = Settings(data_dir=tmp_path / name)
        if name == "restored":
            restore(there, ACTOR, tmp_path / "old.zip", quiet)
        else:
            transfer(location_of(settings), location_of(there), quiet)
        with open_store(there) as store:
            _check(store, there, expected)


def test_adopted_records_have_current_keys(old: tuple[Settings, list[Doc]], tmp_path: Path) -> None:
    settings, expected = old
    there = Settings(data_dir=tmp_path / "adopted")
    target = there.data_dir / properties.file
    target.parent.mkdir(parents=True)
    target.write_bytes((settings.data_dir / properties.file).read_bytes())
    with open_store(there) as store:
        assert stored(store, "properties") == expected


def test_new_store_notes_every_rule(store_settings: Settings) -> None:
    with open_store(store_settings) as store, store.db.open_snapshot() as snapshot:
        assert derived_fields.stale(snapshot, store_tables.DERIVED) == []
        assert filling.is_complete(snapshot, store_tables.TABLES)


def test_rows_that_were_there_before_the_first_opening_get_their_keys(store_settings: Settings) -> None:
    doc = '{"id": "past", "address": "1 Elm Street", "country": "CA"}'
    run(store_settings, f"INSERT INTO properties (seq, id, doc) VALUES (1, 'past', '{doc}')")
    with open_store(store_settings) as store, store.db.open_snapshot() as snapshot:
        assert json.loads(snapshot.all(properties.every)[0][0])["address_key"] == KEYS[0]


@pytest.mark.parametrize(("address", "unsaved"), [("1 Elm Street", False), ("9 Elm Street", True)])
def test_older_keys_in_a_json_file_are_no_sign_of_damage(
    old: tuple[Settings, list[Doc]], tmp_path: Path, address: str, unsaved: bool
) -> None:
    """With the same `updated_at`, any other difference is one."""
    settings, expected = old
    line = json.dumps(expected[0] | {"address_key": "old", "address": address})
    path = tmp_path / "properties.json"
    path.write_text(f'{{"updated_at": "", "items": [\n{line}\n]}}\n', encoding="utf-8")
    with open_store(settings) as store, store.db.open_snapshot() as snapshot:
        assert has_unsaved(snapshot, properties, path) is unsaved


@pytest.mark.parametrize("note", ["", "{", "[]", '{"version": "x"}', '{"other": 1}'])
def test_unreadable_note_on_a_rule_counts_as_none(old: tuple[Settings, list[Doc]], note: str) -> None:
    settings, expected = old
    derived = _rule()
    with open_store(settings) as store:
        store.db.write_now(CTX, _age)
        store.db.write_now(CTX, state.put, derived.key, note)
    with open_store(settings) as store:
        assert stored(store, "properties") == expected


@pytest.mark.parametrize("doc", ["[", "7", '{"address": 7, "country": "CA"}', '{"address": "1 A St"}', _INFINITE])
def test_invalid_documents_are_left(doc: str) -> None:
    assert derived_fields._corrected(doc, derive_address_key) is None
