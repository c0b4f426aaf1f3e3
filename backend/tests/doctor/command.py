"""The `valhalla doctor` command, run in tests on the settings of a store."""

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner

from backend.app.bootstrap import open_store
from backend.app.cli.commands import app
from backend.app.kit.file_lock import try_lock
from backend.app.settings import Settings
from backend.tests.survive.store_view import in_step, make_deals, names

Doc = dict[str, Any]


DEALS = [f"Deal {number}" for number in range(30)]


FILE = "deals/deals.json"


class Doctor:
    """The command, run on some settings."""

    def __init__(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        self.settings = settings
        monkeypatch.setenv("VALHALLA_DATA_DIR", str(settings.data_dir))
        if settings.database_url:
            monkeypatch.setenv("VALHALLA_DATABASE_URL", settings.database_url)

    def text(self, *options: str) -> tuple[int, str]:
        run = CliRunner().invoke(app, ["doctor", *options])
        assert run.exception is None or isinstance(run.exception, SystemExit), run.exc_info
        return run.exit_code, run.stdout

    def json(self, *options: str) -> Doc:
        status, printed = self.text("--json", *options)
        found: Doc = json.loads(printed)
        assert status == (0 if found["healthy"] else 1)
        return found

    def check(self) -> list[Doc]:
        """Return the findings, and assert that nothing has changed."""
        before = everything(self.settings)
        found: list[Doc] = self.json()["findings"]
        assert everything(self.settings) == before
        return found

    def one(self, subject: str, words: str = "") -> Doc:
        """Return the only finding on a subject that is not ok and contains these words."""
        (found,) = [
            finding
            for finding in self.check()
            if finding["subject"] == subject and finding["verdict"] != "ok" and words in finding["sentence"]
        ]
        return found

    def healthy(self) -> None:
        """Assert that everything is ok, that there is nothing to fix, and that --fix changes nothing."""
        before = everything(self.settings)
        found = self.json("--fix")
        assert everything(self.settings) == before
        assert [finding for finding in found["findings"] if finding["verdict"] == "bad" or finding["fix"]] == []
        assert (found["healthy"], found["fixed"]) == (True, [])


def everything(settings: Settings) -> Doc:
    """Return every file and every row, to detect any change."""
    root = settings.data_dir
    paths = [root.parent, root, *sorted(root.rglob("*"))] if root.is_dir() else [root.parent]
    found: Doc = {str(path): (path.stat().st_mtime_ns, path.stat().st_ino) for path in paths}
    found |= {f"{path} holds": path.read_bytes() for path in paths if path.is_file() and path.suffix != ".db-shm"}
    return found | (_rows(settings.database_url) if settings.database_url else {})


def _rows(url: str) -> Doc:
    try:
        with psycopg.connect(url) as conn:
            tables = [row[0] for row in conn.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
            return {name: conn.execute(f"SELECT xmin, t::text FROM {name} t".encode()).fetchall() for name in tables}
    except psycopg.OperationalError:
        return {}


def fill(settings: Settings) -> Path:
    with open_store(settings) as store:
        make_deals(store, *DEALS)
        in_step(store)
    return settings.data_dir


def deals_of(settings: Settings) -> list[str]:
    with open_store(settings) as store:
        return names(store)


def hold_mirror(root: Path) -> Any:
    lock = (root / ".mirror.lock").open("a")
    assert try_lock(lock)
    return lock
