"""Appraisals: created over HTTP, and imported from files."""

import csv
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from backend.app.bootstrap import Store
from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.market.appraisals import service
from backend.app.core_gov.market.appraisals.schemas import AppraisalCreate, AppraisalPatch
from backend.app.core_gov.market.importing.import_appraisals import import_appraisals
from backend.app.kit.data_files.import_result import ImportResult
from backend.app.kit.errors import BadInput, NotFound
from backend.tests.core_gov.market.files import CLERK, Row, make_market, quiet, write_csv
from backend.tests.promises import promise

ROWS: list[Row] = [
    {"Parcel": f"18-{at}", "Value": f"${at + 1}10,000", "Date": "2026-01-31", "Appraiser": "Dana Kim", "Fee": 450}
    for at in range(3)
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_csv(tmp_path / "appraisals.csv", ROWS)


def import_file(store: Store, path: Path, mapping: Path | None = None) -> ImportResult:
    return import_appraisals(store.db, CLERK, path, "kc", mapping, quiet)


def counts(result: ImportResult) -> tuple[int, int, int, int]:
    return result.stored, result.updated, result.on_file, result.rejected


def records(store: Store, **filters: str | None) -> list[dict[str, Any]]:
    page = store.db.snapshot_now(service.list_appraisals, filters, 500, None)
    return [json.loads(doc) for doc in reversed(page.docs)]


class TestImport:
    @promise("Market data", "Appraisals are imported like sales and shown next to valuations.")
    def test_columns_named_like_fields_are_imported(self, store: Store, path: Path) -> None:
        make_market(store)
        result = import_file(store, path)
        assert result.lines() == ["3 rows: 3 stored, 0 updated, 0 already on file, 0 rejected", "columns not used: Fee"]
        first = records(store)[0]
        assert (first["market"], first["parcel"], first["value"]) == ("kc", "18-0", 110_000)
        assert (first["currency"], first["date"], first["appraiser"]) == ("USD", "2026-01-31", "Dana Kim")
        assert records(store, parcel="18-2") == records(store)[2:]

    @promise("Market data", "Appraisals are imported like sales and shown next to valuations.")
    def test_importing_again_changes_nothing(self, store: Store, path: Path) -> None:
        make_market(store)
        import_file(store, path)
        before = records(store)
        assert counts(import_file(store, path)) == (0, 0, 3, 0)
        assert records(store) == before

    def test_a_mapping_with_a_key_updates_appraisals(self, store: Store, path: Path) -> None:
        make_market(store)
        mapping = path.with_name("lender.toml")
        mapping.write_text(
            'key = ["@parcel"]\n[columns]\nparcel = "Parcel"\nvalue = "Value"\ndate = "Date"\n'
            '[constants]\nsource = "lender"\n'
        )
        assert counts(import_file(store, path, mapping)) == (3, 0, 0, 0)
        write_csv(path, [ROWS[0] | {"Value": "120000"}, *ROWS[1:], ROWS[1]])
        assert counts(import_file(store, path, mapping)) == (0, 1, 2, 1)
        assert (records(store)[0]["value"], records(store)[0]["source"]) == (120_000, "lender")
        page = store.db.snapshot_now(audit.list_events, {"action": "appraisal.imported"}, 500, None)
        assert len(page.docs) == 4

    def test_invalid_rows_are_rejected(self, store: Store, path: Path) -> None:
        make_market(store)
        bad = [
            ROWS[0] | {"Value": "-5"},
            ROWS[0] | {"Value": "many"},
            ROWS[0] | {"Date": "2099-01-01"},
            ROWS[0] | {"Date": "1850-01-01"},
            ROWS[0] | {"Parcel": ""},
            ROWS[0] | {"Value": ""},
            ROWS[0] | {"Value": "C$450,000"},
        ]
        assert counts(import_file(store, write_csv(path, bad))) == (0, 0, 0, 7)
        with path.with_name("appraisals.csv.rejected.csv").open(newline="") as file:
            assert [row["reason"] for row in csv.DictReader(file)] == [
                "value must not be negative",
                "value is not a number: many",
                "date 2099-01-01 is in the future",
                "date must not be before 1900",
                "one of property_id, parcel and address is required",
                "value is required",
                "the value is in CAD, but its currency is USD",
            ]
        write_csv(path, [ROWS[0] | {"Parcel": "1.23457E+11"}, ROWS[1]])
        with pytest.raises(BadInput, match="a spreadsheet has changed 1 of the 2 values of Parcel"):
            import_file(store, path)

    def test_wrong_files_are_refused_before_anything_is_stored(self, store: Store, path: Path) -> None:
        with pytest.raises(NotFound, match="market not found"):
            import_file(store, path)
        make_market(store)
        with pytest.raises(BadInput, match=r"a\.csv has no column date; its columns are Value: name it in a mapping"):
            import_file(store, write_csv(path.with_name("a.csv"), [{"Value": 5}]))
        with pytest.raises(BadInput, match="Value and VALUE both look like value"):
            import_file(store, write_csv(path, [{"Value": 5, "VALUE": 6, "date": "2026-01-01"}]))


class TestByHand:
    @promise(
        "Markets",
        "`POST /core/market/appraisals`, `GET /core/market/appraisals`, `GET /core/market/appraisals/{appraisal_id}` "
        "and `PATCH /core/market/appraisals/{appraisal_id}` keep outside opinions of value.",
    )
    def test_a_subject_is_required(self, store: Store) -> None:
        payload = AppraisalCreate(value=5, currency="USD", date="2026-01-01")
        with pytest.raises(BadInput, match="one of property_id, parcel and address"):
            store.db.write_now(CLERK, service.create_appraisal, payload)

    @promise(
        "Markets",
        "`POST /core/market/appraisals`, `GET /core/market/appraisals`, `GET /core/market/appraisals/{appraisal_id}` "
        "and `PATCH /core/market/appraisals/{appraisal_id}` keep outside opinions of value.",
    )
    def test_a_patch_is_validated_as_a_whole_record(self, store: Store) -> None:
        payload = AppraisalCreate(value=5, currency="USD", date="2026-01-01", parcel="18")
        made = store.db.write_now(CLERK, service.create_appraisal, payload)
        one = made.fields["id"]
        store.db.write_now(CLERK, service.patch_appraisal, one, AppraisalPatch.model_validate({"value": 6}))
        assert store.db.snapshot_now(service.get_appraisal, one).fields["value"] == 6
        with pytest.raises(BadInput, match="one of property_id, parcel and address"):
            store.db.write_now(CLERK, service.patch_appraisal, one, AppraisalPatch.model_validate({"parcel": None}))
        with pytest.raises(BadInput, match="in the future"):
            store.db.write_now(
                CLERK, service.patch_appraisal, one, AppraisalPatch.model_validate({"date": "2099-01-01"})
            )


def test_appraisals_over_http(api: httpx.Client) -> None:
    path = "/core/market/appraisals"
    body = {"value": 540000.5, "currency": "USD", "date": "2026-01-31", "parcel": "18-2", "market": "kc"}
    made = api.post(path, json=body)
    assert made.status_code == 201
    one = made.json()
    assert one["id"].startswith("apr_")
    assert {name: one[name] for name in body} == body
    assert api.get(f"{path}/{one['id']}").json() == one
    changed = api.patch(f"{path}/{one['id']}", json={"notes": "reviewed"}).json()
    assert changed["notes"] == "reviewed"
    for query, count in ({"market": "kc"}, 1), ({"parcel": "18-2"}, 1), ({"property_id": "pr_x"}, 0):
        assert len(api.get(path, params=query).json()["items"]) == count
    for wrong, said in (
        ({"value": 0}, "value must be more than 0"),
        ({"date": "2099-01-01"}, "date 2099-01-01 is in the future"),
        ({"date": "1850-01-01"}, "date must not be before 1900"),
        ({"parcel": None}, "one of property_id, parcel and address is required"),
        ({"import_key": "x"}, "import_key is read-only"),
    ):
        answer = api.post(path, json=body | wrong)
        assert (answer.status_code, answer.json()["detail"]) == (400, said)
    assert api.get(f"{path}/apr_none").json()["detail"] == "appraisal not found"
