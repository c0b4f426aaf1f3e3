"""Units of work on both databases: atomic, also when many are committed together."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text

from backend.app.bootstrap import Store, open_store
from backend.app.deals.schemas import DealCreate
from backend.app.deals.service import create_deal, get_deal
from backend.app.kit.db import Ctx, Database, Query, Tx
from backend.app.kit.errors import AppError, Conflict, NotFound, StoreUnavailable
from backend.tests.harness import SOON_S, until
from backend.tests.promises import promise
from backend.tests.survive.store_view import Logged, events, names

Unit = Callable[[Tx], Any]


def _deal(name: str) -> Unit:
    return lambda tx: create_deal(tx, DealCreate(name=name))


def _fails_after_writing(name: str, error: Exception) -> Unit:
    def unit(tx: Tx) -> None:
        create_deal(tx, DealCreate(name=name))
        raise error

    return unit


def _wrong_statement(tx: Tx) -> None:
    create_deal(tx, DealCreate(name="before the wrong statement"))
    tx.all(Query(text("SELECT nothing FROM nowhere")))


def _together(db: Database, ctx: Ctx, units: list[Unit]) -> list[Any]:
    """Run the units in one batch, by queuing them while the writer is busy."""
    busy, go = threading.Event(), threading.Event()

    def hold(tx: Tx) -> None:
        busy.set()
        go.wait(SOON_S)

    async def run() -> list[Any]:
        first = asyncio.create_task(db.write(ctx, hold))
        await asyncio.to_thread(busy.wait)
        rest = [asyncio.create_task(db.write(ctx, unit)) for unit in units]
        await asyncio.to_thread(until, lambda: db.waiting() >= len(units), "all units wait")
        go.set()
        await first
        return await asyncio.gather(*rest, return_exceptions=True)

    return asyncio.run(run())


@promise(
    "Storage",
    "Waiting transactions share one commit (group commit), and one that fails does not affect the others.",
)
def test_batch_is_committed_once_in_order(store: Store, ctx: Ctx) -> None:
    sizes: list[int] = []
    store.db.batch_sizes = sizes.append
    _together(store.db, ctx, [_deal(f"Deal {n}") for n in range(20)])
    assert names(store) == [f"Deal {n}" for n in range(20)]
    assert sizes == [1, 20]


@promise(
    "Storage",
    "Waiting transactions share one commit (group commit), and one that fails does not affect the others.",
)
@pytest.mark.parametrize("error", [Conflict("a rule"), NotFound("deal"), ZeroDivisionError()])
def test_failed_unit_does_not_affect_its_batch(store: Store, ctx: Ctx, error: Exception) -> None:
    def refused_at_once(tx: Tx) -> None:
        raise error

    units = [_deal("first"), refused_at_once, _deal("second"), _fails_after_writing("gone", error), _deal("third")]
    answers = _together(store.db, ctx, units)
    assert [isinstance(answer, Exception) for answer in answers] == [False, True, False, True, False]
    assert answers[1] is error
    assert answers[3] is error
    assert names(store) == ["first", "second", "third"]
    assert len(events(store, "deal.created")) == 3


def test_invalid_statement_fails_only_its_unit(store: Store, ctx: Ctx) -> None:
    answers = _together(store.db, ctx, [_deal("first"), _wrong_statement, _deal("second")])
    assert [isinstance(answer, Exception) for answer in answers] == [False, True, False]
    assert not isinstance(answers[1], AppError), "it is a mistake of ours, not a refusal"
    assert names(store) == ["first", "second"]


@promise(
    "Storage",
    "Waiting transactions share one commit (group commit), and one that fails does not affect the others.",
)
def test_unit_sees_the_writes_of_earlier_units(store: Store, ctx: Ctx) -> None:
    made: list[str] = []

    def make(tx: Tx) -> None:
        made[:] = [create_deal(tx, DealCreate(name="made")).fields["id"]]

    answers = _together(store.db, ctx, [make, lambda tx: get_deal(tx, made[0]).fields["name"]])
    assert answers[1] == "made"


@promise("Storage", "A client that disconnects does not cancel its transaction.")
def test_canceled_caller_does_not_cancel_its_unit(store: Store, ctx: Ctx) -> None:
    busy, go = threading.Event(), threading.Event()

    def hold(tx: Tx) -> None:
        busy.set()
        go.wait(SOON_S)

    async def run() -> None:
        first = asyncio.create_task(store.db.write(ctx, hold))
        await asyncio.to_thread(busy.wait)
        hasty = asyncio.create_task(store.db.write(ctx, _deal("said and gone")))
        await asyncio.to_thread(until, lambda: store.db.waiting() >= 1, "the unit waits")
        hasty.cancel()
        go.set()
        await first
        await store.db.write(ctx, _deal("after"))

    asyncio.run(run())
    assert names(store) == ["said and gone", "after"]


def test_failing_listener_does_not_undo_the_commit(store: Store, ctx: Ctx, logged: Logged) -> None:
    def broken(written: list[tuple[str, str]]) -> None:
        raise ZeroDivisionError

    store.db.after_commit, told = broken, store.db.after_commit
    store.db.write_now(ctx, _deal("stored"))
    store.db.after_commit = told
    store.db.write_now(ctx, _deal("the next one"))
    assert names(store) == ["stored", "the next one"]
    assert [line["event"] for line in logged() if line["level"] == "error"] == ["commit not told"]


def test_listeners_get_only_committed_documents(store: Store, ctx: Ctx) -> None:
    heard: list[tuple[str, str]] = []
    store.db.after_commit = heard.extend

    def half_undone(tx: Tx) -> None:
        create_deal(tx, DealCreate(name="kept"))
        with suppress(Conflict), tx.savepoint():
            _fails_after_writing("undone", Conflict("a rule"))(tx)

    _together(store.db, ctx, [half_undone, _fails_after_writing("gone", Conflict("a rule"))])
    assert [table for table, _ in heard] == ["deals"]
    assert '"name":"kept"' in heard[0][1]


def test_failed_savepoint_is_undone_and_the_unit_continues(store: Store, ctx: Ctx) -> None:
    def unit(tx: Tx) -> None:
        for name in ("one", "two", "three"):
            try:
                with tx.savepoint():
                    _fails_after_writing(name, Conflict("no two"))(tx) if name == "two" else _deal(name)(tx)
            except Conflict:
                continue

    store.db.write_now(ctx, unit)
    assert names(store) == ["one", "three"]


def test_closed_database_accepts_no_units(store: Store, ctx: Ctx) -> None:
    store.mirror.close()
    store.db.close()
    with pytest.raises(StoreUnavailable, match="stopping"):
        store.db.write_now(ctx, _deal("too late"))


@promise("Storage", "Migrations hold a lock, and several processes can share one SQLite database.")
def test_two_processes_write_alternately(store: Store, ctx: Ctx) -> None:
    with open_store(store.settings) as other:
        threads = [
            threading.Thread(target=partial(db.write_now, ctx, _deal(f"{n}")))
            for n in range(20)
            for db in (store.db, other.db)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(names(store)) == sorted(2 * [f"{n}" for n in range(20)])
