"""A damaged database keeps everything readable, and what is lost is listed."""

import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from backend.app.bootstrap import open_store
from backend.app.core_gov.access.secrets import digest
from backend.app.core_gov.access.tokens import service as tokens
from backend.app.core_gov.audit import service as audit
from backend.app.kit.db import inspection, sqlite_file
from backend.app.kit.errors import Conflict, StartError
from backend.app.settings import Settings
from backend.app.store_tables import TABLES, TYPED_TABLES
from backend.tests.full_store import REVOKED
from backend.tests.promises import promise
from backend.tests.survive.damaged_store import PAGE, VALID, has_intact_trail, lost, pages_of, valid_tokens, write_page
from backend.tests.survive.store_view import CTX, events, in_step, make_deals, stored

NAMES = [*(table.name for table in TABLES), *TYPED_TABLES]


Counts = dict[str, int]


def counts(settings: Settings) -> Counts:
    with closing(sqlite3.connect(f"{settings.sqlite_path.as_uri()}?mode=ro", uri=True)) as conn:
        return {name: conn.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in NAMES}


@promise(
    "Recovery",
    "A database that fails its check at start is set aside unchanged, and a new one is rebuilt from it.",
)
@pytest.mark.parametrize("seed", range(6))
def test_damaged_byte_in_an_index_page_loses_nothing(full_sqlite_store: Settings, seed: int) -> None:
    settings, dice = full_sqlite_store, random.Random(seed)
    before, path = counts(settings), settings.sqlite_path
    page = dice.choice(pages_of(path, "index"))
    content = bytearray(path.read_bytes()[(page - 1) * PAGE : page * PAGE])
    content[dice.choice([0, 3, dice.randrange(8, 40), dice.randrange(PAGE - 400, PAGE)])] ^= 0xFF
    write_page(path, page, bytes(content))
    with open_store(settings) as store:
        assert lost(store) == []
        assert has_intact_trail(store)
        if not valid_tokens(store)[VALID]:
            store.db.write_now(CTX, tokens.enable_token, VALID)
        assert valid_tokens(store) == {VALID: True, REVOKED: False}
    after = counts(settings)
    assert after == before | {"audit_events": after["audit_events"]}


@promise(
    "Recovery",
    "A database that fails its check at start is set aside unchanged, and a new one is rebuilt from it.",
)
def test_missing_index_entries_are_repaired_and_tokens_stay_valid(full_sqlite_store: Settings) -> None:
    path = full_sqlite_store.sqlite_path
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        (sql,) = conn.execute("SELECT sql FROM sqlite_master WHERE name = 'ix_deals_status'").fetchone()
        conn.execute("PRAGMA writable_schema=ON")
        narrow = "UPDATE sqlite_master SET sql = ? WHERE name = 'ix_deals_status'"
        conn.execute(narrow, (f"{sql} WHERE seq < 0",))
        conn.execute("PRAGMA writable_schema=RESET")
        conn.execute("REINDEX ix_deals_status")
        conn.execute("PRAGMA writable_schema=ON")
        conn.execute(narrow, (sql,))
    with open_store(full_sqlite_store) as store:
        (event,) = events(store, "store.repaired")
        assert "missing from index ix_deals_status" in event["facts"]["fault"]
        assert valid_tokens(store)[VALID]
        assert lost(store) == []
        assert has_intact_trail(store)
    assert len(list(path.parent.glob("valhalla.db.broken-*Z"))) == 1


@promise(
    "Recovery",
    "A database that fails its check at start is set aside unchanged, and a new one is rebuilt from it.",
)
def test_old_table_pages_under_new_index_pages_are_not_repaired_by_reindex(
    full_sqlite_store: Settings, tmp_path: Path
) -> None:
    """`REINDEX` would succeed. Changes come from the JSON files, and tokens are revoked."""
    settings, path = full_sqlite_store, full_sqlite_store.sqlite_path
    older = path.read_bytes()
    with open_store(settings) as store:
        store.db.write_now(CTX, tokens.revoke_token, VALID)
        make_deals(store, *(f"Deal {number}" for number in range(40)))
        expected = {deal["id"]: deal for deal in stored(store, "deals")}
        in_step(store)
    for number in [*pages_of(path, "table", table="deals"), *pages_of(path, "table", table="access_tokens")]:
        if number * PAGE <= len(older):
            write_page(path, number, older[(number - 1) * PAGE : number * PAGE])
    with open_store(settings) as store:
        assert [event["facts"]["set_aside"] for event in events(store, "store.salvaged")]
        assert {deal["id"]: deal for deal in stored(store, "deals")} == expected
        assert valid_tokens(store)[VALID] is False
        assert has_intact_trail(store)


@promise("Recovery", "Recovered tokens stay revoked until an operator enables them by name.")
def test_intact_file_with_older_tokens_revokes_them_again(full_sqlite_store: Settings) -> None:
    with closing(sqlite3.connect(full_sqlite_store.sqlite_path)) as conn:
        conn.execute("UPDATE access_tokens SET revoked_at = NULL")
        conn.commit()
    with open_store(full_sqlite_store) as store:
        assert valid_tokens(store) == {VALID: True, REVOKED: False}


@promise("Recovery", "Every readable row of a damaged database is recovered; losses are reported until acknowledged.")
def test_text_that_is_not_utf_8_counts_as_damage(full_sqlite_store: Settings) -> None:
    """SQLite's check does not decode text, so reading it refers to the doctor."""
    with closing(sqlite3.connect(full_sqlite_store.sqlite_path)) as conn:
        (doc,) = conn.execute("SELECT CAST(doc AS BLOB) FROM deals WHERE seq = 3").fetchone()
        spoilt = doc.replace(b'"created_at":"', b'"created_at":"\xff', 1)
        assert spoilt != doc
        conn.execute("UPDATE deals SET doc = CAST(? AS TEXT) WHERE seq = 3", (spoilt,))
        conn.commit()
    with pytest.raises(StartError, match="text that is not UTF-8: `valhalla doctor`"), open_store(full_sqlite_store):
        raise AssertionError("it is open")
    assert "table deals holds text that is not UTF-8" in (inspection.fault_of(full_sqlite_store.sqlite_path) or "")
    sqlite_file.forget_clean_close(full_sqlite_store.sqlite_path)
    with open_store(full_sqlite_store, rebuild_lost=True) as store:
        assert len(stored(store, "deals")) == 8
        assert lost(store) == []


def _zeros(path: Path, dice: random.Random) -> None:
    for number in dice.sample(range(2, path.stat().st_size // PAGE + 1), 6):
        write_page(path, number, bytes(PAGE))


def _noise(path: Path, dice: random.Random) -> None:
    for number in dice.sample(range(2, path.stat().st_size // PAGE + 1), 6):
        write_page(path, number, dice.randbytes(PAGE))


def _first_page(path: Path, dice: random.Random) -> None:
    write_page(path, 1, dice.randbytes(PAGE))


def _shorter(path: Path, dice: random.Random) -> None:
    with path.open("r+b") as file:
        file.truncate(dice.randrange(PAGE * 20, path.stat().st_size - PAGE * 20))


DAMAGE = [_zeros, _noise, _first_page, _shorter]


@promise("Recovery", "Every readable row of a damaged database is recovered; losses are reported until acknowledged.")
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("damage", DAMAGE)
def test_readable_rows_are_kept_and_lost_rows_are_listed(
    full_sqlite_store: Settings, damage: Callable[[Path, random.Random], None], seed: int
) -> None:
    settings, path = full_sqlite_store, full_sqlite_store.sqlite_path
    before = counts(settings)
    damage(path, random.Random(seed))
    broken = path.read_bytes()
    with open_store(settings) as store:
        named = {loss.table: loss.rows for loss in lost(store)}
        bounds = {loss.table for loss in lost(store) if loss.at_least}
        assert has_intact_trail(store)
        make_deals(store, "it works")
    (aside,) = path.parent.glob("valhalla.db.broken-*Z")
    assert aside.read_bytes() == broken
    after = counts(settings)
    for table in TABLES:
        assert after[table.name] >= before[table.name], "the JSON files have every record"
    for name in TYPED_TABLES:
        missing, told = before[name] - after[name], named.get(name, 0)
        assert told is None or told >= missing or (name in bounds and told > 0), name
    if damage is _first_page:
        assert named == {}, "every other page is whole"
    with closing(sqlite3.connect(path)) as conn:
        assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert conn.execute("PRAGMA foreign_key_check").fetchall() == []


@promise("Recovery", "Lost audit events are declared without rehashing the chain, and undeclared gaps remain errors.")
def test_gaps_of_the_audit_trail_are_declared_without_rehashing(full_sqlite_store: Settings) -> None:
    path = full_sqlite_store.sqlite_path
    leaves = pages_of(path, "table", table="audit_events")
    with closing(sqlite3.connect(path)) as conn:
        before = dict(conn.execute("SELECT seq, hash FROM audit_events").fetchall())
    write_page(path, leaves[len(leaves) // 2], bytes(PAGE))
    with open_store(full_sqlite_store) as store, store.db.open_snapshot() as moment:
        verdict = audit.verify(moment)
        (event,) = events(store, "store.salvaged")
        named = {loss.table: loss.rows for loss in lost(store)}
    assert verdict.good
    assert verdict.declared
    gone = sum(last - first + 1 for first, last in event["facts"]["gaps"])
    assert named["audit_events"] == gone > 0
    with closing(sqlite3.connect(path)) as conn:
        after = dict(conn.execute("SELECT seq, hash FROM audit_events").fetchall())
        assert {seq: link for seq, link in after.items() if seq in before}.items() <= before.items()
        assert len(before) - len(after.keys() & before.keys()) == gone
        conn.execute("DROP TRIGGER audit_events_no_delete")
        conn.execute("DELETE FROM audit_events WHERE seq = 2")
        conn.commit()
    with open_store(full_sqlite_store) as store:
        assert not has_intact_trail(store), "what nobody declared is still found"


@promise("Recovery", "Recovered tokens stay revoked until an operator enables them by name.")
def test_salvaged_tokens_are_enabled_by_name_only(full_sqlite_store: Settings) -> None:
    write_page(full_sqlite_store.sqlite_path, 1, bytes(PAGE))
    with open_store(full_sqlite_store) as store:
        assert valid_tokens(store) == {VALID: False, REVOKED: False}
        for name in (REVOKED, "nobody"):
            with pytest.raises(Conflict, match=f"token {name} was not revoked by a salvage"):
                store.db.write_now(CTX, tokens.enable_token, name)
        store.db.write_now(CTX, tokens.enable_token, VALID)
        assert valid_tokens(store)[VALID]
        assert events(store, "token.enabled")[0]["entity_id"] == VALID
        store.db.write_now(CTX, tokens.revoke_token, VALID)
        with pytest.raises(Conflict):
            store.db.write_now(CTX, tokens.enable_token, VALID)


def test_secret_from_before_a_rotation_is_not_salvaged(full_sqlite_store: Settings) -> None:
    with open_store(full_sqlite_store) as store:
        old = store.db.write_now(CTX, tokens.create_token, "rotated", "viewer")
        new = store.db.write_now(CTX, tokens.rotate_token, "rotated")
    write_page(full_sqlite_store.sqlite_path, 1, bytes(PAGE))
    with open_store(full_sqlite_store) as store:
        store.db.write_now(CTX, tokens.enable_token, "rotated")
        found = [store.db.snapshot_now(tokens.live_token, digest(secret)) for secret in (old, new)]
    assert [token is not None for token in found] == [False, True]


@promise("Recovery", "Every readable row of a damaged database is recovered; losses are reported until acknowledged.")
def test_rows_in_the_log_alone_are_salvaged(full_sqlite_store: Settings, tmp_path: Path) -> None:
    """After a kill and damage, the log has rows that the file lacks."""
    settings, copy = full_sqlite_store, tmp_path / "copy"
    with open_store(settings) as store:
        make_deals(store, "in the log")
        store.db.write_now(CTX, tokens.create_token, "new", "viewer")
        ignored = shutil.ignore_patterns("*-shm", "*.lock", "recent", "*.json", ".*.tmp")
        shutil.copytree(settings.data_dir, copy, ignore=ignored)
    assert (copy / "valhalla.db-wal").stat().st_size
    write_page(copy / "valhalla.db", 1, bytes(PAGE))
    write_page(copy / "valhalla.db", pages_of(settings.sqlite_path, "index")[0], bytes(PAGE))
    with open_store(Settings(data_dir=copy)) as store:
        assert "in the log" in [deal.get("name") for deal in stored(store, "deals")]
        assert "new" in valid_tokens(store)
        assert has_intact_trail(store)


@promise(
    "Recovery",
    "A kill while a database is being replaced loses nothing; the next start completes the replacement.",
)
def test_kill_between_the_renames_is_recovered_by_the_next_start(
    full_sqlite_store: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, before = full_sqlite_store, counts(full_sqlite_store)
    write_page(settings.sqlite_path, 1, bytes(PAGE))

    def killed(path: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("backend.app.kit.db.sqlite_file._sync", killed)
        with pytest.raises(KeyboardInterrupt), open_store(settings):
            raise AssertionError("it is open")
    assert settings.sqlite_path.read_bytes()[:PAGE] == bytes(PAGE), "nothing has changed"
    with monkeypatch.context() as patched:
        patched.setattr("backend.app.kit.db.sqlite_file.set_aside", lambda path, aside: killed(path))
        with pytest.raises(KeyboardInterrupt), open_store(settings):
            raise AssertionError("it is open")
    settings.sqlite_path.rename(settings.sqlite_path.with_name("valhalla.db.broken-20260101T000000.000000Z"))
    with open_store(settings) as store:
        assert lost(store) == []
        assert len(events(store, "store.salvaged")) == 1
    assert counts(settings)["market_sales"] == before["market_sales"]
