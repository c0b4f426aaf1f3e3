"""Import of properties on both databases: every row is stored once, even after a failure or a kill."""

import csv
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backend.app.backups.export import export_to, kind_of
from backend.app.bootstrap import Store, open_store
from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.exports.service import CsvFile, export_list
from backend.app.core_gov.property import import_csv, service
from backend.app.core_gov.property.import_csv import PropertiesImported, import_properties
from backend.app.core_gov.property.list_schemas import PropertyQuery
from backend.app.core_gov.property.schemas import PropertyCreate, PropertyPatch
from backend.app.core_gov.property.store import is_imported, properties
from backend.app.kit.db import Ctx
from backend.app.kit.errors import BadInput, StoreUnavailable
from backend.app.kit.output.output_file import NewFile, default_file, named_file
from backend.app.settings import Settings
from backend.tests import preloaded
from backend.tests.backups.quiet import quiet
from backend.tests.harness import ROOT, SOON_S, clean_environment
from backend.tests.promises import promise

HEADER = "id,price,bedrooms,zipcode,lat,long\n"
SALES = HEADER + "".join(f'{at},"${at},900",{at % 5},98178,47.5112,-122.257\n' for at in range(1, 13))
MAPPING = {
    "address": "King County parcel {id}",
    "beds": "bedrooms",
    "postal": "zipcode",
    "latitude": "lat",
    "longitude": "long",
    "meta.price": "price",
}
WASHINGTON = {"country": "US", "region": "WA"}

KILLED = f"""
import os, signal, sys
from pathlib import Path
from backend.app.core_gov.property import import_csv
from backend.app.kit.db import Ctx
from backend.app.bootstrap import open_store
from backend.app.settings import Settings

def kill(done, total):
    if done == 5:
        os.kill(os.getpid(), signal.SIGKILL)

import_csv.BATCH = 5
data_dir, url, path = sys.argv[1:]
with open_store(Settings(data_dir=Path(data_dir), database_url=url or None)) as store:
    import_csv.import_properties(store.db, Ctx("clerk", "cli"), Path(path), {MAPPING}, {WASHINGTON}, kill)
"""

Import = Callable[..., PropertiesImported]


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_csv, "BATCH", 5)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sales.csv"


@pytest.fixture
def import_file(store: Store, path: Path) -> Import:
    """Import a file with this content."""

    def run(content: str = SALES, **options: Any) -> PropertiesImported:
        path.write_text(content)
        given = {"mapping": MAPPING, "constants": WASHINGTON, "progress": lambda done, total: None, **options}
        return import_properties(store.db, Ctx("clerk", "cli"), path, **given)

    return run


def records(store: Store) -> list[dict[str, Any]]:
    """Return every property, oldest first."""
    page = store.db.snapshot_now(service.list_properties, PropertyQuery(limit=500))
    return [json.loads(doc) for doc in reversed(page.docs)]


def rejected(path: Path) -> list[dict[str, str]]:
    with path.with_name(f"{path.name}.rejected.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_column_of_parcels_that_a_spreadsheet_changed_is_refused(store: Store, import_file: Import) -> None:
    header = "address,parcel,zip\n"
    mapping = {"postal": "zip"}
    with pytest.raises(BadInput, match="a spreadsheet has changed 2 of the 2 values of parcel"):
        import_file(header + "1 Elm St,1.2E+11,98178\n2 Elm St,1.2E+11,98178\n", mapping=mapping)
    import_file(header + '1 Elm St,12.0,98178\n2 Elm St,"=""0013""",98178\n', mapping=mapping)
    assert [record["parcel"] for record in records(store)] == ["12", "0013"]


class TestImport:
    def test_every_row_becomes_a_property(self, store: Store, import_file: Import) -> None:
        seen: list[tuple[int, int]] = []
        result = import_file(progress=lambda done, total: seen.append((done, total)))
        assert (result.rows, result.stored, result.on_file, result.rejected) == (12, 12, 0, 0)
        assert seen == [(5, 12), (10, 12), (12, 12)]
        found = records(store)
        assert [item["address"] for item in found] == [f"King County parcel {at}" for at in range(1, 13)]
        first = found[0]
        assert (first["country"], first["region"], first["postal"], first["beds"]) == ("US", "WA", "98178", 1)
        assert (first["latitude"], first["meta"]) == (47.5112, {"price": "$1,900"})
        assert first["import_key"].startswith("csv_")

    @promise("Audit trail", "Changes made by CLI commands and jobs are audited too.")
    def test_each_property_has_an_audit_event(self, store: Store, import_file: Import) -> None:
        import_file()
        page = store.db.snapshot_now(audit.list_events, {"action": "property.imported"}, 500, None)
        events = [json.loads(doc) for doc in page.docs]
        assert {(event["actor"], event["via"]) for event in events} == {("clerk", "cli")}
        assert {event["entity_id"] for event in events} == {item["id"] for item in records(store)}

    def test_result_is_reported_in_sentences(self, import_file: Import, path: Path) -> None:
        result = import_file(HEADER + "1,5,3,98178,47.5,122.2\n1,6,3,98178,47.5,-122.2\n1,6,3,02139,47.5,-122.2\n")
        assert result.lines() == [
            "3 rows: 2 imported, 0 already on file, 1 rejected",
            f"the rejected rows are in {path}.rejected.csv, with the reason for each",
            "1 of those imported have the address of another property",
            "1 row has coordinates outside the country",
        ]
        assert import_file("id,x\n1,2\n", mapping={"address": "Parcel {id}"}).lines()[-1] == "columns not imported: x"

    @promise("Backups and transfers", "Exported CSV cells are imported as the texts that were exported.")
    @pytest.mark.parametrize("whole_kind", [True, False], ids=["valhalla export", "export of the list"])
    def test_exported_properties_are_imported_unchanged(
        self, store: Store, ctx: Ctx, path: Path, whole_kind: bool
    ) -> None:
        texts = {"address": "=12 O'Neill's Way", "city": "'+A1", "parcel": "+14162345678", "deal_id": "@deal-1"}
        payload = PropertyCreate.model_validate(texts | {"tags": ["=a;b", 'c "d"'], "waterfront": True, "beds": 3})
        made = store.db.write_now(ctx, service.create_property, payload).fields
        if whole_kind:
            export_to(store, ctx, kind_of("properties"), "csv", path, quiet, replace=False)
        else:
            exported = export_list(store.db, ctx, service.PROPERTIES_CSV, {"country": "CA"})
            assert isinstance(exported, CsvFile)
            path.write_bytes(exported.content)
        import_properties(store.db, ctx, path, {}, {}, lambda done, total: None)
        _, again = records(store)
        own = {"id", "created_at", "updated_at", "import_key"}
        assert {name: value for name, value in again.items() if name not in own} == {
            name: value for name, value in made.items() if name not in own
        }

    def test_an_empty_table_imports_nothing(self, import_file: Import) -> None:
        assert import_file(HEADER).rows == 0


class TestAgain:
    @promise(
        "Operations",
        "`valhalla import properties` maps any column names, writes rejected rows with reasons, and can run twice "
        "safely.",
    )
    def test_importing_again_stores_nothing(self, store: Store, import_file: Import) -> None:
        import_file()
        before = records(store)
        again = import_file()
        assert (again.stored, again.on_file, again.same_address) == (0, 12, 0)
        assert records(store) == before

    def test_later_changes_are_kept(self, store: Store, import_file: Import, ctx: Ctx) -> None:
        import_file()
        one = records(store)[0]["id"]
        store.db.write_now(ctx, service.patch_property, one, PropertyPatch.model_validate({"status": "offered"}))
        assert import_file().on_file == 12
        assert records(store)[0]["status"] == "offered"

    def test_keys_do_not_depend_on_column_order_or_mapping(self, store: Store, import_file: Import) -> None:
        import_file(HEADER + "1,5,3,98178,47.5,-122.2\n")
        moved = "zipcode,id,price,bedrooms,lat,long,new\n98178,1,5,3,47.5,-122.2,\n"
        assert import_file(moved, mapping={"address": "Parcel {id}"}).on_file == 1

    def test_identical_rows_in_a_file_are_stored_separately(self, store: Store, import_file: Import) -> None:
        twice = HEADER + "1,5,3,98178,47.5,-122.2\n" * 2
        first = import_file(twice)
        assert (first.stored, first.same_address) == (2, 1)
        assert import_file(twice).on_file == 2
        more = import_file(HEADER + "1,5,3,98178,47.5,-122.2\n" * 3)
        assert (more.stored, more.on_file) == (1, 2)

    def test_import_resumes_after_a_failure(self, store: Store, import_file: Import, path: Path) -> None:
        def fail(done: int, total: int) -> None:
            if done == 5:
                raise StoreUnavailable

        with pytest.raises(StoreUnavailable):
            import_file(progress=fail)
        assert len(records(store)) == 10  # the second batch was at work already
        assert [file.name for file in path.parent.iterdir() if "rejected" in file.name] == []
        rest = import_file()
        assert (rest.stored, rest.on_file) == (2, 10)
        assert len(records(store)) == 12

    @pytest.mark.parametrize("database", ["postgresql"])
    def test_a_row_stored_by_a_concurrent_import_is_on_file(
        self, store: Store, import_file: Import, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The unit read before the other one committed, so it is retried. SQLite has one writer."""
        import_file()
        looks = iter([False])
        monkeypatch.setattr(service, "is_imported", lambda tx, key: next(looks, True) and is_imported(tx, key))
        assert import_file().on_file == 12
        assert len(records(store)) == 12

    @promise(
        "Operations",
        "`valhalla import properties` maps any column names, writes rejected rows with reasons, and can run twice "
        "safely.",
    )
    def test_import_resumes_after_a_kill(self, settings: Settings, path: Path) -> None:
        path.write_text(SALES)
        command = [sys.executable, "-c", KILLED, str(settings.data_dir), settings.database_url or "", str(path)]
        killed = preloaded.run(command, cwd=ROOT, env=clean_environment(), timeout=SOON_S)
        assert killed.returncode == -signal.SIGKILL
        with open_store(settings) as store:
            stored = len(records(store))
            assert stored in {5, 10}
            rest = import_properties(store.db, Ctx("clerk", "cli"), path, MAPPING, WASHINGTON, lambda done, total: None)
            assert (rest.stored, rest.on_file) == (12 - stored, stored)
            found = records(store)
            assert [item["address"] for item in found] == [f"King County parcel {at}" for at in range(1, 13)]
            page = store.db.snapshot_now(audit.list_events, {"action": "property.imported"}, 500, None)
            assert len(page.docs) == 12


class TestRejected:
    ROWS = HEADER + (
        "1,5,3,98178,47.5,-122.2\n"
        "2,5,many,98178,47.5,-122.2\n"
        "3,5,-1,02139,47.5,-122.2\n"
        "4,5,3\n"
        ",5,3,98178,47.5,-122.2\n"
        "5,5,3,02139,47.5,\n"
        "6,5,3,98178,-122.2,47.5\n"
        "7,5,3,98178,47.5,-122.2\n"
    )

    @promise(
        "Operations",
        "`valhalla import properties` maps any column names, writes rejected rows with reasons, and can run twice "
        "safely.",
    )
    def test_rejected_rows_have_number_and_reason(self, store: Store, import_file: Import, path: Path) -> None:
        result = import_file(self.ROWS)
        assert (result.stored, result.rejected, result.rejected_file) == (2, 6, Path(f"{path}.rejected.csv"))
        found = rejected(path)
        assert list(found[0]) == [*HEADER.strip().split(","), "row", "reason"]
        assert [(row["row"], row["id"], row["reason"]) for row in found] == [
            ("3", "2", "beds is not a number: many"),
            ("4", "3", "beds must be greater than or equal to 0; postal 02139 is not in WA (it belongs to MA)"),
            ("5", "4", "the row has 3 cells, the header has 6"),
            ("6", "", "address is required"),
            (
                "7",
                "5",
                "postal 02139 is not in WA (it belongs to MA); longitude is missing: give both coordinates or neither",
            ),
            ("8", "6", "latitude must be between -90 and 90 degrees; latitude and longitude look swapped"),
        ]

    def test_without_rejects_earlier_files_stay(self, import_file: Import, path: Path) -> None:
        assert import_file(SALES).rejected_file is None
        assert [file.name for file in path.parent.iterdir() if file.is_file()] == ["sales.csv"]
        import_file(self.ROWS)
        before = path.with_name("sales.csv.rejected.csv").read_bytes()
        assert import_file(SALES).rejected_file is None
        assert path.with_name("sales.csv.rejected.csv").read_bytes() == before

    def test_a_corrected_file_of_rejects_is_not_overwritten(self, import_file: Import, path: Path) -> None:
        import_file(self.ROWS)
        path.with_name("sales.csv.rejected.csv").write_text("corrected by hand")
        again, third = import_file(self.ROWS), import_file(self.ROWS)
        assert again.rejected_file == path.with_name("sales.csv.rejected-2.csv")
        assert third.rejected_file == path.with_name("sales.csv.rejected-3.csv")
        assert path.with_name("sales.csv.rejected.csv").read_text() == "corrected by hand"

    def test_corrected_file_of_rejects_can_be_imported(self, store: Store, import_file: Import, path: Path) -> None:
        import_file(self.ROWS)
        corrected = path.with_name("sales.csv.rejected.csv").read_text().replace("many", "4").replace("02139", "98178")
        again = import_file(corrected)
        assert (again.stored, again.on_file, again.rejected) == (2, 0, 4)
        assert "reason" not in again.unused
        assert [(item["address"][-1], item["beds"]) for item in records(store)[2:]] == [("2", 4), ("4", 3)]

    def test_an_unchanged_row_keeps_its_key(self, import_file: Import, path: Path) -> None:
        import_file(SALES)
        with_reasons = SALES.replace("long\n", "long,row,reason\n").replace("-122.257\n", "-122.257,7,none\n")
        assert import_file(with_reasons).on_file == 12

    def test_rejects_go_to_the_given_file(self, import_file: Import, tmp_path: Path) -> None:
        output = named_file(tmp_path / "bad.csv")
        assert import_file(self.ROWS, rejects_to=output).rejected_file == tmp_path / "bad.csv"
        assert (tmp_path / "bad.csv").exists()

    def test_an_unwritable_file_of_rejects_is_reported(self, store: Store, import_file: Import, tmp_path: Path) -> None:
        (tmp_path / "there").mkdir()
        output = named_file(tmp_path / "there" / "bad.csv")
        (tmp_path / "there").rmdir()
        with pytest.raises(BadInput, match=r"cannot be written \(No such file or directory\)"):
            import_file(rejects_to=output)
        assert records(store) == []

    def test_concurrent_imports_have_separate_files_of_rejects(self, import_file: Import, tmp_path: Path) -> None:
        other = NewFile(default_file(tmp_path / "sales.csv.rejected.csv"))
        os.write(other.descriptor, b"of the other")
        assert import_file(self.ROWS).rejected_file == tmp_path / "sales.csv.rejected.csv"
        assert other.place() == tmp_path / "sales.csv.rejected-2.csv"
        assert (tmp_path / "sales.csv.rejected-2.csv").read_text() == "of the other"

    def test_an_interrupted_import_keeps_what_it_has_rejected_and_says_so(
        self, import_file: Import, path: Path, logged: Callable[[], list[dict[str, Any]]]
    ) -> None:
        def interrupt(done: int, total: int) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            import_file(self.ROWS, progress=interrupt)
        assert [row["id"] for row in rejected(path)][:3] == ["2", "3", "4"]
        (said,) = [line["so_far"] for line in logged() if line["event"] == "interrupted"]
        assert (
            f" rows were stored before that, and {len(rejected(path))} rejected rows are in {path}.rejected.csv" in said
        )
        assert [file.name for file in path.parent.iterdir() if file.suffix == ".tmp"] == []

    def test_temporary_files_of_a_killed_import_are_removed(self, import_file: Import, tmp_path: Path) -> None:
        (tmp_path / ".sales.csv.rejected.csv.0a1b2c3d.tmp").write_text("left by a run that was killed")
        import_file(self.ROWS)
        assert len(rejected(tmp_path / "sales.csv")) == 6
        assert [file.name for file in tmp_path.iterdir() if file.suffix == ".tmp"] == []


class TestBefore:
    """Faults that are found before anything is stored."""

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            ({"mapping": {"address": "parcel"}}, "there is no column parcel"),
            ({"constants": {"county": "King"}}, "county is not a field of a property"),
            ({"constants": {"country": "MX"}}, "country must be CA or US, not MX"),
            ({"constants": {"country": "US", "region": "ON"}, "mapping": {"address": "id"}}, "region ON is a province"),
            ({"constants": {"status": "gone"}}, "status must be one of"),
        ],
    )
    def test_wrong_names_and_constants_are_refused(
        self, store: Store, import_file: Import, options: dict[str, Any], said: str
    ) -> None:
        with pytest.raises(BadInput) as caught:
            import_file(**options)
        assert caught.value.detail.startswith(said)
        assert store.db.snapshot_now(properties.count) == 0

    def test_a_fault_at_the_end_is_found_before_anything_is_stored(self, store: Store, import_file: Import) -> None:
        with pytest.raises(BadInput, match="is not CSV near line"):
            import_file(SALES + '"open\n')
        assert store.db.snapshot_now(properties.count) == 0

    def test_rules_that_involve_columns_are_checked_per_row(self, import_file: Import) -> None:
        content = "street,country,lat\n1 Elm St,usa,47.5\n2 Elm St,canada,47.5\n"
        result = import_file(
            content,
            mapping={"address": "street", "latitude": "lat"},
            constants={"region": "WA", "longitude": "-122.2"},
        )
        assert (result.stored, result.rejected) == (1, 1)
