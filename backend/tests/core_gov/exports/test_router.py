"""Exports of lists over HTTP."""

import csv
import io
import json

import httpx
import pytest

from backend.app.core_gov.exports import service
from backend.app.kit.lists import pages
from backend.tests.contract.kinds import KINDS, Kind, make
from backend.tests.promises import promise


def rows(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    found = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert answer.headers["x-total-count"] == str(len(found))
    return found


LISTS = [KINDS[name] for name in ("drafts", "partners", "links", "deals", "properties")]


def filled(api: httpx.Client, kind: Kind) -> None:
    """Create records, some of which a filter excludes, with text that a spreadsheet could run."""
    for number in range(5):
        values = {"meta": {"text": "=1+1", "n": number}, "status": kind.choices["status"][number % 2]}
        make(kind, api, **values)


@promise("Deals", "`GET /core/deals/export` returns the list as CSV, with its filters and in its order.")
@promise("Messages", "`GET /core/comms/drafts/export` returns the list as CSV, with its filters and in its order.")
@promise("Joint ventures", "`GET /core/jv/partners/export` returns the list as CSV, with its filters and in its order.")
@promise("Joint ventures", "`GET /core/jv/links/export` returns the list as CSV, with its filters and in its order.")
@promise(
    "Properties",
    "`GET /core/property/properties/export` returns the list as CSV, with its filters and in its order.",
)
def test_exports_have_the_rows_of_their_lists(api: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST", 2)
    for kind in LISTS:
        filled(api, kind)
        check_exports(api, kind)


def check_exports(api: httpx.Client, kind: Kind) -> None:
    """Compare exports of a list with its pages."""
    for query in ({}, {"status": kind.choices["status"][0], "sort": "-updated_at"}):
        items = api.get(kind.path, params={**query, "limit": 500}).json()["items"]
        found = rows(api.get(f"{kind.path}/export", params=query))
        assert [row["id"] for row in found] == [item["id"] for item in items]
        assert len(found) > 2
        assert list(found[0]) == [*(name for name in items[0] if name not in LAST), *LAST]
        assert [json.loads(row["meta"]) for row in found] == [item["meta"] for item in items]
        assert [row["status"] for row in found] == [item["status"] for item in items]


@promise("Messages", "`GET /core/comms/sendlog/export` returns the list as CSV, with its filters and in its order.")
def test_send_log_is_exported(shared_api: httpx.Client) -> None:
    for number in range(3):
        draft = shared_api.post("/core/comms/drafts", json={"body": f"=SUM({number})"}).json()["id"]
        shared_api.post(f"/core/comms/drafts/{draft}/mark_sent")
    items = shared_api.get("/core/comms/sendlog", params={"limit": 500}).json()["items"]
    found = rows(shared_api.get("/core/comms/sendlog/export"))
    assert [row["id"] for row in found] == [item["id"] for item in items]
    assert found[0]["body"] == "'=SUM(2)"


LAST = ("created_at", "updated_at")

APPRAISAL = {"value": 5, "currency": "USD", "date": "2026-01-31"}


@promise("Market data", "`GET /core/market/appraisals/export` returns the list as CSV, with its filters.")
@promise("Records and lists", "`GET /core/notes/export` returns the list as CSV, with its filters.")
@promise("Audit trail", "`GET /core/audit/events/export` returns the events as CSV, with the filters of the list.")
def test_appraisals_notes_and_events_are_exported(api: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST", 2)
    for parcel in ("7", "8", "7", "7"):
        appraisal = api.post("/core/market/appraisals", json={**APPRAISAL, "parcel": parcel}).json()["id"]
        api.post("/core/notes", json={"entity": "appraisal", "entity_id": appraisal, "text": f"=SUM({parcel})"})
    for path, query, count in (
        ("/core/market/appraisals", {"parcel": "7"}, 3),
        ("/core/notes", {"entity": "appraisal"}, 4),
        ("/core/audit/events", {"action": "note.created", "entity": "note"}, 4),
    ):
        items = api.get(path, params=query).json()["items"]
        found = rows(api.get(f"{path}/export", params=query))
        assert [row["id"] for row in found] == [item["id"] for item in items]
        assert len(found) == count
        assert {name: json.loads(found[0][name]) for name in ("meta", "changes") if name in found[0]} == {
            name: items[0][name] for name in ("meta", "changes") if name in items[0]
        }


def test_empty_list_is_a_header(api: httpx.Client) -> None:
    assert rows(api.get("/core/deals/export", params={"status": "closed"})) == []


@pytest.mark.parametrize("limit", ["MAX_ROWS", "MAX_BYTES"])
def test_large_list_becomes_a_job(api: httpx.Client, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    monkeypatch.setattr(service, limit, 3 if limit == "MAX_ROWS" else 2_000)
    for number in range(4):
        assert api.get("/core/deals/export").status_code == 200
        api.post("/core/deals", json={"name": f"Deal {number}", "notes": "x" * 350})
    answer = api.get("/core/deals/export")
    assert answer.status_code == 202
    assert answer.json()["parameters"] == {"list": "deals", "query": {}}


def test_exports_are_audited(api: httpx.Client) -> None:
    api.post("/core/deals", json={"name": "Elm"})
    api.get("/core/deals/export", params={"status": "lead"})
    (event,) = api.get("/core/audit/events", params={"action": "records.exported"}).json()["items"]
    facts = {name: change["after"] for name, change in event["changes"].items()}
    assert event["entity"] == "deals"
    assert facts == {"format": "csv", "records": 1, "file": None, "query": {"status": ["lead"]}}


def test_export_refuses_paging_parameters(api: httpx.Client) -> None:
    for name in ("limit", "cursor"):
        answer = api.get("/core/deals/export", params={name: "5"})
        assert answer.json()["detail"] == f"{name} is not a known query parameter"
