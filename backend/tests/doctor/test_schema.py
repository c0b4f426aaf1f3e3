"""Schema checks of the doctor: each difference is one sentence, and safe repairs are made."""

import json

import pytest

from backend.app.bootstrap import open_store
from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.jv.ledger import service as ledger
from backend.app.core_gov.jv.ledger.balances import store as balances
from backend.app.kit.db.migrate import HEAD
from backend.app.kit.db.schema.description import expected
from backend.app.kit.errors import StartError
from backend.app.settings import Settings
from backend.app.store_tables import TABLES
from backend.tests import full_store as full
from backend.tests.doctor.command import Doctor
from backend.tests.doctor.conftest import Damage, run
from backend.tests.doctor.schema_findings import acts, dialect, fixed, lost, schema, sentences
from backend.tests.list_keys import key_faults


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
        *(table.name for table in ledger.TABLES),
    }
    assert lost(full_store).keys() == set(tables) - unmissed


def test_lost_table_of_the_ledger_is_posted_anew(full_store: Settings, full_doctor: Doctor, damage: Damage) -> None:
    """Each one alone."""
    with open_store(full_store) as store:
        before = store.db.snapshot_now(balances.stored_balances)
    for table in ledger.TABLES:
        damage(full_store, f"DROP TABLE {table.name}")
        fixed(full_doctor)
        with open_store(full_store) as store:
            assert store.db.snapshot_now(balances.stored_balances) == before, table.name
    full_doctor.healthy()
    assert lost(full_store) == {}


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


CHANGED_INDEXES = {
    "ux_links_active": "CREATE INDEX ux_links_active ON links ((doc ->> 'partner_id'))",
    "ix_market_sales_flagged": "CREATE INDEX ix_market_sales_flagged ON market_sales (market, close_date, seq)",
    "ix_deals_status": "CREATE INDEX ix_deals_status ON deals ((doc ->> 'stage'), seq)",
}


def test_changed_index_is_reported_and_recreated(full_store: Settings, full_doctor: Doctor, damage: Damage) -> None:
    """Another column, another expression, all rows instead of a part, or no longer unique."""
    for name, instead in CHANGED_INDEXES.items():
        damage(full_store, f"DROP INDEX {name}", instead)
    found = schema(full_doctor)
    assert len(found) == len(CHANGED_INDEXES)
    for name in CHANGED_INDEXES:
        assert any(f"index {name} on" in each["sentence"] and "is changed" in each["sentence"] for each in found)
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
