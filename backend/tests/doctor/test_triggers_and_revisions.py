"""Triggers of the audit trail, objects of other programs, and the revision of the schema, as the doctor checks them."""

import pytest

from backend.app.bootstrap import open_store
from backend.app.kit.db.migrate import HEAD
from backend.app.kit.db.schema.description import expected
from backend.app.kit.errors import StartError
from backend.app.settings import Settings
from backend.tests.doctor.command import Doctor
from backend.tests.doctor.conftest import Damage, run
from backend.tests.doctor.schema_findings import acts, dialect, fixed, schema, sentences
from backend.tests.promises import promise

# Triggers


def test_a_missing_audit_trigger_is_possible_tampering(
    full_store: Settings, full_doctor: Doctor, damage: Damage
) -> None:
    triggers = [
        name for name, each in expected(HEAD, dialect(full_store)).triggers.items() if each.table == "audit_events"
    ]
    on = " ON audit_events" * bool(full_store.database_url)
    damage(full_store, *(f"DROP TRIGGER {name}{on}" for name in triggers))
    found = schema(full_doctor)
    assert len(found) == len(triggers)
    for each in found:
        assert each["verdict"] == "bad"
        assert "possible tampering" in each["sentence"]
        assert "`valhalla audit verify`" in each["sentence"]
    fixed(full_doctor)
    full_doctor.healthy()
    assert "store.schema_repaired" in acts(full_store)
    with pytest.raises(Exception, match="never edited or deleted"):
        run(full_store, "DELETE FROM audit_events")


CHANGED_POSTGRES = [
    "ALTER TABLE audit_events DISABLE TRIGGER audit_events_append_only",
    """CREATE OR REPLACE FUNCTION audit_events_append_only() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RETURN NULL; END $$""",
]
CHANGED_SQLITE = [
    """CREATE TRIGGER audit_events_no_delete BEFORE DELETE ON audit_events WHEN old.seq > 50
    BEGIN SELECT RAISE(ABORT, 'audit events are never edited or deleted'); END"""
]


@promise(
    "Operator tools",
    "The doctor reports schema drift and fixes it where safe; a missing audit trigger is reported as possible "
    "tampering.",
)
def test_a_changed_audit_trigger_is_possible_tampering(
    full_store: Settings, full_doctor: Doctor, damage: Damage
) -> None:
    """The trigger may be disabled, or have another body under the same name."""
    for change in CHANGED_POSTGRES if full_store.database_url else CHANGED_SQLITE:
        drop = [] if full_store.database_url else ["DROP TRIGGER audit_events_no_delete"]
        damage(full_store, *drop, change)
        assert "possible tampering" in sentences(full_doctor)
        fixed(full_doctor)
        full_doctor.healthy()


# Objects of other programs


def test_tables_of_other_programs_are_noted(full_store: Settings, full_doctor: Doctor, damage: Damage) -> None:
    damage(full_store, "CREATE TABLE theirs (a int)", "CREATE INDEX theirs_too ON deals (id)")
    (found,) = schema(full_doctor)
    assert found["verdict"] == "note"
    assert "theirs" in found["sentence"]
    assert "theirs_too" in found["sentence"]
    assert full_doctor.json()["healthy"]


def test_foreign_trigger_on_the_audit_trail_is_bad(
    full_sqlite_store: Settings, full_sqlite_doctor: Doctor, damage: Damage
) -> None:
    """Such a trigger could suppress events."""
    damage(
        full_sqlite_store,
        "CREATE TRIGGER theirs BEFORE INSERT ON audit_events BEGIN SELECT RAISE(IGNORE); END",
    )
    (found,) = schema(full_sqlite_doctor)
    assert (found["verdict"], found["fix"]) == ("bad", None)
    assert "theirs" in found["sentence"]


# The revision

BROKEN_REVISIONS = {
    "is empty": ["DELETE FROM alembic_version"],
    "has 2 rows instead of one": ["INSERT INTO alembic_version VALUES ('0001')"],
    "holds '31c5f0b2aa', which is not a revision of Valhalla": [
        "UPDATE alembic_version SET version_num = '31c5f0b2aa'"
    ],
    "holds '0000', which is not a revision of Valhalla": ["UPDATE alembic_version SET version_num = '0000'"],
    "holds 0002, but the schema is exactly that of 0009": ["UPDATE alembic_version SET version_num = '0002'"],
    "is missing": ["DROP TABLE alembic_version"],
    "has no column version_num": ["ALTER TABLE alembic_version RENAME COLUMN version_num TO other"],
}


@pytest.mark.parametrize("what", BROKEN_REVISIONS)
def test_wrong_revision_is_corrected_if_the_schema_identifies_it(
    full_store: Settings, full_doctor: Doctor, damage: Damage, what: str
) -> None:
    damage(full_store, *BROKEN_REVISIONS[what])
    (found,) = schema(full_doctor)
    assert (found["verdict"], found["sentence"]) == ("bad", f"the table alembic_version {what}")
    with pytest.raises(StartError, match="the table alembic_version") as refused, open_store(full_store):
        pass
    assert "\n" not in str(refused.value)
    fixed(full_doctor)
    full_doctor.healthy()
    assert run(full_store, "SELECT version_num FROM alembic_version") == [(HEAD,)]


@promise(
    "Operator tools",
    "The doctor reports schema drift and fixes it where safe; a missing audit trigger is reported as possible "
    "tampering.",
)
def test_unknown_revision_is_kept_if_no_schema_matches(
    full_store: Settings, full_doctor: Doctor, damage: Damage
) -> None:
    damage(full_store, "DELETE FROM alembic_version", "DROP INDEX ix_deals_status")
    (found,) = schema(full_doctor)
    assert (found["verdict"], found["fix"]) == ("bad", None)
    assert "nearest is 0009, but the index ix_deals_status on deals is missing" in found["sentence"]
    assert full_doctor.json("--fix")["fixed"] == []


def test_database_with_a_wrong_revision_is_not_migrated(
    full_store: Settings, full_doctor: Doctor, damage: Damage
) -> None:
    damage(full_store, "UPDATE alembic_version SET version_num = '0002'", "DROP INDEX ix_market_sales_rev")
    with pytest.raises(StartError, match="is not part of this revision") as refused, open_store(full_store):
        pass
    assert "\n" not in str(refused.value)
    # Columns of a later revision are bad, its indexes on older columns only worth a note.
    assert {each["verdict"] for each in schema(full_doctor)} == {"bad", "note"}


def test_schema_is_not_fixed_while_the_store_is_open(full_store: Settings, full_doctor: Doctor, damage: Damage) -> None:
    with open_store(full_store):
        damage(full_store, "DROP INDEX ix_deals_status")
        (found,) = [each for each in full_doctor.json()["findings"] if each["subject"] == "schema" and each["remedy"]]
    assert found["fix"] is None
    assert found["remedy"].startswith("stop ")
