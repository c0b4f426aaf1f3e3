"""Upserts from sources: unchanged rows are left alone, changed ones updated, and a failure stores nothing."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from backend.app.bootstrap import Store
from backend.app.core_gov.rents import store as rent_store
from backend.app.core_gov.rents.import_rents import import_rents
from backend.app.kit.data_files.import_rows import TableImport
from backend.app.kit.data_files.source_rows import UpsertCounts, check_source
from backend.app.kit.db import Ctx, Query, Tx
from backend.app.kit.errors import BadInput

ROW: dict[str, Any] = dict.fromkeys(rent_store.comps.names) | {
    "country": "CA", "currency": "CAD", "rent_cents": 185_000, "kind": "asking", "rent_date": "2026-01-31", "row": "{}",
    "beds": 2.0,
}  # fmt: skip
_keys = Query(
    rent_store.rent_comps.select().with_only_columns(rent_store.rent_comps.c.source, rent_store.rent_comps.c.source_key)
)


def told(store: Store, ctx: Ctx, *rows: tuple[str, dict[str, Any]], source: str = "a") -> UpsertCounts:
    return store.db.write_now(ctx, rent_store.comps.upsert, source, [(key, ROW | row) for key, row in rows])


def keys(store: Store) -> set[tuple[Any, ...]]:
    return set(store.db.snapshot_now(lambda tx: tx.all(_keys)))


def test_unchanged_rows_are_left_and_changed_rows_updated(store: Store, ctx: Ctx) -> None:
    assert told(store, ctx, ("1", {}), ("2", {}), ("2", {"beds": 3.0})) == UpsertCounts(stored=2)
    assert told(store, ctx, ("1", {}), ("2", {"beds": 3.0})) == UpsertCounts(on_file=2)
    assert told(store, ctx, ("1", {"beds": 4.0}), ("3", {})) == UpsertCounts(stored=1, updated=1)
    assert told(store, ctx, ("1", {}), source="b") == UpsertCounts(stored=1)
    assert told(store, ctx) == UpsertCounts()
    assert keys(store) == {("a", "1"), ("a", "2"), ("a", "3"), ("b", "1")}


def fails_half_the_time(tx: Tx, number: int) -> None:
    rent_store.comps.upsert(tx, "many", [(f"{number} {at}", ROW) for at in range(3)])
    if number % 2:
        raise BadInput("changed its mind")


def test_a_failed_unit_stores_nothing(store: Store, ctx: Ctx) -> None:
    def attempt(number: int) -> None:
        if number % 2:
            with pytest.raises(BadInput, match="changed its mind"):
                store.db.write_now(ctx, fails_half_the_time, number)
        else:
            store.db.write_now(ctx, fails_half_the_time, number)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(attempt, range(40)))
    assert keys(store) == {("many", f"{number} {at}") for number in range(0, 40, 2) for at in range(3)}


def test_concurrent_imports_of_one_source_store_each_row_once(store: Store, ctx: Ctx) -> None:
    def run(number: int) -> UpsertCounts:
        return told(store, ctx, *((f"{key}", {}) for key in range(20)))

    with ThreadPoolExecutor(8) as threads:
        done = list(threads.map(run, range(16)))
    assert sum(each.stored for each in done) == 20
    assert len(keys(store)) == 20


UNSTORABLE = [("x\0y", "contains a NUL character"), ("x\ud800", "contains half of a surrogate pair")]


@pytest.mark.parametrize(("text", "said"), UNSTORABLE)
def test_a_text_that_one_database_cannot_store_is_refused_by_both(store: Store, ctx: Ctx, text: str, said: str) -> None:
    for row in (("1", {"address": text}), (text, {})):
        with pytest.raises(BadInput, match=said):
            told(store, ctx, ("0", {}), row)
    told(store, ctx, ("1", {}))
    with pytest.raises(BadInput, match=said):
        told(store, ctx, ("1", {"address": text}))
    assert keys(store) == {("a", "1")}


@pytest.mark.parametrize("source", ["", " ", "x\0", "x\ud800", "two\nlines", "\x1b[2J", "x" * 201])
def test_a_source_must_be_one_line_that_can_be_stored(source: str) -> None:
    with pytest.raises(BadInput, match="must be one line of at most 200 printable characters") as caught:
        check_source(source)
    assert caught.value.detail.isprintable()


def test_a_file_name_that_is_not_utf8_is_escaped(store: Store, ctx: Ctx, tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"\xff\xe9.csv")
    path.write_text("rent,date,beds,country,region,city\n2000,2026-01-02,2,CA,ON,Toronto\n")
    done = import_rents(store.db, ctx, TableImport(path, {}, {}), "2026-02-01", lambda done, total: None)
    assert (done.stored, [source for source, _ in keys(store)]) == (1, ["\\udcff\\udce9.csv"])
