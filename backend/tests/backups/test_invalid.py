"""Invalid rows are reported and copied unchanged; verify finds everything that restore refuses."""

import io
import itertools
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from backend.app.backups.backup import backup, read_archive
from backend.app.backups.export import export, kind_of
from backend.app.backups.restore import restore
from backend.app.backups.store_urls import location_of
from backend.app.backups.transfer import transfer
from backend.app.bootstrap import open_store
from backend.app.kit.archive.source import InvalidRows
from backend.app.kit.archive.stores import JsonLocation, PostgresLocation, SqliteLocation, StoreLocation
from backend.app.kit.errors import AppError
from backend.app.settings import Settings
from backend.tests.backups.quiet import quiet
from backend.tests.backups.refusals import forged
from backend.tests.backups.stores import ACTOR, facts, facts_of, filled_with, without_audit
from backend.tests.harness import Postgres
from backend.tests.promises import promise

Lines = list[bytes]

AS_THEY_ARE = {
    "partners": '{"id":"id_partners_1","name":5,"rôle":[1e-9999]}',
    "deals": '{"id":"id_deals_1","name":"x","tags":[1,"a","a"],"price":123456789012345678901234567890,"price":true}',
}
"""Documents that are JSON and have the id of their record, for the second record of a kind."""

STOOD_IN_FOR = {
    "ratings": 'not JSON: \\u0000 "quoted"\nin two lines',
    "comps": '{"property_id":"property_id_comps_0"}',
    "repair_rent": '{"property_id":"property_id_repair_rent_1","assumptions":{"a":"\\ud800"}}',
    "markets": '["no object"]',
}
"""Documents that cannot travel by themselves."""


@pytest.fixture
def spoiled(tmp_path: Path) -> Settings:
    """A SQLite store in which the second record of some kinds was edited by hand."""
    settings = filled_with(Settings(data_dir=tmp_path / "spoiled"))
    with closing(sqlite3.connect(settings.sqlite_path)) as conn, conn:
        for table, doc in (AS_THEY_ARE | STOOD_IN_FOR).items():
            conn.execute(f"UPDATE {table} SET doc = ? WHERE seq = 2", [doc])
    for path in settings.data_dir.rglob("*.json*"):
        path.unlink()  # they have the documents as they were, and a start would put those back
    return settings


def spoil_rows(settings: Settings) -> None:
    with closing(sqlite3.connect(settings.sqlite_path)) as conn, conn:
        conn.execute("UPDATE rent_comps SET rent_cents = 'many', beds = 9e999 WHERE seq = 2")


def docs(settings: Settings, table: str) -> list[str]:
    with closing(sqlite3.connect(settings.sqlite_path)) as conn:
        return [row[0] for row in conn.execute(f"SELECT doc FROM {table} ORDER BY seq")]


def arrived(settings: Settings) -> None:
    """Assert that documents were copied unchanged or as placeholders."""
    for table, doc in AS_THEY_ARE.items():
        assert docs(settings, table)[1] == doc
    for table, doc in STOOD_IN_FOR.items():
        assert json.loads(docs(settings, table)[1])["unreadable"] == doc


def test_backup_verify_and_restore(spoiled: Settings, tmp_path: Path) -> None:
    spoil_rows(spoiled)
    archived = backup(spoiled, tmp_path / "a.zip", quiet)
    assert read_archive(tmp_path / "a.zip", quiet) == archived
    assert archived.invalid.count == len(AS_THEY_ARE) + len(STOOD_IN_FOR) + 1
    named = {each.table: each for each in archived.invalid.first}
    assert named["partners.jsonl"].sentence.startswith("partners.jsonl, line 2, id 'id_partners_1': ")
    assert named["rent_comps.jsonl"].fault.startswith("Infinity is not a JSON number")
    there, invalid = Settings(data_dir=tmp_path / "there"), InvalidRows()
    restore(there, ACTOR, tmp_path / "a.zip", quiet, invalid)
    assert invalid == archived.invalid
    assert without_audit(facts_of(there)) == without_audit(facts_of(spoiled))
    arrived(there)
    backup(there, tmp_path / "again.zip", quiet)


def test_transfer_through_all_locations_keeps_invalid_documents(
    spoiled: Settings, tmp_path: Path, postgres: Postgres
) -> None:
    with postgres.lend() as url:
        places: list[StoreLocation] = [
            location_of(spoiled),
            JsonLocation(tmp_path / "json", {}),
            PostgresLocation(url),
            SqliteLocation(tmp_path / "there" / "valhalla.db"),
        ]
        for here, there in itertools.pairwise(places):
            invalid = InvalidRows()
            transfer(here, there, quiet, invalid=invalid)
            assert invalid.count == len(AS_THEY_ARE) + len(STOOD_IN_FOR)
            assert facts(there) == facts(places[0])
    arrived(Settings(data_dir=tmp_path / "there"))


@pytest.mark.parametrize("form", ["csv", "json"])
@pytest.mark.parametrize("kind", ["partners", "ratings"])
def test_export(spoiled: Settings, kind: str, form: Any) -> None:
    file = io.BytesIO()
    with open_store(spoiled) as store:
        assert export(store, ACTOR, kind_of(kind), form, file, quiet) == 3
    if form == "json":
        items = json.loads(file.getvalue())["items"]
        assert [item.get("name", item.get("unreadable")) for item in items][1] in {5, STOOD_IN_FOR["ratings"]}


def test_invalid_documents_in_the_mirrors_directory_are_transferred(tmp_path: Path) -> None:
    (tmp_path / "plain" / "jv").mkdir(parents=True)
    (tmp_path / "plain/jv/partners.json").write_text('[{"id": "p_1", "name": 5}, {"id": "p_2", "name": "x"}, 7]')
    invalid = InvalidRows()
    there = Settings(data_dir=tmp_path / "there")
    transfer(
        JsonLocation(tmp_path / "plain", {"audit_head": f"0 {'0' * 64}"}), location_of(there), quiet, invalid=invalid
    )
    found = [json.loads(doc) for doc in docs(there, "partners")]
    assert [doc.get("name") for doc in found] == ["x", 5, None]
    assert found[2]["unreadable"] == "7"
    assert invalid.count == 2


# Verify finds what restore refuses


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("archived")
    backup(filled_with(Settings(data_dir=root / "data")), root / "a.zip", quiet)
    return root / "a.zip"


def _edit(lines: Lines, at: int, change: Callable[[dict[str, Any]], None]) -> Lines:
    found = json.loads(lines[at % len(lines)])
    change(found)
    line = json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()
    return [line if number == at % len(lines) else each for number, each in enumerate(lines)]


VALUES: st.SearchStrategy[Any] = st.sampled_from(
    [None, 0, 5, 2.0, 2.5, -1, 2**70, "", "5", " 7 ", "x", True, [], {}, float("inf"), "\0", "id"]
)


@st.composite
def mutations(draw: st.DrawFn) -> Callable[[Lines], Lines]:
    """A change to the lines of a table."""
    at, other = draw(st.integers(0, 9)), draw(st.integers(0, 9))
    match draw(st.sampled_from(["copy", "move", "drop", "take", "set", "set", "remove", "garble"])):
        case "copy":
            return lambda lines: [*lines, lines[at % len(lines)]]
        case "move":
            return lambda lines: [*lines[at % len(lines) :], *lines[: at % len(lines)]]
        case "drop":
            return lambda lines: [line for number, line in enumerate(lines) if number != at % len(lines)]
        case "take":  # a value of one row put into another

            def take(lines: Lines) -> Lines:
                source = json.loads(lines[other % len(lines)])
                name = [*source][at % len(source)]
                return _edit(lines, at + 1, lambda found: found.update({name: source[name]}))

            return take
        case "set":
            value = draw(VALUES)
            return lambda lines: _edit(lines, at, lambda found: found.update({[*found][other % len(found)]: value}))
        case "remove":
            return lambda lines: _edit(lines, at, lambda found: found.pop([*found][other % len(found)]))
        case _:
            junk = draw(st.sampled_from([b"", b"{", b"[]", b"7", b'{"id":"x"}', b"\xff", b'{"id":"x","a":NaN}']))
            return lambda lines: [*lines[:at], junk, *lines[at:]]


TABLES = ["partners", "links", "sendlog", "appraisals", "ratings", "markets", "drafts", "deals", "access_tokens"]
TABLES += ["market_sales", "rent_comps", "market_index_points", "market_models", "idempotency_keys", "audit_events"]


@promise(
    "Backups and transfers",
    "Backups report invalid records and keep them byte for byte; verify finds whatever restore would refuse.",
)
@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=st.sampled_from(TABLES), change=mutations())
def test_restore_accepts_exactly_the_archives_that_verify_accepts(
    archive: Path, table: str, change: Callable[[Lines], Lines]
) -> None:
    with TemporaryDirectory() as folder:
        path = forged(archive, Path(folder), table, change)
        verdict = outcome(lambda: read_archive(path, quiet))
        assert outcome(lambda: restore(Settings(data_dir=Path(folder) / "data"), ACTOR, path, quiet)) == verdict


def outcome(act: Callable[[], object]) -> str:
    """Return the message of the error, or an empty string."""
    try:
        act()
    except AppError as error:
        return error.detail
    return ""


def test_uniqueness_violations_name_both_lines(archive: Path, tmp_path: Path) -> None:
    def twice(lines: Lines) -> Lines:
        return _edit(lines, 2, lambda found: found.update(source_key="parcel 0"))

    path = forged(archive, tmp_path, "market_sales", twice)
    assert (
        "market_sales.jsonl, lines 1 and 3: market 'markets-0', source 'county', source_key 'parcel 0' occurs twice"
        in (outcome(lambda: read_archive(path, quiet)))
    )
