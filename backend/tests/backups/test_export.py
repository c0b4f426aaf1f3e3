"""Export of one kind of record: complete, readable, and safe in a spreadsheet."""

import csv
import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from backend.app.backups.export import Format, export, export_to, kind_of, kinds
from backend.app.bootstrap import open_store
from backend.app.kit.data_files.csv_safety import cell
from backend.app.kit.db import sqlite_file
from backend.app.kit.errors import BadInput, Conflict
from backend.app.settings import Settings
from backend.app.store_tables import TABLES
from backend.tests.backups.quiet import quiet
from backend.tests.backups.stores import ACTOR, AWKWARD, filled_with
from backend.tests.promises import promise
from backend.tests.survive.store_view import events, stored


def exported(settings: Settings, kind: str, form: Format) -> str:
    out = io.BytesIO()
    with open_store(settings) as store:
        export(store, ACTOR, kind_of(kind), form, out, quiet)
    return out.getvalue().decode()


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A store that all exports of this module read."""
    return filled_with(Settings(data_dir=tmp_path_factory.mktemp("once") / "data"))


@pytest.mark.parametrize("kind", kinds())
def test_json_export_has_one_record_per_line(once: Settings, kind: str) -> None:
    text = exported(once, kind, "json")
    found = json.loads(text)["items"]
    assert text.count("\n") == len(found) + 2
    if kind != "audit_events":
        with open_store(once) as store:
            assert found == stored(store, kind)


@pytest.mark.parametrize("kind", kinds())
def test_csv_export_has_one_column_per_field(once: Settings, kind: str) -> None:
    rows = list(csv.DictReader(io.StringIO(exported(once, kind, "csv"), newline="")))
    records = json.loads(exported(once, kind, "json"))["items"]
    assert len(rows) >= 3
    for row, record in zip(rows, records, strict=False):
        assert row.keys() == record.keys()
        for name, value in record.items():
            assert row[name] == str(cell(value))
            assert value is None or cell(value) != "" or value == ""


def test_csv_export_writes_nested_values_as_json(filled: Settings) -> None:
    rows = csv.DictReader(io.StringIO(exported(filled, "partners", "csv"), newline=""))
    assert [json.loads(row["meta"]) for row in rows] == [AWKWARD] * 3


@promise("Backups and transfers", "Exported CSV cells that begin with `=`, `+`, `-` or `@` are made safe.")
@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("=1+1", "'=1+1"),
        ("+14162345678", "+14162345678"),
        ("+1 416", "'+1 416"),
        ("+1-416-234-5678", "'+1-416-234-5678"),
        ("-5", "-5"),
        ("-1.5e-3", "-1.5e-3"),
        ("-", "-"),
        ("-A1", "'-A1"),
        ("+1(A1)", "'+1(A1)"),
        ("+1,234.50", "+1,234.50"),
        (" =1", "' =1"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("'=1", "''=1"),
        ("'90s house", "'90s house"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        ("a=1", "a=1"),
        ("", ""),
        (None, ""),
        (True, "true"),
        (False, "false"),
        (-79.87, -79.87),
        (-5, -5),
        (["=1"], '["=1"]'),
        ({"é": -1}, '{"é": -1}'),
    ],
)
def test_csv_export_escapes_formulas(value: Any, found: Any) -> None:
    assert cell(value) == found


@pytest.mark.parametrize("doc", ["[1]", "{", "5"])
def test_export_keeps_a_document_that_is_not_an_object(full_sqlite_store: Settings, doc: str) -> None:
    with closing(sqlite3.connect(full_sqlite_store.sqlite_path)) as conn, conn:
        conn.execute("UPDATE ratings SET doc = ? WHERE seq = 1", (doc,))
    sqlite_file.note_clean_close(full_sqlite_store.sqlite_path)  # otherwise it would come back from its JSON file
    _, first, *_ = csv.reader(io.StringIO(exported(full_sqlite_store, "ratings", "csv"), newline=""))
    assert first[0] == doc


def test_export_is_audited(filled: Settings, tmp_path: Path) -> None:
    with open_store(filled) as store:
        done = export_to(store, ACTOR, kind_of("partners"), "csv", tmp_path / "p.csv", quiet, replace=False)
        (event,) = events(store, "records.exported")
    assert done == 3
    assert (event["entity"], event["facts"]) == ("partners", {"format": "csv", "records": 3, "file": "p.csv"})


def test_existing_file_is_kept_without_force(filled: Settings, tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("mine")
    with open_store(filled) as store:
        with pytest.raises(Conflict, match="already exists"):
            export_to(store, ACTOR, kind_of("partners"), "csv", path, quiet, replace=False)
        assert path.read_text() == "mine"
        export_to(store, ACTOR, kind_of("partners"), "csv", path, quiet, replace=True)
    assert path.read_text().startswith("id,name,")


def test_export_refuses_an_unknown_kind() -> None:
    with pytest.raises(BadInput, match=r"there is no kind nobody; the kinds are deals, .*, audit_events$"):
        kind_of("nobody")
    assert {table.name for table in TABLES} < kinds().keys()


def test_canceled_export_is_in_the_audit_trail(filled: Settings) -> None:
    class Closed(io.BytesIO):
        def write(self, data: Any) -> int:
            raise BrokenPipeError

    with open_store(filled) as store:
        with pytest.raises(BrokenPipeError):
            export(store, ACTOR, kind_of("partners"), "csv", Closed(), quiet)
        (event,) = events(store, "records.exported")
    assert event["facts"] == {"format": "csv", "records": 3, "file": None}
