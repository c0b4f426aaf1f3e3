"""Schema descriptions match the migrations, and can be created in a database."""

from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from backend.app.kit.db import inspection, migrate, sqlite
from backend.app.kit.db.postgres import snapshot_on
from backend.app.kit.db.schema import revisions
from backend.app.kit.db.schema.description import REVISIONS, Schema, expected, path_of
from backend.app.kit.db.schema.differences import differences
from backend.app.kit.db.schema.reading import read
from backend.tests.harness import Postgres
from backend.tests.kit.db.schema.describe import made_by_migrations
from backend.tests.promises import promise


def test_revisions_match_the_migrations() -> None:
    files = sorted((migrate.MIGRATIONS / "versions").glob("0*.py"))
    assert [path.name[:4] for path in files] == list(REVISIONS)
    assert REVISIONS[-1] == migrate.HEAD


@promise(
    "Operator tools",
    "The doctor reports schema drift and fixes it where safe; a missing audit trigger is reported as possible "
    "tampering.",
)
def test_descriptions_match_the_migrated_schemas(database: str, tmp_path: Path, postgres: Postgres) -> None:
    empty = tmp_path / "valhalla.db" if database == "sqlite" else postgres.new_database(migrated=False)
    for revision, dialect, schema in made_by_migrations(empty):
        described = path_of(revision, dialect).read_text(encoding="utf-8")
        assert schema.as_json() == described, "run `python -m backend.tests.kit.db.schema.describe`"
        assert revisions.shown_by(schema, dialect) == revision


def statements(schema: Schema) -> list[str]:
    """Return all statements that create the schema, referenced tables first."""
    tables = sorted(schema.tables.values(), key=lambda table: len(table.foreign_tables()))
    triggers = [statement for trigger in schema.triggers.values() for statement in trigger.create]
    return [*(table.create for table in tables), *(index.create for index in schema.indexes.values()), *triggers]


@pytest.mark.parametrize("revision", REVISIONS)
def test_schema_can_be_created_from_its_description(
    database: str, revision: str, tmp_path: Path, postgres: Postgres
) -> None:
    if database == "sqlite":
        path = tmp_path / "valhalla.db"
        with closing(sqlite.connect(path, "rwc")) as conn:
            for statement in statements(expected(revision, "sqlite")):
                conn.execute(statement)
        with inspection.sqlite_snapshot(path) as snapshot:
            assert differences(expected(revision, "sqlite"), read(snapshot)) == []
        return
    with psycopg.connect(postgres.new_database(migrated=False)) as connection:
        for statement in statements(expected(revision, "postgresql")):
            connection.execute(statement.encode())
        assert differences(expected(revision, "postgresql"), read(snapshot_on(connection))) == []
