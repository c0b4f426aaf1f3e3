"""The ledger rebuilt from its documents after a loss, on both databases."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from backend.app.bootstrap import open_store
from backend.app.core_gov.jv.documents import rebuild
from backend.app.core_gov.jv.documents import store as documents
from backend.app.core_gov.jv.ledger import service as ledger
from backend.app.core_gov.jv.ledger.balances import store as balances
from backend.app.core_gov.jv.ledger.store import entries_of, every_books
from backend.app.kit.db import Ctx, Query, Tx
from backend.app.kit.errors import Conflict
from backend.app.settings import Settings
from backend.app.store_tables import TABLES
from backend.tests.backups.stores import filled_with, items
from backend.tests.promises import promise

AGREEMENT = "id_agreements_0"


def only_json(settings: Settings, target: Path) -> Settings:
    """Return settings of a SQLite store that has nothing but copies of the JSON files."""
    for table in TABLES:
        copy = target / table.file
        copy.parent.mkdir(parents=True, exist_ok=True)
        write(copy, items(settings.data_dir / table.file))
    return Settings(data_dir=target)


def write(path: Path, found: list[dict[str, Any]]) -> None:
    path.write_text(json.dumps({"items": found}))


@promise("Joint ventures", "A store made anew from its JSON files has the same entries, lines and balances.")
def test_rebuild_from_json_loses_no_money(settings: Settings, tmp_path: Path) -> None:
    with open_store(filled_with(settings)) as store:
        before = store.db.snapshot_now(entries_of, AGREEMENT)
        sums = store.db.snapshot_now(balances.stored_balances)
    with open_store(only_json(settings, tmp_path / "new")) as store:
        after = store.db.snapshot_now(entries_of, AGREEMENT)
        assert {entry.id: entry.digest for entry in after} == {entry.id: entry.digest for entry in before}
        assert store.db.snapshot_now(balances.stored_balances) == sums
        assert list(store.db.snapshot_now(lambda tx: list(rebuild.faults(tx)))) == []
        assert {books.blocked for books in store.db.snapshot_now(every_books)} == {None}


@promise("Joint ventures", "Adoption invents no id and no time; a document that it refuses blocks its agreement.")
@pytest.mark.parametrize("lacking", ["id", "entry_id", "posted_on", "created_at", "source_key", "amount"])
def test_document_that_lacks_something_blocks_its_agreement(settings: Settings, tmp_path: Path, lacking: str) -> None:
    filled_with(settings)
    target = only_json(settings, tmp_path / "new")
    path = target.data_dir / "jv" / "contributions.json"
    found = items(path)
    del found[0][lacking]
    write(path, found)
    with open_store(target) as store:
        books = {each.agreement_id: each.blocked for each in store.db.snapshot_now(every_books)}
        blocked = books.pop(found[0]["agreement_id"])
        assert blocked is not None
        assert "jv/contributions.json was refused" in blocked or "cannot be posted" in blocked
        assert set(books.values()) == {None}
        with pytest.raises(Conflict, match="the agreement is blocked"):
            ledger.check_open(store.db.snapshot_now(ledger.books_of, found[0]["agreement_id"]), "2026-01-31")
    assert len(items(target.data_dir / "jv" / "contributions.json")) == len(found) - 1


def test_document_without_its_agreement_blocks_all(settings: Settings, tmp_path: Path) -> None:
    filled_with(settings)
    target = only_json(settings, tmp_path / "new")
    path = target.data_dir / "jv" / "payments.json"
    found = items(path)
    del found[0]["agreement_id"]
    write(path, found)
    with open_store(target) as store:
        assert None not in {each.blocked for each in store.db.snapshot_now(every_books)}


@pytest.mark.parametrize("missing", [("ledger_lines",), ("ledger_lines", "ledger_entries"), ("ledger_balances",)])
def test_missing_rows_are_added_and_none_is_changed(settings: Settings, ctx: Ctx, missing: tuple[str, ...]) -> None:
    filled_with(settings)
    with open_store(settings) as store:
        before = store.db.snapshot_now(entries_of, AGREEMENT)
        sums = store.db.snapshot_now(balances.stored_balances)
        store.db.write_now(ctx, emptied, missing)
        assert list(store.db.snapshot_now(lambda tx: list(rebuild.faults(tx)))) != []
        done = store.db.write_now(ctx, rebuild.complete)
        assert not done.is_nothing
        assert [entry.digest for entry in store.db.snapshot_now(entries_of, AGREEMENT)] == [
            entry.digest for entry in before
        ]
        assert store.db.snapshot_now(balances.stored_balances) == sums
        assert list(store.db.snapshot_now(lambda tx: list(rebuild.faults(tx)))) == []
        assert store.db.write_now(ctx, rebuild.complete).is_nothing


def emptied(tx: Tx, tables: tuple[str, ...]) -> None:
    """Delete rows of the ledger, whose triggers must be switched off for that."""
    for table in tables:
        if tx.dialect == "sqlite":
            tx.run(Query(text(f"DROP TRIGGER IF EXISTS {table}_no_delete")))
        elif table != "ledger_balances":
            tx.run(Query(text(f"ALTER TABLE {table} DISABLE TRIGGER USER")))
        tx.run(Query(text(f"DELETE FROM {table}")))


def test_changed_document_is_reported_and_its_entry_kept(settings: Settings, ctx: Ctx) -> None:
    filled_with(settings)
    change = "UPDATE contributions SET doc = replace(CAST(doc AS TEXT), '250000.5', '250000.6')"
    if settings.database_url:
        change = change.replace("replace(CAST(doc AS TEXT)", "(replace(CAST(doc AS TEXT)").replace("6')", "6'))::json")
    with open_store(settings) as store:
        store.db.write_now(ctx, lambda tx: tx.run(Query(text(change))))
        found = store.db.snapshot_now(lambda tx: [each.sentence for each in rebuild.faults(tx)])
        assert any("differs from the contribution" in sentence for sentence in found)
        before = store.db.snapshot_now(entries_of, AGREEMENT)
        store.db.write_now(ctx, rebuild.complete)
        assert store.db.snapshot_now(entries_of, AGREEMENT) == before


@pytest.mark.parametrize("agreement", [["x"], {"id": "x"}, 3, None])
def test_document_whose_agreement_is_not_text_blocks_all(settings: Settings, tmp_path: Path, agreement: Any) -> None:
    filled_with(settings)
    target = only_json(settings, tmp_path / "new")
    path = target.data_dir / "jv" / "payments.json"
    found = items(path)
    found[0]["agreement_id"] = agreement
    write(path, found)
    with open_store(target) as store:
        assert None not in {each.blocked for each in store.db.snapshot_now(every_books)}


def test_reversal_whose_document_is_lost_is_not_said_to_be_fixed(settings: Settings, tmp_path: Path) -> None:
    filled_with(settings)
    target = only_json(settings, tmp_path / "new")
    reversed_entries = {each["reverses"] for each in items(target.data_dir / "jv" / "reversals.json")}
    for table in documents.TABLES:
        path = target.data_dir / table.file
        write(path, [each for each in items(path) if each["entry_id"] not in reversed_entries])
    with open_store(target) as store:
        faults = store.db.snapshot_now(lambda tx: list(rebuild.faults(tx)))
    assert faults
    assert all("cannot be posted" in each.sentence and not each.missing for each in faults)


def test_contribution_of_a_stranger_blocks_its_agreement(settings: Settings, tmp_path: Path) -> None:
    filled_with(settings)
    target = only_json(settings, tmp_path / "new")
    path = target.data_dir / "jv" / "contributions.json"
    found = items(path)
    found[1]["partner_id"] = "p_stranger"
    write(path, found)
    write(target.data_dir / "jv" / "reversals.json", [])
    with open_store(target) as store:
        books = {each.agreement_id: each.blocked for each in store.db.snapshot_now(every_books)}
    assert "p_stranger is not a partner of the agreement" in str(books.pop(found[1]["agreement_id"]))
    assert set(books.values()) == {None}


def test_reversal_is_posted_after_its_original_whatever_the_clock_said(settings: Settings, tmp_path: Path) -> None:
    filled_with(settings)
    target = only_json(settings, tmp_path / "new")
    path = target.data_dir / "jv" / "reversals.json"
    found = items(path)
    for each in found:
        each["created_at"] = each["updated_at"] = "2001-01-01T00:00:00.000000Z"
    write(path, found)
    with open_store(target) as store:
        assert {books.blocked for books in store.db.snapshot_now(every_books)} == {None}
        assert list(store.db.snapshot_now(lambda tx: list(rebuild.faults(tx)))) == []


@pytest.mark.parametrize(
    ("table", "before", "after"), [("commitments", "1000000", "2000000"), ("agreements", "80", "90")]
)
def test_change_of_a_document_without_lines_is_reported(
    settings: Settings, ctx: Ctx, table: str, before: str, after: str
) -> None:
    filled_with(settings)
    change = f"UPDATE {table} SET doc = replace(CAST(doc AS TEXT), '{before}', '{after}')"
    if settings.database_url:
        change = change.replace("= replace", "= (replace") + ")::json"
    with open_store(settings) as store:
        store.db.write_now(ctx, lambda tx: tx.run(Query(text(change.replace(":", "\\:")))))
        found = store.db.snapshot_now(lambda tx: [each.sentence for each in rebuild.faults(tx)])
    assert any("differs from the" in sentence for sentence in found)
