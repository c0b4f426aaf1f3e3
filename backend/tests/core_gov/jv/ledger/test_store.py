"""Lines and entries in the database, by whatever path: never unbalanced, never changed, on both databases."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from backend.app.bootstrap import Store
from backend.app.core_gov.jv.ledger import service as ledger
from backend.app.core_gov.jv.ledger import store as ledger_store
from backend.app.core_gov.jv.ledger.entry import JournalEntry, JournalLine
from backend.app.kit.db import Ctx, Query, Tx
from backend.app.kit.errors import Conflict
from backend.tests.promises import promise

ENTRY = JournalEntry(
    *("en_1", "agr_1", "key", "contribution", "ctb_1", "2026-01-01", "2026-01-02"),
    reverses=None,
    currency="CAD",
    lines=(JournalLine("cash", "capital_contributed:p_1", 12_345),),
    created_at="2026-01-02T00:00:00.000000Z",
    created_by="dana",
)


def post(tx: Tx, entry: JournalEntry = ENTRY) -> None:
    ledger.open_books(tx, "agr_1", "CAD")
    ledger.post(tx, ledger.lock_books(tx, "agr_1"), entry)


def run(store: Store, ctx: Ctx, statement: str) -> Any:
    return store.db.write_now(ctx, lambda tx: tx.run(Query(text(statement))))


def line(**changes: Any) -> str:
    values = {"entry_id": "'en_1'", "n": 2, "debit": "'cash'", "credit": "'income'", "currency": "'CAD'", "cents": 1}
    values |= changes
    return f"INSERT INTO ledger_lines ({', '.join(values)}) VALUES ({', '.join(map(str, values.values()))})"


BAD_LINES = {
    "zero": line(cents=0),
    "negative": line(cents=-1),
    "same account": line(credit="'cash'"),
    "no debit": line(debit="NULL"),
    "no credit": line(credit="NULL"),
    "no amount": line(cents="NULL"),
    "no currency": line(currency="NULL"),
    "another currency": line(currency="'EUR'"),
    "unknown account": line(debit="'money'"),
    "account of nobody": line(credit="'loan:'"),
    "no entry": line(entry_id="'en_9'"),
    "same number": line(n=1),
}


@promise("Joint ventures", "No path can write an unbalanced entry, or change one, on either database.")
@pytest.mark.parametrize("name", BAD_LINES)
def test_bad_line_is_refused_by_the_database(store: Store, ctx: Ctx, name: str) -> None:
    store.db.write_now(ctx, post)
    with pytest.raises(Exception, match=r"(?i)ledger|constraint|null"):
        run(store, ctx, BAD_LINES[name])
    run(store, ctx, line())


def test_fractions_of_a_cent_are_refused_or_cannot_be_stored(store: Store, ctx: Ctx) -> None:
    """SQLite would store 0.5 in an integer column, and a text; PostgreSQL rounds the one and refuses the other."""
    store.db.write_now(ctx, post)
    if store.db.dialect == "sqlite":
        for value in ("1.5", "'many'"):
            with pytest.raises(Exception, match="constraint"):
                run(store, ctx, line(cents=value))
    else:
        with pytest.raises(Exception, match="bigint"):
            run(store, ctx, line(cents="'many'"))


@promise("Joint ventures", "No path can write an unbalanced entry, or change one, on either database.")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_lines SET cents = 1",
        "DELETE FROM ledger_lines",
        "UPDATE ledger_entries SET posted_on = '2020-01-01'",
        "DELETE FROM ledger_entries",
    ],
)
def test_entries_and_lines_are_never_changed(store: Store, ctx: Ctx, statement: str) -> None:
    store.db.write_now(ctx, post)
    with pytest.raises(Exception, match="never edited or deleted"):
        run(store, ctx, statement)
    found = store.db.snapshot_now(ledger_store.find_entry, "en_1")
    assert found is not None
    assert found.lines == ENTRY.lines
    assert found.digest == ENTRY.digest == store.db.snapshot_now(ledger_store.stored_digest, "en_1")


_ROW = "INSERT {how}INTO ledger_lines VALUES ('en_1', 1, 'cash', 'income', 'CAD', 7){then}"
_COPY = (
    "INSERT {how}INTO ledger_entries SELECT seq, id, agreement_id, source_key, kind, document_id, effective_on, "
    "'2020-01-01', reverses, currency, line_count, digest, created_at, created_by FROM ledger_entries{then}"
)
_OTHER_KEY = _COPY.replace("SELECT seq, id,", "SELECT NULL, 'en_2',")


@promise("Joint ventures", "No path can write an unbalanced entry, or change one, on either database.")
@pytest.mark.parametrize(
    "statement",
    [
        *(each.format(how="OR REPLACE ", then="") for each in (_ROW, _COPY, _OTHER_KEY)),
        _ROW.format(how="", then=" ON CONFLICT (entry_id, n) DO UPDATE SET cents = 7"),
        _COPY.format(how="", then=" WHERE true ON CONFLICT (id) DO UPDATE SET posted_on = '2020-01-01'"),
    ],
)
def test_entries_and_lines_are_never_replaced(store: Store, ctx: Ctx, statement: str) -> None:
    """OR REPLACE, which only SQLite has, deletes the row without its triggers."""
    store.db.write_now(ctx, post)
    with pytest.raises(Exception, match=r"(?i)never edited|ledger_|replace|generated|duplicate"):
        run(store, ctx, statement)
    assert store.db.snapshot_now(ledger_store.entries_of, "agr_1")[0].lines == ENTRY.lines
    assert store.db.snapshot_now(ledger_store.entries_of, "agr_1")[0].posted_on == ENTRY.posted_on


def test_second_entry_with_a_source_key_or_reversal_is_a_conflict(store: Store, ctx: Ctx) -> None:
    store.db.write_now(ctx, post)

    def again(tx: Tx, /, **changes: Any) -> None:
        ledger.post(tx, ledger.lock_books(tx, "agr_1"), replace(ENTRY, **changes))

    with pytest.raises(Conflict, match="the source_key key is in use"):
        store.db.write_now(ctx, again, id="en_2")
    store.db.write_now(ctx, again, id="en_3", source_key="a", reverses="en_1", lines=(ENTRY.lines[0].reversed(),))
    with pytest.raises(Conflict, match="has been reversed already"):
        store.db.write_now(ctx, again, id="en_4", source_key="b", reverses="en_1", lines=(ENTRY.lines[0],))
    assert store.db.snapshot_now(ledger.balances, "agr_1") == {"cash": 0, "capital_contributed:p_1": 0}


def test_account_that_falls_below_zero_is_a_conflict_and_writes_nothing(store: Store, ctx: Ctx) -> None:
    entry = replace(ENTRY, lines=(JournalLine("expense", "cash", 1),))
    with pytest.raises(Conflict, match=r"the cash is short by 0\.01"):
        store.db.write_now(ctx, post, entry)
    assert store.db.snapshot_now(ledger_store.every_books) == []
