"""`valhalla doctor`: what an operator would look at first, looked at."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass

from backend.app.kit import json_files
from backend.app.kit.db import Tx, state
from backend.app.kit.db.migrate import HEAD
from backend.app.kit.errors import StartError
from backend.app.office import TABLES, Office, open_office
from backend.app.settings import Settings

LOW_DISK_BYTES = 500_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    subject: str
    good: bool
    sentence: str


def examine(settings: Settings) -> Iterator[Finding]:
    """Looks at one thing after the other; a database that cannot be opened ends it."""
    kind = "PostgreSQL" if settings.database_url else "SQLite"
    where = f"{kind}, data in {settings.data_dir_absolute}, serving on {settings.host}:{settings.port}"
    yield Finding("settings", True, where)
    yield from _disk(settings)
    try:
        with open_office(settings) as office:
            yield from _database(office)
            if office.mirror.wait_in_step(10.0):
                yield from _files(office)
            else:
                yield Finding(
                    "JSON files", False, f"not written: {office.mirror.problem or 'another process holds them'}"
                )
    except StartError as error:
        yield Finding("database", False, str(error))


def _disk(settings: Settings) -> Iterator[Finding]:
    folder = settings.data_dir_absolute
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    yield Finding("disk", free > LOW_DISK_BYTES, f"{free / 1e9:.1f} GB free where the data is")


def _database(office: Office) -> Iterator[Finding]:
    revision = office.db.snapshot_now(state.schema_revision)
    yield Finding("database", True, f"opened, checked and written to ({office.db.dialect})")
    yield Finding("migrations", revision == HEAD, f"schema {revision}; this version needs {HEAD}")


def _files(office: Office) -> Iterator[Finding]:
    for table in TABLES:
        path = office.settings.data_dir_absolute / table.file
        stored = office.db.snapshot_now(_count, table.name)
        found = json_files.read(path).items if path.exists() else None
        if found is None:
            yield Finding("JSON files", False, f"{table.file} is missing")
        elif len(found) != stored:
            yield Finding("JSON files", False, f"{table.file} has {len(found)} records, the database {stored}")
        else:
            yield Finding("JSON files", True, f"{table.file}: {stored} records, in step")


def _count(tx: Tx, name: str) -> int:
    return next(table for table in TABLES if table.name == name).count(tx)
