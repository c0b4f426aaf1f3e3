"""A missing, empty or older database next to its JSON files, and losses until a person acknowledges them."""

import json
import shutil
from pathlib import Path

import psycopg
import pytest

from backend.app import rebuild
from backend.app.bootstrap import open_store
from backend.app.core_gov.access.tokens import service as tokens
from backend.app.core_gov.audit import service as audit
from backend.app.kit.db import losses
from backend.app.kit.db.losses import Loss
from backend.app.kit.errors import StartError
from backend.app.settings import Settings
from backend.app.store_tables import LOST_WITH_DATABASE
from backend.tests.full_store import REVOKED
from backend.tests.harness import http_client, serving
from backend.tests.promises import promise
from backend.tests.survive.damaged_store import PAGE, VALID, has_intact_trail, lost, pages_of, valid_tokens, write_page
from backend.tests.survive.store_view import CTX, events, in_step, stored


@promise("Recovery", "Every readable row of a damaged database is recovered; losses are reported until acknowledged.")
def test_readyz_reports_losses_until_they_are_acknowledged(full_sqlite_store: Settings) -> None:
    sales = pages_of(full_sqlite_store.sqlite_path, "table", table="market_sales")
    write_page(full_sqlite_store.sqlite_path, sales[-1], bytes(PAGE))
    with serving(full_sqlite_store) as url, http_client(url) as client:
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert "the store has lost market_sales" in answer.json()["detail"]
        assert "valhalla doctor --acknowledge" in answer.json()["detail"]
        assert client.get("/core/deals").status_code == 200
    with open_store(full_sqlite_store) as store:
        assert [loss.table for loss in store.db.write_now(CTX, losses.acknowledge)]
    with serving(full_sqlite_store) as url, http_client(url) as client:
        assert client.get("/readyz").status_code == 200


def test_loss_with_a_lower_bound_keeps_it(full_sqlite_store: Settings) -> None:
    with open_store(full_sqlite_store) as store:
        found = Loss("market_sales", 9, "it could not be read", at_least=True)
        store.db.write_now(CTX, losses.record, [found])
        store.db.write_now(CTX, losses.record, [Loss("deals", 1, "another reason")])
        assert found in lost(store)
        assert "market_sales: at least 9 rows" in losses.summary(lost(store))


@promise(
    "Recovery",
    "A missing, empty or older database next to JSON files of a store is refused until the operator decides.",
)
@pytest.mark.parametrize("how", ["missing", "empty"])
def test_start_refuses_a_lost_database_next_to_its_json_files(full_store: Settings, how: str) -> None:
    settings = full_store
    with open_store(settings) as store:
        height, deals = store.db.snapshot_now(audit.height), stored(store, "deals")
    if settings.database_url:
        with psycopg.connect(settings.database_url, autocommit=True) as conn:
            conn.execute("DROP SCHEMA public CASCADE")
            conn.execute("CREATE SCHEMA public")
    elif how == "missing":
        settings.sqlite_path.unlink()
    else:
        settings.sqlite_path.write_bytes(b"")
    before = sorted(path.name for path in settings.data_dir.iterdir())
    for _ in range(2):
        with pytest.raises(StartError, match=f"belong to a store with {height} audit events"), open_store(settings):
            raise AssertionError("it is open")
    assert sorted(path.name for path in settings.data_dir.iterdir()) == before
    with open_store(settings, rebuild_lost=True) as store:
        assert stored(store, "deals") == deals
        named = {loss.table: loss.rows for loss in lost(store)}
        assert named.keys() == set(LOST_WITH_DATABASE)
        assert named["audit_events"] == height
        assert has_intact_trail(store)
        assert store.db.snapshot_now(audit.height) > height, "numbers are not used twice"
        in_step(store)
    with open_store(settings) as store:
        assert stored(store, "deals") == deals


INFINITE, DEEP = b'{"store": 1, "height": 1e999}', b"[" * 200_000


UNREADABLE = [b"", b"{}", b"\xff", b"[1]", b'{"store": 1, "height": "x"}', INFINITE, DEEP]


@pytest.mark.parametrize("content", UNREADABLE)
def test_unreadable_mirror_note_still_prevents_adoption(full_sqlite_store: Settings, content: bytes) -> None:
    full_sqlite_store.sqlite_path.unlink()
    (full_sqlite_store.data_dir / ".mirror.json").write_bytes(content)
    with pytest.raises(StartError, match="belong to a store: "), open_store(full_sqlite_store):
        raise AssertionError("it is open")


@pytest.mark.parametrize("note", [".mirror.json", ".closed.json"])
def test_intact_store_opens_next_to_a_deeply_nested_note(full_sqlite_store: Settings, note: str) -> None:
    (full_sqlite_store.data_dir / note).write_bytes(DEEP)
    with open_store(full_sqlite_store) as store:
        assert lost(store) == []
        in_step(store)


def test_tokens_of_an_older_database_are_revoked(full_store: Settings) -> None:
    with open_store(full_store) as store:
        height = store.db.snapshot_now(audit.height)
        assert valid_tokens(store)[VALID]
    note = full_store.data_dir / ".mirror.json"
    note.write_text(json.dumps({**json.loads(note.read_bytes()), "height": height + 5}))
    with open_store(full_store, rebuild_lost=True) as store:
        assert not any(valid_tokens(store).values())
        assert has_intact_trail(store)
        store.db.write_now(CTX, tokens.enable_token, VALID)
        assert valid_tokens(store) == {VALID: True, REVOKED: False}
    with open_store(full_store) as store:
        assert valid_tokens(store) == {VALID: True, REVOKED: False}


def test_missing_json_file_of_a_lost_database_is_listed_as_a_loss(full_sqlite_store: Settings) -> None:
    full_sqlite_store.sqlite_path.unlink()
    (full_sqlite_store.data_dir / "deals/deals.json").unlink()
    shutil.rmtree(full_sqlite_store.data_dir / "recent")
    with open_store(full_sqlite_store, rebuild_lost=True) as store:
        assert {loss.table for loss in lost(store)} == {*LOST_WITH_DATABASE, "deals"}


def test_impossible_event_count_in_the_note_is_ignored(full_sqlite_store: Settings) -> None:
    full_sqlite_store.sqlite_path.unlink()
    note = full_sqlite_store.data_dir / ".mirror.json"
    note.write_text(json.dumps({**json.loads(note.read_bytes()), "height": 10**23}))
    with open_store(full_sqlite_store, rebuild_lost=True) as store:
        assert {loss.rows for loss in lost(store)} == {None}
        assert has_intact_trail(store)


@promise(
    "Recovery",
    "A missing, empty or older database next to JSON files of a store is refused until the operator decides.",
)
def test_json_files_without_a_note_are_adopted(full_sqlite_store: Settings) -> None:
    full_sqlite_store.sqlite_path.unlink()
    (full_sqlite_store.data_dir / ".mirror.json").unlink()
    with open_store(full_sqlite_store) as store:
        assert stored(store, "deals")
        assert lost(store) == []


def test_missing_database_without_events_is_not_a_loss(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    with open_store(settings):
        pass
    settings.sqlite_path.unlink()
    with open_store(settings) as store:
        assert lost(store) == []


@promise(
    "Recovery",
    "A missing, empty or older database next to JSON files of a store is refused until the operator decides.",
)
def test_older_postgresql_is_refused_and_newer_json_files_are_kept(full_postgres_store: Settings) -> None:
    settings = full_postgres_store
    with open_store(settings) as store:
        height = store.db.snapshot_now(audit.height)
    note = settings.data_dir / ".mirror.json"
    noted = json.loads(note.read_bytes())
    note.write_text(json.dumps({**noted, "height": height + 5}))
    with pytest.raises(StartError, match=f"an older copy, which ends with audit event {height}"), open_store(settings):
        raise AssertionError("it is open")
    with open_store(settings, rebuild_lost=True) as store:
        assert {loss.rows for loss in lost(store)} == {5, None}
        assert has_intact_trail(store)
        assert len(events(store, "store.older")) == 1
        assert store.db.snapshot_now(audit.height) >= height + 6
        in_step(store)
    with open_store(settings) as store:
        assert rebuild.pending(store.db) is None
