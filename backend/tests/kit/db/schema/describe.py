"""Writes the descriptions of the schemas that the migrations make: `python -m backend.tests.kit.db.schema.describe`.

Run it when there is a new migration; the description of a revision that was released does not change any more.
"""

import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from backend.app.kit.db import inspection, migrate
from backend.app.kit.db.postgres import PostgresDatabase
from backend.app.kit.db.schema.description import REVISIONS, Schema, path_of
from backend.app.kit.db.schema.reading import read
from backend.app.kit.db.sql import DialectName
from backend.tests.harness import Postgres


def made_by_migrations(database: Path | str) -> Iterator[tuple[str, DialectName, Schema]]:
    """Migrate an empty database step by step, and read what each step makes."""
    before = None
    for revision in REVISIONS:
        migrate.upgrade(database, before, revision)
        yield revision, *_read(database)
        before = revision


def _read(database: Path | str) -> tuple[DialectName, Schema]:
    if isinstance(database, Path):
        with inspection.sqlite_snapshot(database) as snapshot:
            return "sqlite", read(snapshot)
    with closing(PostgresDatabase(database, 1)) as opened:
        return "postgresql", opened.snapshot_now(read)


def main() -> None:
    server = Postgres()
    try:
        with tempfile.TemporaryDirectory() as folder:
            for database in (Path(folder) / "valhalla.db", server.new_database(migrated=False)):
                for revision, dialect, schema in made_by_migrations(database):
                    path_of(revision, dialect).write_text(schema.as_json(), encoding="utf-8")
    finally:
        server.close()


if __name__ == "__main__":
    main()
