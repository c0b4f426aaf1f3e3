"""Invalid documents: reported by the doctor without a fix, and refused by the API."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from backend.app.bootstrap import open_store
from backend.app.cli.commands import app
from backend.app.kit.db import Ctx, Query, Tx
from backend.app.settings import Settings
from backend.tests.contract.answers import refused
from backend.tests.contract.kinds import KINDS, make
from backend.tests.harness import SOON_S, http_client, serving

SPOILED: dict[str, dict[str, Any]] = {
    "deals": {"price": "many"},
    "partners": {"name": None},
    "links": {"deal_id": 5},
    "properties": {"address": ["x"], "country": "XX"},
    "drafts": {"king": 1, "tags": "a"},
    "markets": {"country": 7},
    "valuations": {"value": "x"},
}
"""By its table, what the newest document says now; None takes a field away."""


def spoil(tx: Tx) -> None:
    for table, change in SPOILED.items():
        row = tx.one(Query(text(f"SELECT seq, CAST(doc AS TEXT) FROM {table} ORDER BY seq DESC LIMIT 1")))
        if row is None:
            continue
        doc = {name: value for name, value in (json.loads(row[1]) | change).items() if value is not None}
        cast = "CAST(:doc AS JSON)" if tx.dialect == "postgresql" else ":doc"
        tx.run(Query(text(f"UPDATE {table} SET doc = {cast} WHERE seq = :seq")), doc=json.dumps(doc), seq=row[0])


@pytest.fixture
def records(settings: Settings) -> dict[str, dict[str, Any]]:
    """Create a record of some kinds through the API, then corrupt it in the database."""
    with serving(settings) as url, http_client(url) as client:
        deal = make(KINDS["deals"], client, price=1)
        partner = make(KINDS["partners"], client)
        answer = client.post("/core/market/markets", json={"name": "elm", "country": "US", "currency": "USD"})
        made = {
            "deals": deal,
            "partners": partner,
            "links": client.post("/core/jv/links", json={"partner_id": partner["id"], "deal_id": deal["id"]}).json(),
            "properties": make(KINDS["properties"], client),
            "drafts": make(KINDS["drafts"], client),
            "markets": answer.json(),
        }
    with open_store(settings) as store:
        store.db.write_now(Ctx("tester", "cli"), spoil)
        assert store.mirror.wait_in_step(SOON_S)
    return made


@pytest.fixture
def api(records: dict[str, Any], settings: Settings) -> Iterator[httpx.Client]:
    with serving(settings) as url, http_client(url) as client:
        yield client


def test_api_returns_invalid_documents_and_refuses_to_change_them(
    api: httpx.Client, records: dict[str, dict[str, Any]]
) -> None:
    property_id, partner_id = records["properties"]["id"], records["partners"]["id"]
    for name in ("deals", "partners", "links", "properties", "drafts"):
        kind = KINDS[name]
        listed = api.get(kind.path).json()["items"][0]
        assert listed.items() >= {key: value for key, value in SPOILED[name].items() if value is not None}.items()
        if kind.readable:
            assert api.get(kind.one(listed["id"])).json() == listed
        other = next(key for key in kind.change if key not in SPOILED[name])
        answer = api.patch(kind.one(listed["id"]), json={other: kind.change[other]})
        refused(answer, 409, answer.json()["detail"])
        assert answer.json()["detail"].startswith(f"the {kind.entity} {listed['id']} on file is not valid (")
    assert api.get("/core/market/markets").json()["items"][0]["country"] == 7
    for path in (f"/core/jv/partners/{partner_id}/dashboard",):
        assert api.get(path).status_code == 409, path
    for path in ("comps", "valuation", "repair_estimate", "rent_estimate", "neighborhood_rating"):
        answer = api.post(f"/core/property/properties/{property_id}/{path}", json={})
        assert 400 <= answer.status_code < 500, (path, answer.text)
    assert api.get("/core/market/sales").status_code == 200
    assert api.post(f"/core/comms/drafts/{records['drafts']['id']}/mark_sent?provider=x").status_code == 409


def test_patch_of_the_invalid_field_corrects_the_document(
    api: httpx.Client, records: dict[str, dict[str, Any]]
) -> None:
    path = f"/core/deals/{records['deals']['id']}"
    assert api.patch(path, json={"price": "few"}).status_code == 400
    answer = api.patch(path, json={"price": 2})
    assert (answer.status_code, answer.json()["price"]) == (200, 2)
    assert api.patch(path, json={"notes": "x"}).status_code == 200


def test_doctor_reports_invalid_documents_without_a_fix(
    settings: Settings, records: dict[str, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VALHALLA_DATA_DIR", str(settings.data_dir))
    if settings.database_url:
        monkeypatch.setenv("VALHALLA_DATABASE_URL", settings.database_url)
    CliRunner().invoke(app, ["doctor", "--fix"])  # the JSON files have been edited around, too
    run = CliRunner().invoke(app, ["doctor", "--json", "--fix"])
    found = json.loads(run.stdout)
    assert (run.exit_code, found["fixed"]) == (1, [])
    wrong = {each["sentence"]: each["fix"] for each in found["findings"] if each["verdict"] == "bad"}
    assert set(wrong.values()) == {None}
    for name in ("deals", "partners", "links", "properties", "drafts"):
        start = f"{KINDS[name].file}: {records[name]['id']} is not valid: "
        assert any(sentence.startswith(start) for sentence in wrong), (start, wrong)
    assert "market/markets.json: elm is not valid: country must be one of CA, US" in wrong


def test_document_that_is_not_json_is_refused_by_the_api(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    with serving(settings) as url, http_client(url) as client:
        client.post("/core/market/markets", json={"name": "elm", "country": "US", "currency": "USD"})
    with closing(sqlite3.connect(settings.sqlite_path)) as conn, conn:
        conn.execute("UPDATE markets SET doc = 'not\nJSON'")
    (settings.data_dir / "market/markets.json").unlink()
    shutil.rmtree(settings.data_dir / "recent", ignore_errors=True)
    with open_store(settings) as store:
        assert store.mirror.wait_in_step(SOON_S)
    assert "not JSON" in (settings.data_dir / "market/markets.json").read_text().splitlines()
    with serving(settings) as url, http_client(url) as client:
        answers = [client.get("/core/market/markets")]
        answers.append(client.patch("/core/market/markets/elm", json={"notes": "x"}))
        for answer in answers:
            assert answer.status_code == 409
            assert "is not valid (it is not a JSON object); run `valhalla doctor`" in answer.json()["detail"]
