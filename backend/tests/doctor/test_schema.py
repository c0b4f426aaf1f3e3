"""Schema checks of the doctor: each difference is one sentence, and safe repairs are made."""

import json
from typing import Any

import pytest

from backend.app.bootstrap import TABLES, open_store
from backend.app.core_gov.audit import service as audit
from backend.app.kit.db import losses
from backend.app.kit.db.migrate import HEAD
from backend.app.kit.db.schema.description import expected
from backend.app.kit.db.sql import DialectName
from backend.app.kit.errors import StartError
from backend.app.settings import Settings
from backend.tests import full_store as full
from backend.tests.doctor.command import Doctor
from backend.tests.doctor.conftest import Damage, run
from backend.tests.harness import until
from backend.tests.list_keys import key_faults
from backend.tests.promises import promise

Doc = dict[str, Any]
_CONNECTIONS = """
SELECT count(*) FROM pg_stat_activity WHERE application_name = 'valhalla' AND datname = current_database()
"""


def schema(doctor: Doctor) -> list[Doc]:
    """Return the schema findings that are not ok, and assert that nothing has changed."""
    return [each for each in doctor.check() if each["subject"] == "schema" and each["verdict"] != "ok"]


def sentences(doctor: Doctor) -> str:
    return "\n".join(each["sentence"] for each in schema(doctor))


def dialect(settings: Settings) -> DialectName:
    return "postgresql" if settings.database_url else "sqlite"


def fixed(doctor: Doctor) -> list[str]:
    """Run --fix and return its results. Wait until the server has noticed that a connection was closed."""
    if doctor.settings.database_url:
        until(lambda: run(doctor.settings, _CONNECTIONS) == [(0,)], "nobody is connected")
    found = doctor.json("--fix")
    assert all(fix["done"] for fix in found["fixed"]), found["fixed"]
    return [line for fix in found["fixed"] for line in fix["result"]]


def lost(settings: Settings) -> dict[str, int | None]:
    with open_store(settings) as store:
        return {loss.table: loss.rows for loss in store.db.snapshot_now(losses.every)}


def acts(settings: Settings) -> list[str]:
    """Return the actions of the latest events, newest first."""
    with open_store(settings) as store:
        docs = store.db.snapshot_now(lambda tx: audit.list_events(tx, {}, 20, None).docs)
    return [json.loads(doc)["action"] for doc in docs]


def test_row_inserted_directly_is_written_to_its_json_file(full_store: Settings, full_doctor: Doctor) -> None:
    """The mirror was not notified and would treat the file as current."""
    doc = "replace(CAST(doc AS TEXT), id, 'past')"
    doc = f"CAST({doc} AS JSON)" if full_store.database_url else doc
    run(full_store, f"INSERT INTO ratings (seq, id, doc) SELECT seq + 100, 'past', {doc} FROM ratings WHERE seq = 1")
    assert "has 8 records, but the database has 9" in full_doctor.one("JSON files")["sentence"]
    fixed(full_doctor)
    full_doctor.healthy()


# Tables


def test_every_missing_table_is_reported_and_recreated(full_store: Settings, full_doctor: Doctor) -> None:
    """All at once, except those that identify a store."""
    tables = sorted(expected(HEAD, dialect(full_store)).tables.keys() - {"alembic_version", "audit_events"})
    cascade = " CASCADE" * bool(full_store.database_url)
    run(full_store, *(f"DROP TABLE {name}{cascade}" for name in tables))
    found = schema(full_doctor)
    assert {each["verdict"] for each in found} == {"bad"}
    assert sorted(each["sentence"] for each in found) == [f"the table {name} is missing" for name in tables]
    fixed(full_doctor)
    assert schema(full_doctor) == []
    with open_store(full_store) as store, store.db.open_snapshot() as snapshot:
        assert {table.name: table.count(snapshot) for table in TABLES} == {
            table.name: full.ROUNDS for table in TABLES
        }, "what the JSON files hold is back"
        assert audit.verify(snapshot).good
        assert key_faults(snapshot) == []
    unmissed = {
        "leases",
        "search_entries",
        "search_words",
        *(name for table in TABLES for name in table.derived_tables),
    }
    assert lost(full_store).keys() == set(tables) - unmissed


def test_tags_are_restored_after_their_table_or_records_were_lost(
    full_store: Settings, full_doctor: Doctor, damage: Damage
) -> None:
    before = run(full_store, "SELECT count(*) FROM partners_tags")
    damage(full_store, "DROP TABLE partners_tags")
    fixed(full_doctor)
    assert run(full_store, "SELECT count(*) FROM partners_tags") == before
    assert lost(full_store) == {}
    damage(full_store, "DROP TABLE partners")
    fixed(full_doctor)
    assert run(full_store, "SELECT count(*) FROM partners_tags t JOIN partners p ON p.seq = t.seq") == before


@pytest.mark.parametrize("lost", ["deals_keys", "property_figures", "deals", "properties", "valuations"])
def test_keys_of_lists_are_restored_after_a_table_was_lost(
    full_store: Settings, full_doctor: Doctor, damage: Damage, lost: str
) -> None:
    damage(full_store, f"DROP TABLE {lost}")
    fixed(full_doctor)
    with open_store(full_store) as store:
        assert store.db.snapshot_now(key_faults) == []


def test_rows_that_refer_to_a_lost_table_are_moved_to_a_file(
    full_store: Settings, full_doctor: Doctor, damage: Damage
) -> None:
    """Otherwise the next sale with the same number would get the source row of another."""
    damage(full_store, "DROP TABLE market_sales")
    fixed(full_doctor)
    assert schema(full_doctor) == []
    (path,) = full_store.data_dir.glob("orphaned-market_source_rows-*.json")
    assert len(json.loads(path.read_bytes())["items"]) == full.SALES
    assert lost(full_store) == {"market_sales": None, "market_source_rows": full.SALES}
    assert run(full_store, "SELECT count(*) FROM market_source_rows") == [(0,)]
    assert "store.schema_repaired" in acts(full_store)


def test_lost_audit_trail_continues_and_declares_missing_events(
    full_store: Settings, full_doctor: Doctor, damage: Damage
) -> None:
    ((last,),) = run(full_store, "SELECT max(seq) FROM audit_events")
    damage(full_store, "DROP TABLE audit_events")
    fixed(full_doctor)
    assert run(full_store, "SELECT min(seq) FROM audit_events") == [(last + 1,)]  # type: ignore[operator]
    with open_store(full_store) as store, store.db.open_snapshot() as snapshot:
        verdict = audit.verify(snapshot)
    assert verdict.good
    assert f"events 1 to {last} are missing" in verdict.declared[0]
    assert lost(full_store) == {"audit_events": last}


def test_database_without_tables_next_to_json_files_is_a_loss(
    full_postgres_store: Settings, full_postgres_doctor: Doctor
) -> None:
    run(full_postgres_store, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
    found = full_postgres_doctor.one("database")
    assert found["verdict"] == "bad"
    assert "the database is empty, but the JSON files belong to a store" in found["sentence"]


# Columns


def test_missing_column_is_reported_and_not_recreated(
    full_store: Settings, full_doctor: Doctor, damage: Damage
) -> None:
    """A token without its time of revocation would be valid again."""
    damage(full_store, "ALTER TABLE access_tokens DROP COLUMN revoked_at")
    (found,) = schema(full_doctor)
    assert (found["verdict"], found["fix"]) == ("bad", None)
    assert found["sentence"] == "the column revoked_at of access_tokens is missing, and its content is lost"
    assert full_doctor.json("--fix")["fixed"] == []


def test_added_column_is_reported(full_store: Settings, full_doctor: Doctor, damage: Damage) -> None:
    damage(full_store, "ALTER TABLE deals ADD COLUMN extra text")
    (found,) = schema(full_doctor)
    assert found["verdict"] == "bad"
    assert "the table deals has a column extra" in found["sentence"]


def test_changed_column_is_reported(
    full_postgres_store: Settings, full_postgres_doctor: Doctor, damage: Damage
) -> None:
    damage(
        full_postgres_store,
        "ALTER TABLE market_sales ALTER COLUMN beds TYPE text",
        "ALTER TABLE market_sales ALTER COLUMN currency DROP NOT NULL",
    )
    assert sentences(full_postgres_doctor).splitlines() == [
        "the column beds of market_sales is text, but should be double precision",
        "the column currency of market_sales is text, but should be text NOT NULL",
    ]


def test_missing_key_is_recreated_on_postgresql(
    full_postgres_store: Settings, full_postgres_doctor: Doctor, damage: Damage
) -> None:
    damage(
        full_postgres_store,
        "ALTER TABLE store_state DROP CONSTRAINT store_state_pkey",
        "ALTER TABLE deals DROP CONSTRAINT deals_id_key",
        "ALTER TABLE market_source_rows DROP CONSTRAINT market_source_rows_seq_fkey",
    )
    with pytest.raises(StartError, match="is missing"), open_store(full_postgres_store):
        pass
    assert len(schema(full_postgres_doctor)) == 3
    fixed(full_postgres_doctor)
    full_postgres_doctor.healthy()


def test_renamed_column_is_reported_without_advice_to_drop_it(
    full_store: Settings, full_doctor: Doctor, damage: Damage
) -> None:
    damage(full_store, "ALTER TABLE access_tokens RENAME COLUMN digest TO other")
    (added,) = [each for each in schema(full_doctor) if "a column other" in each["sentence"]]
    assert added["remedy"] == "if it is the missing column, rename it back"


# Indexes


def test_every_missing_index_is_reported_and_recreated(full_store: Settings, full_doctor: Doctor) -> None:
    indexes = sorted(expected(HEAD, dialect(full_store)).indexes)
    run(full_store, *(f"DROP INDEX {name}" for name in indexes))
    found = schema(full_doctor)
    assert all(each["verdict"] == "bad" for each in found)
    assert sorted(each["sentence"].split("index ")[1].split()[0] for each in found) == indexes
    fixed(full_doctor)
    full_doctor.healthy()
    assert "store.schema_repaired" in acts(full_store)


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("ux_links_active", "CREATE INDEX ux_links_active ON links ((doc ->> 'partner_id'))"),
        ("ix_market_sales_flagged", "CREATE INDEX ix_market_sales_flagged ON market_sales (market, close_date, seq)"),
        ("ix_deals_status", "CREATE INDEX ix_deals_status ON deals ((doc ->> 'stage'), seq)"),
    ],
)
def test_changed_index_is_reported_and_recreated(
    full_store: Settings, full_doctor: Doctor, damage: Damage, name: str, instead: str
) -> None:
    """Another column, another expression, all rows instead of a part, or no longer unique."""
    damage(full_store, f"DROP INDEX {name}", instead)
    assert f"index {name} on" in sentences(full_doctor)
    assert "is changed" in sentences(full_doctor)
    fixed(full_doctor)
    full_doctor.healthy()


def test_duplicates_under_a_missing_unique_index_are_reported_and_kept(
    full_store: Settings, full_doctor: Doctor, damage: Damage
) -> None:
    damage(
        full_store,
        "DROP INDEX ux_market_sales_source",
        "DROP INDEX ix_market_sales_rev",
        "UPDATE market_sales SET source_key = 'twice' WHERE seq IN (2, 3)",
    )
    (found,) = [each for each in schema(full_doctor) if "ux_market_sales_source" in each["sentence"]]
    assert found["fix"] is None
    assert "rows with the same market and source and source_key: markets-0, county, twice (2 rows)" in found["sentence"]
    fixed(full_doctor)
    assert sentences(full_doctor) == found["sentence"], "the other index was recreated"
    assert run(full_store, "SELECT count(*) FROM market_sales WHERE source_key = 'twice'") == [(2,)]


# Triggers


def test_a_missing_audit_trigger_is_possible_tampering(
    full_store: Settings, full_doctor: Doctor, damage: Damage
) -> None:
    triggers = expected(HEAD, dialect(full_store)).triggers
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
    "holds 0002, but the schema is exactly that of 0005": ["UPDATE alembic_version SET version_num = '0002'"],
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
    assert "nearest is 0005, but the index ix_deals_status on deals is missing" in found["sentence"]
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
