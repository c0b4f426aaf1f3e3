"""Checks of the PostgreSQL server."""

import json

import pytest

from backend.app.settings import Settings
from backend.tests.doctor.command import Doctor, fill
from backend.tests.harness import Postgres


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ann:secret-word@127.0.0.1:1/valhalla",
        "postgresql://ann:secret-word@no-such-host.invalid/valhalla",
        "postgresql:///valhalla?host=/no/such/socket",
    ],
)
def test_unreachable_server_is_reported_without_its_password(
    small: Settings, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    doctor = Doctor(small.model_copy(update={"database_url": url}), monkeypatch)
    found = doctor.one("database")
    assert (found["verdict"], found["fix"]) == ("bad", None)
    assert "does not answer" in found["sentence"]
    assert "secret-word" not in json.dumps(doctor.json("--fix"))


def test_stopped_server_is_bad_and_healthy_after_its_start(
    small: Settings, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    doctor = Doctor(small.model_copy(update={"database_url": postgres.new_database()}), monkeypatch)
    fill(doctor.settings)
    postgres.stop()
    try:
        assert "does not answer" in doctor.one("database")["sentence"]
        assert doctor.json("--fix")["fixed"] == []
    finally:
        postgres.start()
    doctor.healthy()


def test_missing_postgresql_database_is_named(
    small: Settings, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    doctor = Doctor(small.model_copy(update={"database_url": postgres.url("missing")}), monkeypatch)
    assert '"missing" does not exist' in doctor.one("database")["sentence"]


def test_read_only_unsafe_and_too_old_servers_are_bad(
    small: Settings, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgres.new_database()
    name = url.split("/")[3].split("?")[0]
    doctor = Doctor(small.model_copy(update={"database_url": url}), monkeypatch)
    small.data_dir.mkdir()
    postgres.run(f"ALTER DATABASE {name} SET synchronous_commit = off")
    assert doctor.one("database")["remedy"] == "turn it on"
    postgres.run(f"ALTER DATABASE {name} RESET synchronous_commit")
    postgres.run(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    assert "is read-only" in doctor.one("database")["sentence"]
    monkeypatch.setattr("backend.app.doctor.database.MIN_POSTGRES", 990000)
    assert doctor.one("database", "too old")["remedy"] == "99 or later is needed"


def test_missing_rights_of_the_database_user_are_named(
    small: Settings, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgres.new_database()
    role = f"{url.split('/')[3].split('?')[0]}_doctor"
    name = role.removesuffix("_doctor")
    postgres.run(f"CREATE ROLE {role} LOGIN")
    postgres.run(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}", name)
    url = url.replace("postgres:@", f"{role}:@")
    doctor = Doctor(small.model_copy(update={"database_url": url}), monkeypatch)
    assert "this user may not write to access_tokens, " in doctor.one("database", "may not write")["sentence"]
    assert doctor.one("database", "may not create tables")["verdict"] == "bad"
    postgres.run(f"GRANT INSERT ON ALL TABLES IN SCHEMA public TO {role}", name)
    assert doctor.one("database")["verdict"] == "note"
