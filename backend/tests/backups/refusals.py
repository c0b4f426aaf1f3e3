"""Refused restores, and archives that are well formed but wrong."""

import json
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
import pytest

from backend.app.backups.restore import restore
from backend.app.kit.archive.manifest import Tally
from backend.app.kit.errors import AppError
from backend.app.settings import Settings
from backend.tests.backups.quiet import quiet
from backend.tests.backups.stores import ACTOR, tree


def everything_in(settings: Settings) -> tuple[dict[str, bytes], dict[str, list[Any]]]:
    """Return all files and rows, and assert that no lock files remain."""
    rows: dict[str, list[Any]] = {}
    if settings.database_url:
        with psycopg.connect(settings.database_url) as conn:
            names = conn.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
            rows = {
                name: conn.execute(f"SELECT t::text FROM {name} t ORDER BY 1".encode()).fetchall() for (name,) in names
            }
    return tree(settings.data_dir.parent), rows


def refused(settings: Settings, path: Path) -> str:
    """Return the message of a refused restore. Assert that nothing has changed."""
    before = everything_in(settings)
    with pytest.raises(AppError) as error:
        restore(settings, ACTOR, path, quiet)
    assert everything_in(settings) == before
    assert "\n" not in error.value.detail
    return error.value.detail


def forged(archive: Path, folder: Path, table: str, change: Any) -> Path:
    """Write an archive with other lines in a table, but valid counts and checksums."""
    with zipfile.ZipFile(archive) as old:
        members = {name: old.read(name) for name in old.namelist()}
    member, manifest = f"{table}.jsonl", json.loads(members["manifest.json"])
    lines = change(members[member].splitlines())
    tally = Tally()
    members[member] = tally.add(lines)
    manifest["tables"][table] |= tally.facts.model_dump()
    members["manifest.json"] = json.dumps(manifest).encode()
    return sealed(folder / "forged.zip", members)


def sealed(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in members.items():
            new.writestr(name, content)
        new.comment = b"sha256:" + b"0" * 64
    whole = path.read_bytes()[:-64]
    path.write_bytes(whole + sha256(whole).hexdigest().encode())
    return path
