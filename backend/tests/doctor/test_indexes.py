"""Damaged indexes of PostgreSQL are found by its extension amcheck, if that can be used."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from backend.app.kit.db import index_check
from backend.app.settings import Settings
from backend.tests.doctor.command import Doctor
from backend.tests.doctor.conftest import run
from backend.tests.harness import Postgres

CONTROL = "default_version = '1.0'\nrelocatable = true\n"
CHECK = """
CREATE FUNCTION bt_index_check(index regclass, heapallindexed boolean) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
IF index::text = 'ix_deals_status' THEN RAISE EXCEPTION 'item order invariant violated' USING ERRCODE = 'XX002'; END IF;
END $$;
"""


@pytest.fixture
def amcheck(full_postgres_store: Settings) -> Iterator[None]:
    """An extension of this name in the database of the store, to which one index seems damaged.

    The PostgreSQL of the tests comes without the extensions that belong to it.
    """
    with TemporaryDirectory(prefix="vh-") as share:
        folder = Path(share) / "extension"
        folder.mkdir()
        (folder / "amcheck.control").write_text(CONTROL)
        (folder / "amcheck--1.0.sql").write_text(CHECK)
        Path(share).chmod(0o755)  # the server may run as another user
        name = str(run(full_postgres_store, "SELECT current_database()")[0][0])
        run(full_postgres_store, f"ALTER DATABASE {name} SET extension_control_path = '{share}:$system'")
        yield


def test_damaged_index_is_reported(amcheck: None, full_postgres_doctor: Doctor, full_postgres_store: Settings) -> None:
    found = full_postgres_doctor.one("indexes")
    assert found["verdict"] == "bad"
    assert found["sentence"] == "the index ix_deals_status is damaged (item order invariant violated)"
    assert "REINDEX INDEX ix_deals_status" in found["remedy"]
    assert run(full_postgres_store, "SELECT count(*) FROM pg_extension WHERE extname = 'amcheck'") == [(0,)]


def test_intact_indexes_are_ok(amcheck: None, full_postgres_doctor: Doctor, full_postgres_store: Settings) -> None:
    run(full_postgres_store, "DROP INDEX ix_deals_status")
    (found,) = [each for each in full_postgres_doctor.check() if each["subject"] == "indexes"]
    assert found["verdict"] == "ok"


def test_missing_amcheck_extension_is_noted(full_postgres_doctor: Doctor) -> None:
    found = full_postgres_doctor.one("indexes")
    assert found["verdict"] == "note"
    assert "the server does not have the extension amcheck" in found["sentence"]


def test_missing_right_to_use_amcheck_is_noted(
    amcheck: None, full_postgres_store: Settings, postgres: Postgres
) -> None:
    name = str(run(full_postgres_store, "SELECT current_database()")[0][0])
    run(
        full_postgres_store,
        "DROP ROLE IF EXISTS clerk",
        "CREATE ROLE clerk LOGIN",
        "GRANT SELECT ON ALL TABLES IN SCHEMA public TO clerk",
    )
    url = postgres.url(name).replace("postgres:@", "clerk:@").replace("postgres@", "clerk@")
    assert "is not installed in this database" in str(index_check.check(url).why_not)
    run(
        full_postgres_store,
        "CREATE EXTENSION amcheck",
        "REVOKE EXECUTE ON FUNCTION bt_index_check FROM PUBLIC",
    )
    assert "this user may not use the extension amcheck" in str(index_check.check(url).why_not)
    run(full_postgres_store, "DROP OWNED BY clerk", "DROP ROLE clerk")
