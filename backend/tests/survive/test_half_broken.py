"""Damaged stores: every command fails with one sentence, and the doctor reports the damage."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from backend.app.cli.commands import app
from backend.app.kit.errors import AppError, StartError
from backend.app.settings import Settings
from backend.tests.conftest import MakeServer
from backend.tests.harness import http_client, serving
from backend.tests.promises import promise

Break = Callable[[Path], None]


def sql(*statements: str) -> Break:
    def do(root: Path) -> None:
        with closing(sqlite3.connect(root / "valhalla.db", isolation_level=None)) as conn:
            for statement in statements:
                conn.execute(statement)

    return do


def noted(key: str, value: str) -> Break:
    return sql(f"INSERT OR REPLACE INTO store_state (key, value) VALUES ('{key}', '{value}')")


def gone(path: Path) -> Path:
    shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    return path


def link(name: str, to: str = "/nowhere/at-all") -> Break:
    return lambda root: gone(root / name).symlink_to(to)


def folder(name: str) -> Break:
    return lambda root: gone(root / name).mkdir()


def file(name: str, content: bytes = b"\xff\x00 garbage") -> Break:
    def do(root: Path) -> None:
        gone(root / name).write_bytes(content)

    return do


def pipe(name: str) -> Break:
    return lambda root: os.mkfifo(gone(root / name))


UNTRIGGERED = "DROP TRIGGER audit_events_no_update"
BROKEN: dict[str, tuple[Break, str]] = {
    "a head of the audit trail that is none": (
        noted("audit_head", "abc"),
        "the record of the last event is missing or unreadable",
    ),
    "a head beyond every number": (noted("audit_head", f"{10**30} {'0' * 64}"), "missing or unreadable"),
    "losses that cannot be read": (noted("losses", "{"), "the note of what was lost cannot be read"),
    "losses of another form": (noted("losses", "[1]"), "the note of what was lost cannot be read"),
    "a rebuild that cannot be read": (noted("rebuilt", "xx"), ""),
    "tokens of a salvage that cannot be read": (noted("salvaged_tokens", "7"), ""),
    "a store that does not know which it is": (sql("DELETE FROM store_state"), "has no store id"),
    "a lease without a time": (sql("INSERT INTO leases VALUES ('a', 'b', 'c', 'd', 'e')"), "1 lease belongs to"),
    "an event with bytes": (sql(UNTRIGGERED, "UPDATE audit_events SET actor = x'ff' WHERE seq = 9"), "contains bytes"),
    "a document of bytes": (sql("UPDATE ratings SET doc = x'ff' WHERE seq = 1"), "differs from the database in"),
    "a token of numbers": (sql("UPDATE access_tokens SET created_at = 5, role = x'61'"), ""),
    "a trigger that refuses": (
        sql("CREATE TRIGGER no BEFORE INSERT ON audit_events BEGIN SELECT RAISE(ABORT, 'no'); END"),
        "the trigger no on audit_events is not part of Valhalla",
    ),
    "a view in the place of a table": (
        sql("DROP TABLE deals", "CREATE VIEW deals AS SELECT 1 AS seq, 'x' AS id, '{}' AS doc"),
        "the table deals is missing",
    ),
    "a folder in the place of the log": (folder("valhalla.db-wal"), "cannot be checked"),
    "a link in the place of the database": (link("valhalla.db"), "valhalla.db is a symbolic link to /nowhere/at-all"),
    "a link in the place of a folder": (link("jv"), "jv is a symbolic link to /nowhere/at-all, which does not exist"),
    "a link to itself": (link("jv", "jv"), "jv is a symbolic link to jv, which does not exist"),
    "a file in the place of a folder": (file("jv"), "jv is not a folder"),
    "a folder in the place of a file": (folder("jv/links.json"), "jv/links.json is not a file"),
    "a pipe in the place of a file": (pipe("jv/links.json"), "jv/links.json is not a file"),
    "no records in a file": (file("jv/links.json"), "jv/links.json is not in the format that the service writes"),
    "a file in the place of the changes": (file("recent"), "recent is not a folder"),
    "a link in the place of the changes": (link("recent"), "recent is a symbolic link to /nowhere/at-all"),
    "a folder among the changes": (folder("recent/changes-1.jsonl"), ""),
    "changes that are none": (file("recent/changes-1.jsonl"), ""),
    "a mark that is none": (file(".mirror.json"), ""),
    "a folder in the place of the mark": (folder(".mirror.json"), ".mirror.json is not a file"),
    "a folder in the place of a lock": (folder(".opening.lock"), ".opening.lock is not a file"),
    "a link in the place of a lock": (link(".in-use.lock"), ".in-use.lock is a symbolic link to /nowhere/at-all"),
}


def sentences(done: Result) -> str:
    """Return the output of a command. Fails for a traceback or an error of more than one line."""
    if isinstance(done.exception, AppError | StartError):
        assert "\n" not in str(done.exception)
        return str(done.exception)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exc_info
    return done.stdout + done.stderr


@promise("Command line", "Every command on a half-broken store ends with a readable sentence.")
@pytest.mark.parametrize("what", BROKEN)
def test_every_command_fails_with_one_sentence(
    full_sqlite_store: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    damage, named = BROKEN[what]
    monkeypatch.setenv("VALHALLA_DATA_DIR", str(full_sqlite_store.data_dir))
    damage(full_sqlite_store.data_dir)
    looked = CliRunner().invoke(app, ["doctor"])
    assert named in sentences(looked)
    fixed = ["doctor", "--fix"]
    for command in (["token", "list"], ["audit", "verify"], ["backup", str(tmp_path / "a.zip")], fixed, ["doctor"]):
        sentences(CliRunner().invoke(app, command))


MISSING = {
    "DROP TABLE market_sales": "the table market_sales is missing",
    "ALTER TABLE access_tokens DROP COLUMN revoked_at": "the column revoked_at of access_tokens is missing",
    "DROP TABLE alembic_version": "the table alembic_version is missing",
    "DELETE FROM alembic_version": "the table alembic_version is empty",
}


@pytest.mark.parametrize("statement", MISSING)
def test_every_command_refuses_an_incomplete_schema(
    full_sqlite_store: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, statement: str
) -> None:
    monkeypatch.setenv("VALHALLA_DATA_DIR", str(full_sqlite_store.data_dir))
    sql(statement)(full_sqlite_store.data_dir)
    there = f"sqlite://{tmp_path / 'there'}"
    for command in (
        ["token", "list"],
        ["token", "create", "new"],
        ["audit", "verify"],
        ["backup", str(tmp_path / "a.zip")],
        ["export", "--kind", "deals"],
        ["transfer", "--to", there],
        ["work", "--once"],
    ):
        done = CliRunner().invoke(app, command)
        assert done.exit_code == 1, command
        assert MISSING[statement] in sentences(done)
        assert "`valhalla doctor`" in sentences(done)


def test_serve_refuses_an_incomplete_schema(full_sqlite_store: Settings, server: MakeServer) -> None:
    sql("DROP TABLE market_sales")(full_sqlite_store.data_dir)
    service = server(full_sqlite_store.data_dir)
    service.launch()
    assert service.wait() != 0
    assert "Valhalla cannot start: the store cannot be opened: the table market_sales is missing" in service.log()
    assert "Traceback" not in service.log()


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (link("jv"), "jv is not a folder"),
        (file("recent"), "changes are not logged beside the JSON files"),
        (folder(".mirror.lock"), ".mirror.lock cannot be written: Is a directory"),
    ],
)
def test_readyz_explains_why_json_files_are_not_written(
    full_sqlite_store: Settings, damage: Break, reason: str
) -> None:
    damage(full_sqlite_store.data_dir)
    with serving(full_sqlite_store) as url, http_client(url) as client:
        assert client.post("/core/deals", json={"name": "stored all the same"}).status_code == 201
        answer = client.get("/readyz")
        while answer.status_code == 200:
            answer = client.get("/readyz")
        assert answer.status_code == 503
        assert reason in answer.json()["detail"]
