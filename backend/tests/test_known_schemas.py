"""A schema that was compared before is recognized, and any change of it is seen."""

import pytest

from backend.app.bootstrap import Store
from backend.app.kit.db.migrate import HEAD
from backend.app.kit.db.schema import revisions
from backend.tests import known_schemas
from backend.tests.doctor.conftest import run

SQLITE = {
    "missing index": "DROP INDEX ix_deals_status",
    "additional column": "ALTER TABLE deals ADD COLUMN extra TEXT",
    "missing table": "DROP TABLE deals_keys",
    "missing trigger": "DROP TRIGGER audit_events_no_update",
}
POSTGRES = {
    "missing index": "DROP INDEX ix_deals_status",
    "additional column": "ALTER TABLE deals ADD COLUMN extra TEXT",
    "missing table": "DROP TABLE deals_keys",
    "trigger switched off": "ALTER TABLE audit_events DISABLE TRIGGER USER",
    "missing constraint": "ALTER TABLE deals_keys DROP CONSTRAINT deals_keys_pkey CASCADE",
    "changed type": "ALTER TABLE deals_keys ALTER COLUMN name TYPE VARCHAR(10)",
}


def check(store: Store, statement: str) -> None:
    assert store.db.snapshot_now(known_schemas.compared) == (HEAD, [])
    run(store.settings, statement)
    found = store.db.snapshot_now(known_schemas.compared)
    assert found == store.db.snapshot_now(revisions.compared)
    assert found != (HEAD, [])


@pytest.mark.parametrize("database", ["sqlite"])
@pytest.mark.parametrize("what", SQLITE)
def test_changed_schema_of_sqlite_is_compared(store: Store, what: str) -> None:
    check(store, SQLITE[what])


@pytest.mark.parametrize("database", ["postgresql"])
@pytest.mark.parametrize("what", POSTGRES)
def test_changed_schema_of_postgresql_is_compared(store: Store, what: str) -> None:
    check(store, POSTGRES[what])


def test_another_revision_is_compared(store: Store) -> None:
    assert store.db.snapshot_now(known_schemas.compared) == (HEAD, [])
    run(store.settings, "UPDATE alembic_version SET version_num = '0002'")
    with pytest.raises(revisions.BadRevision):
        store.db.snapshot_now(known_schemas.compared)
