"""Hash chain of audit events: any edit, deletion or change of order is found."""

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.app.bootstrap import Store, open_store
from backend.app.core_gov.audit import chain
from backend.app.core_gov.audit import service as audit
from backend.app.deals.schemas import DealCreate, DealPatch
from backend.app.deals.service import create_deal, patch_deal
from backend.app.kit.db import Ctx, Tx
from backend.app.kit.errors import Conflict
from backend.app.settings import Settings
from backend.tests.promises import promise

COLUMNS = ("seq", *chain.HASHED[1:], "hash")
Row = tuple[Any, ...]


def made(count: int) -> list[Row]:
    """Return chained events."""
    rows: list[Row] = []
    last = chain.START.hash
    for seq in range(1, count + 1):
        row = (seq, f"ev_{seq}", "2026-01-31", "dana", "api", "deal.created", "deal", None, "done", None, "r", "{}")
        last = chain.link(last, row)
        rows.append((*row, last))
    return rows


def head_of(rows: list[Row]) -> chain.Head:
    return chain.Head(rows[-1][0], rows[-1][-1])


class TestPure:
    def test_empty_chain_is_good(self) -> None:
        assert chain.verify([]) == chain.Verdict()
        assert chain.verify([], chain.START).good

    @given(st.integers(1, 30))
    def test_chained_events_are_good(self, count: int) -> None:
        rows = made(count)
        verdict = chain.verify(rows, head_of(rows), sought=rows[count // 2][-1])
        assert (verdict.faults, verdict.events, verdict.head, verdict.sought) == ([], count, head_of(rows), True)

    @given(st.integers(0, 9), st.sampled_from(range(len(COLUMNS))), st.one_of(st.none(), st.text(), st.integers()))
    def test_change_in_any_column_is_found(self, place: int, column: int, value: object) -> None:
        rows = made(10)
        edited = [*rows]
        edited[place] = (*rows[place][:column], value, *rows[place][column + 1 :])
        if edited == rows:
            return
        if column == 0 and not isinstance(value, int):
            return  # the database holds numbers there
        assert not chain.verify(edited, head_of(rows)).good

    @given(st.sets(st.integers(0, 9), min_size=1))
    def test_missing_events_are_found(self, gone: set[int]) -> None:
        rows = made(10)
        assert not chain.verify([row for place, row in enumerate(rows) if place not in gone], head_of(rows)).good

    @given(st.permutations(range(10)))
    def test_changed_order_is_found(self, order: list[int]) -> None:
        rows = made(10)
        assert chain.verify([rows[place] for place in order], head_of(rows)).good == (order == sorted(order))

    @pytest.mark.parametrize(
        ("spoil", "sentence"),
        [
            (lambda rows: rows[:4] + rows[5:], "event 5 is missing before event 6 (ev_6)"),
            (lambda rows: rows[:4] + rows[7:], "events 5 to 7 are missing before event 8 (ev_8)"),
            (
                lambda rows: rows[:-2],
                "the trail ends with event 8, but event 10 was written: the last events are missing",
            ),
            (lambda rows: [*rows[:2], rows[3], rows[2], *rows[4:]], "event 3 (ev_3) follows event 4"),
            (
                lambda rows: [*rows[:2], (*rows[2][:3], "eve", *rows[2][4:]), *rows[3:]],
                "event 3 (ev_3), or the hash of",
            ),
        ],
    )
    def test_fault_names_the_event(self, spoil: Callable[[list[Row]], list[Row]], sentence: str) -> None:
        rows = made(10)
        faults = chain.verify(spoil(rows), head_of(rows)).faults
        assert any(fault.startswith(sentence) for fault in faults), faults

    def test_one_edit_is_one_fault(self) -> None:
        rows = made(10)
        rows[4] = (*rows[4][:3], "eve", *rows[4][4:])
        assert len(chain.verify(rows, head_of(rows)).faults) == 1

    def test_rebuilt_chain_is_good_but_lacks_the_old_head(self) -> None:
        rows, other = made(10), made(9)
        verdict = chain.verify(other, head_of(other), sought=rows[-1][-1])
        assert (verdict.good, verdict.sought) == (True, False)


def look(store: Store, **how: Any) -> chain.Verdict:
    with store.db.open_snapshot() as snapshot:
        return audit.verify(snapshot, **how)


def act(store: Store, ctx: Ctx, times: int = 1) -> None:
    for number in range(times):
        deal = store.db.write_now(ctx, create_deal, DealCreate(name=f"Deal {number}"))
        patch = DealPatch.model_validate({"name": "x"})
        store.db.write_now(ctx, patch_deal, deal.fields["id"], patch)


@contextmanager
def tampering(settings: Settings) -> Iterator[Callable[[str], Any]]:
    """Change the stored events as a database administrator could, without the triggers."""
    if settings.database_url:
        with psycopg.connect(settings.database_url, autocommit=True) as conn:
            conn.execute("SET session_replication_role = replica")
            yield lambda statement: conn.execute(statement.encode())
        return
    with closing(sqlite3.connect(settings.sqlite_path, isolation_level=None)) as lite:
        lite.execute("DROP TRIGGER audit_events_no_update")
        lite.execute("DROP TRIGGER audit_events_no_delete")
        yield lite.execute


class TestStored:
    def test_every_event_is_chained(self, store: Store, ctx: Ctx) -> None:
        act(store, ctx, 3)
        verdict = look(store)
        assert (verdict.events, verdict.faults) == (6, [])
        assert verdict.head == store.db.snapshot_now(audit.head)

    def test_events_of_concurrent_writers_form_one_chain(self, settings: Settings, store: Store, ctx: Ctx) -> None:
        def work(number: int) -> None:
            own = settings.data_dir if settings.database_url is None else settings.data_dir / str(number)
            with open_store(settings.model_copy(update={"data_dir": own})) as other:
                act(other, ctx, 20)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
        for thread in threads:
            thread.start()
        act(store, ctx, 20)
        for thread in threads:
            thread.join()
        verdict = look(store)
        assert (verdict.events, verdict.head.seq, verdict.faults) == (160, 160, [])

    def test_failed_unit_leaves_no_gap(self, store: Store, ctx: Ctx) -> None:
        def fail(tx: Tx) -> None:
            create_deal(tx, DealCreate(name="x"))
            raise Conflict("no")

        act(store, ctx)
        with pytest.raises(Conflict):
            store.db.write_now(ctx, fail)
        act(store, ctx)
        assert (look(store).events, look(store).faults) == (4, [])

    @promise("Audit trail", "Verification finds any event that was edited in any column, deleted or reordered.")
    @pytest.mark.parametrize("column", COLUMNS)
    def test_edit_of_any_column_is_found(self, settings: Settings, store: Store, ctx: Ctx, column: str) -> None:
        act(store, ctx, 3)
        with tampering(settings) as run:
            run(f"UPDATE audit_events SET {column} = {99 if column == 'seq' else repr('tampered')} WHERE seq = 3")
        assert "event 3 " in look(store).faults[0]

    @promise("Audit trail", "Verification finds any event that was edited in any column, deleted or reordered.")
    @pytest.mark.parametrize("seq", [1, 3, 6])
    def test_deletion_is_found(self, settings: Settings, store: Store, ctx: Ctx, seq: int) -> None:
        act(store, ctx, 3)
        with tampering(settings) as run:
            run(f"DELETE FROM audit_events WHERE seq = {seq}")
        assert not look(store).good

    @promise("Audit trail", "Verification finds any event that was edited in any column, deleted or reordered.")
    def test_change_of_order_is_found(self, settings: Settings, store: Store, ctx: Ctx) -> None:
        act(store, ctx, 3)
        with tampering(settings) as run:
            for old, new in ((3, 100), (4, 3), (100, 4)):
                run(f"UPDATE audit_events SET seq = {new} WHERE seq = {old}")
        assert not look(store).good

    def test_inserted_event_is_found(self, settings: Settings, store: Store, ctx: Ctx) -> None:
        act(store, ctx, 3)
        with tampering(settings) as run:
            run(
                "INSERT INTO audit_events (seq, id, at, actor, via, action, outcome, changes) "
                "VALUES (7, 'ev_x', '2026', 'eve', 'api', 'x', 'done', '{}')"
            )
        assert not look(store).good

    def test_chain_without_its_head_continues_but_is_not_trusted(
        self, settings: Settings, store: Store, ctx: Ctx, logged: Callable[[], list[dict[str, Any]]]
    ) -> None:
        act(store, ctx, 2)
        with tampering(settings) as run:
            run("DELETE FROM store_state WHERE key = 'audit_head'")
        assert look(store).faults == [
            "the record of the last event is missing or unreadable: events may be missing at the end of the trail"
        ]
        act(store, ctx)
        assert any("head of the audit chain is gone" in line["event"] for line in logged())
        assert look(store).events == 6

    def test_only_the_latest_events_are_verified_on_request(self, settings: Settings, store: Store, ctx: Ctx) -> None:
        act(store, ctx, 5)
        assert (look(store, latest=4).events, look(store, latest=4).faults) == (4, [])
        assert look(store, latest=100).events == 10
        with tampering(settings) as run:
            run("UPDATE audit_events SET actor = 'eve' WHERE seq = 2")
        assert look(store, latest=4).good
        assert not look(store).good


class TestDeclared:
    """Events that were lost with a damaged database are declared by a later event of the store."""

    def declaring(self, rows: list[Row], gaps: list[list[int]], action: str = "store.salvaged") -> list[Row]:
        seq, link = rows[-1][0] + 1, rows[-1][-1]
        changes = json.dumps({chain.GAPS: {"before": None, "after": gaps}})
        row = (seq, f"ev_{seq}", "2026-01-31", "dana", "job", action, "store", None, "done", None, None, changes)
        return [*rows, (*row, chain.link(link, row))]

    @promise(
        "Recovery",
        "Lost audit events are declared without rehashing the chain, and undeclared gaps remain errors.",
    )
    @given(st.sets(st.integers(1, 19), min_size=1))
    def test_only_undeclared_gaps_are_faults(self, lost: set[int]) -> None:
        kept = [row for row in made(20) if row[0] not in lost]
        assert not chain.verify(kept).good
        verdict = chain.verify(self.declaring(kept, [[seq, seq] for seq in lost]))
        assert verdict.good
        assert verdict.declared
        undeclared = [[seq, seq] for seq in lost - {max(lost)}]
        assert not chain.verify(self.declaring(kept, undeclared)).good

    @pytest.mark.parametrize("action", ["deal.changed", "storefront", "STORE.salvaged"])
    def test_only_store_events_declare_gaps(self, action: str) -> None:
        kept = [row for row in made(9) if row[0] != 5]
        assert not chain.verify(self.declaring(kept, [[5, 5]], action)).good

    def test_declaration_does_not_cover_later_events(self) -> None:
        rows = self.declaring(made(5), [[1, 99]])
        seq, link = rows[-1][0] + 2, rows[-1][-1]
        row = (seq, f"ev_{seq}", "2026-01-31", "dana", "api", "deal.created", "deal", None, "done", None, "r", "{}")
        assert not chain.verify([*rows, (*row, chain.link(link * 2, row))]).good

    @pytest.mark.parametrize("gaps", [None, 5, [1], [["a", "b"]], [[1]], {"1": 2}])
    def test_unreadable_declaration_declares_nothing(self, gaps: object) -> None:
        kept = [row for row in made(9) if row[0] != 5]
        assert not chain.verify(self.declaring(kept, gaps)).good  # type: ignore[arg-type]
