"""Behavior specific to PostgreSQL."""

import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from backend.app.bootstrap import Store, open_store
from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.jv import service as jv
from backend.app.core_gov.jv.schemas import PartnerCreate
from backend.app.deals.schemas import DealCreate, DealPatch
from backend.app.deals.service import create_deal, patch_deal
from backend.app.kit.db import Ctx, Tx, state
from backend.app.kit.errors import StoreFull, StoreUnavailable
from backend.app.settings import Settings
from backend.tests.harness import SOON_S, Postgres
from backend.tests.promises import promise
from backend.tests.survive.store_view import make_deals, names


@pytest.fixture
def database() -> str:
    return "postgresql"


@pytest.fixture
def shell(settings: Settings, store: Store) -> Iterator[psycopg.Connection]:
    """A separate connection to the database."""
    assert settings.database_url
    with psycopg.connect(settings.database_url, autocommit=True) as conn:
        yield conn


def _fail_inserts(shell: psycopg.Connection, sqlstate: str) -> None:
    shell.execute(
        "CREATE OR REPLACE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION 'as asked' USING ERRCODE = '{sqlstate}'; END $$".encode()
    )
    shell.execute("CREATE TRIGGER fail BEFORE INSERT ON deals EXECUTE FUNCTION fail()")


@pytest.mark.parametrize(
    ("sqlstate", "kind"), [("53100", StoreFull), ("53200", StoreUnavailable), ("58030", StoreUnavailable)]
)
def test_server_failure_is_an_error_and_recovers(
    store: Store, shell: psycopg.Connection, sqlstate: str, kind: type[Exception]
) -> None:
    make_deals(store, "before")
    _fail_inserts(shell, sqlstate)
    with pytest.raises(kind):
        make_deals(store, "refused")
    shell.execute("DROP FUNCTION fail CASCADE")
    make_deals(store, "after")
    assert names(store) == ["before", "after"]


def test_read_only_server_is_an_error_and_recovers(store: Store, shell: psycopg.Connection) -> None:
    make_deals(store, "before")
    _read_only(shell, "SET default_transaction_read_only = on")
    with pytest.raises(StoreUnavailable):
        make_deals(store, "refused")
    assert names(store) == ["before"]
    _read_only(shell, "RESET default_transaction_read_only")
    make_deals(store, "after")
    assert names(store) == ["before", "after"]


def _read_only(shell: psycopg.Connection, change: str) -> None:
    """Make new connections read-only, as after a failover to a standby."""
    row = shell.execute("SELECT current_database()").fetchone()
    assert row
    shell.execute("SET default_transaction_read_only = off")
    shell.execute(f"ALTER DATABASE {row[0]} {change}".encode())
    _cut(shell)


def _cut(shell: psycopg.Connection) -> None:
    """Close every other connection to this database, as a server restart does."""
    shell.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )


def test_dead_idle_connections_are_replaced(store: Store, shell: psycopg.Connection) -> None:
    for number in range(5):
        make_deals(store, f"Deal {number}")
        _cut(shell)
        assert names(store) == [f"Deal {n}" for n in range(number + 1)]
        _cut(shell)


def test_connection_lost_during_a_unit_stores_nothing(store: Store, shell: psycopg.Connection, ctx: Ctx) -> None:
    def unit(tx: Tx) -> None:
        create_deal(tx, DealCreate(name="undone"))
        _cut(shell)
        create_deal(tx, DealCreate(name="never"))

    with pytest.raises(StoreUnavailable):
        store.db.write_now(ctx, unit)
    make_deals(store, "after")
    assert names(store) == ["after"]


def test_write_waits_for_a_locked_record(store: Store, shell: psycopg.Connection) -> None:
    make_deals(store, "before")
    (deal_id,) = [row[0] for row in shell.execute("SELECT id FROM deals")]
    shell.execute("BEGIN")
    shell.execute("SELECT 1 FROM deals FOR UPDATE")
    patch = DealPatch.model_validate({"name": "after"})
    waiting = threading.Thread(target=store.db.write_now, args=(Ctx("tester", "api"), patch_deal, deal_id, patch))
    waiting.start()
    shell.execute("ROLLBACK")
    waiting.join()
    assert names(store) == ["after"]


def test_change_feed_returns_each_change_of_concurrent_writers_once(
    settings: Settings, store: Store, tmp_path: Path, postgres: Postgres
) -> None:
    """A slow unit of another process is numbered at its commit, so no reader misses it."""
    feed = audit.changed_since
    begun, go_on = threading.Event(), threading.Event()

    def slow(tx: Tx) -> None:
        jv.create_partner(tx, PartnerCreate(name="slow"))
        begun.set()
        assert go_on.wait(SOON_S)

    make_deals(store, "before")
    elsewhere_settings = settings.model_copy(update={"data_dir": tmp_path / "elsewhere"})
    with psycopg.connect(postgres.url("postgres")) as elsewhere, open_store(elsewhere_settings) as other:
        elsewhere.execute("SELECT pg_current_xact_id()")
        mark, _ = store.db.snapshot_now(feed, None)
        writing = threading.Thread(target=other.db.write_now, args=(Ctx("tester", "api"), slow))
        writing.start()
        assert begun.wait(SOON_S)
        make_deals(store, "while it runs")
        mark, changed = store.db.snapshot_now(feed, mark)
        assert changed == {"deal"}
        mark, changed = store.db.snapshot_now(feed, mark)
        assert changed == set()
        go_on.set()
        writing.join()
        mark, changed = store.db.snapshot_now(feed, mark)
        assert changed == {"partner"}, "it was begun earlier, and committed later"
        assert store.db.snapshot_now(feed, mark)[1] == set()


@promise("Storage", "Migrations hold a lock, and several processes can share one SQLite database.")
def test_two_services_starting_together_share_one_store(
    tmp_path_factory: pytest.TempPathFactory, postgres: Postgres
) -> None:
    url = postgres.new_database(migrated=False)
    opened: list[str | None] = []
    everyone = threading.Barrier(3)

    def start() -> None:
        data_dir = tmp_path_factory.mktemp("machine")
        with open_store(Settings(data_dir=data_dir, database_url=url)) as store:
            opened.append(store.db.snapshot_now(state.get, state.STORE_ID))
            everyone.wait(SOON_S)

    threads = [threading.Thread(target=start) for _ in range(2)]
    for thread in threads:
        thread.start()
    everyone.wait(SOON_S)
    for thread in threads:
        thread.join()
    assert len(opened) == 2
    with open_store(Settings(data_dir=tmp_path_factory.mktemp("third"), database_url=url)) as store:
        assert {store.db.snapshot_now(state.get, state.STORE_ID)} == set(opened)
