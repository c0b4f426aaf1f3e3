"""An empty store adopts existing JSON files once and completely; edited files are never lost."""

import json
import signal
import sys
from pathlib import Path

import pytest

from backend.app.bootstrap import Store, open_store
from backend.app.core_gov.comms.schemas import DraftCreate
from backend.app.core_gov.comms.service import create_draft
from backend.app.kit.errors import StartError
from backend.app.kit.json_mirror import mirror
from backend.app.kit.json_mirror.json_files import read
from backend.app.settings import Settings
from backend.tests import preloaded
from backend.tests.harness import ROOT, SOON_S, Postgres, clean_environment, until
from backend.tests.promises import promise
from backend.tests.survive.store_view import CTX, Logged, events, in_step, make_deals, stored

DRAFT = {"id": "dr_1", "channel": "sms", "status": "draft", "body": "Hi Dana", "created_at": "2024-03-01T10:00:00"}
PARTNER = {"id": "p_1", "name": "Maple Street Capital", "role": "lender"}
LINK = {"id": "lnk_1", "partner_id": "p_1", "deal_id": "deal_1", "relationship": "JV", "status": "active"}
PROPERTY = {"id": "pr_1", "address": "12 Oak Ave", "country": "CA", "region": "ON", "city": "Hamilton"}
SENT = {"id": "sl_1", "draft_id": "dr_1", "channel": "sms", "body": "Hi", "created_at": "2024-03-01T11:00:00"}
RATING = {"property_id": "pr_1", "score": 71, "updated_at": "2024-03-02T08:00:00"}


def _write(settings: Settings, file: str, content: object) -> Path:
    path = settings.data_dir / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


# An earlier version's files


@promise("Audit trail", "Changes made by CLI commands and jobs are audited too.")
@promise("Adoption", "JSON files of the first version are adopted, with every form of time converted to UTC.")
def test_directory_of_the_first_version_is_adopted(settings: Settings, logged: Logged) -> None:
    """Old files have fewer fields, times without zones, sometimes no id, and fields with former names."""
    nameless = {name: value for name, value in DRAFT.items() if name != "id"} | {"body": "No id", "urgent": True}
    _write(settings, "comms/drafts.json", {"items": [DRAFT, nameless]})
    _write(settings, "comms/sendlog.json", {"items": [SENT]})
    _write(settings, "jv/partners.json", {"items": [PARTNER | {"tags": None, "meta": None}]})
    _write(settings, "jv/links.json", {"items": [LINK]})
    _write(settings, "property/properties.json", {"items": [PROPERTY]})
    _write(settings, "property/ratings.json", {"items": [RATING]})
    with open_store(settings) as store:
        first, second = stored(store, "drafts")
        assert (first["id"], first["created_at"]) == ("dr_1", "2024-03-01T10:00:00.000000Z")
        assert first["updated_at"] == first["created_at"]
        assert second["id"].startswith("dr_")
        assert second["meta"] == {"urgent": True}
        assert stored(store, "sendlog")[0]["sent_at"] == "2024-03-01T11:00:00.000000Z"
        assert stored(store, "partners")[0]["tags"] == []
        assert stored(store, "links")[0]["partner_id"] == "p_1"
        assert stored(store, "properties")[0]["address"] == "12 Oak Ave"
        assert stored(store, "ratings")[0]["score"] == 71
        (event,) = events(store, "store.adopted")
        assert (event["via"], event["outcome"], event["facts"]["refused"]) == ("job", "done", 0)
        in_step(store)
        assert read(settings.data_dir / "comms/drafts.json").items == [first, second]
    kept = list((settings.data_dir / "comms").glob("drafts.adopted-*.json"))
    assert [json.loads(path.read_text())["items"] for path in kept] == [[DRAFT, nameless]]
    assert not list(settings.data_dir.glob("refused-*"))
    assert not [line for line in logged() if line["level"] == "error"]


@promise("Adoption", "JSON files of the first version are adopted, with every form of time converted to UTC.")
@pytest.mark.parametrize(
    "moment",
    [
        "2024-03-01T10:00:00",
        "2024-03-01 10:00:00",
        "2024-03-01T05:00:00-05:00",
        "2024-03-01T10:00:00.000Z",
        "2024-03-01T10",
    ],
)
def test_times_in_any_format_become_utc(settings: Settings, moment: str) -> None:
    _write(settings, "jv/partners.json", {"items": [PARTNER | {"created_at": moment}]})
    with open_store(settings) as store:
        assert stored(store, "partners")[0]["created_at"] == "2024-03-01T10:00:00.000000Z"


@promise("Adoption", "A file that holds a bare list is adopted.")
@pytest.mark.parametrize("content", [[PARTNER], {"p_1": PARTNER}, {"items": {"p_1": PARTNER}}])
def test_other_json_layouts_are_read(settings: Settings, content: object) -> None:
    _write(settings, "jv/partners.json", content)
    with open_store(settings) as store:
        assert [partner["id"] for partner in stored(store, "partners")] == ["p_1"]


BAD: list[tuple[object, str]] = [
    ({"id": "p_bad"}, "name is required"),
    ({"id": "p_bad", "name": "x", "role": "king"}, "role must be one of"),
    ({"id": "p_bad", "name": 7}, "name must be a valid string"),
    ({"id": "p_1", "name": "Again"}, "id p_1 occurs twice in the file"),
    ("just a text", "it is not a JSON object"),
    ({"id": "p_bad", "name": "x", "meta": {"deep": json.loads("[" * 40 + "]" * 40)}}, "nested deeper"),
    ({"id": "p_bad", "name": "x", "meta": {"half": "\ud800"}}, "surrogate"),
    ({"id": "p_bad", "name": "x", "notes": "nul \x00"}, "NUL"),
    ({"id": "p_bad", "name": "x", "meta": {"n": float("nan")}}, "NaN"),
    ({"id": "p_bad", "name": "x", "meta": {"n": 2**64}}, "64 bits"),
    ({"id": "p_bad", "name": "x", "created_at": "yesterday"}, "created_at must be an ISO 8601 time"),
]


@promise("Adoption", "An invalid record is named and kept, and the valid ones are served.")
@pytest.mark.parametrize(("bad", "reason"), BAD, ids=[reason for _, reason in BAD])
def test_invalid_record_is_reported_and_kept_and_the_others_are_adopted(
    settings: Settings, logged: Logged, bad: object, reason: str
) -> None:
    other = PARTNER | {"id": "p_2", "name": "Other"}
    _write(settings, "jv/partners.json", {"items": [PARTNER, bad, other]})
    with open_store(settings) as store:
        assert [partner["id"] for partner in stored(store, "partners")] == ["p_1", "p_2"]
        in_step(store)
    (kept,) = settings.data_dir.glob("refused-*.json")
    (refused,) = json.loads(kept.read_text())["items"]
    assert refused["file"] == "jv/partners.json"
    assert reason in refused["reason"]
    assert refused["record"] == bad or bad != bad or "nan" in str(bad)  # NaN is not itself
    (warning,) = [line for line in logged() if line["event"] == "record refused"]
    assert (warning["file"], warning["kept_in"]) == ("jv/partners.json", kept.name)
    assert reason in warning["reason"]


@promise("Adoption", "An invalid record is named and kept, and the valid ones are served.")
def test_records_that_violate_a_rule_are_reported(settings: Settings) -> None:
    _write(settings, "jv/links.json", [LINK, LINK | {"id": "lnk_2"}])
    with open_store(settings) as store:
        assert [link["id"] for link in stored(store, "links")] == ["lnk_1"]
    (kept,) = settings.data_dir.glob("refused-*.json")
    assert "has an active link" in json.loads(kept.read_text())["items"][0]["reason"]


def test_truncated_file_is_read_line_by_line(settings: Settings) -> None:
    with open_store(settings) as store:
        make_deals(store, *(f"Deal {number}" for number in range(20)))
        in_step(store)
    content = (settings.data_dir / "deals/deals.json").read_bytes()
    lines = content.splitlines(keepends=True)
    elsewhere = Settings(data_dir=settings.data_dir.with_name("elsewhere"))
    _write(elsewhere, "deals/deals.json", (b"".join(lines[:11]) + lines[11][:40]).decode())
    with open_store(elsewhere) as store:
        assert [deal["name"] for deal in stored(store, "deals")] == [f"Deal {number}" for number in range(10)]
    (kept,) = elsewhere.data_dir.glob("refused-*.json")
    (refused,) = json.loads(kept.read_text())["items"]
    assert refused["record"] == lines[11][:40].decode()
    assert "line 12 is not JSON" in refused["reason"]


@pytest.mark.parametrize("content", [b"\x00\xff\xfe garbage", b"{", b'{"items": 5}', b'"text"', b"\xef\xbb\xbf[1]"])
def test_unreadable_file_is_kept(settings: Settings, content: bytes) -> None:
    _write(settings, "deals/deals.json", "").write_bytes(content)
    with open_store(settings) as store:
        assert stored(store, "deals") == []
        in_step(store)
    (kept,) = (settings.data_dir / "deals").glob("deals.adopted-*.json")
    assert kept.read_bytes() == content


def test_text_that_is_not_utf_8_is_refused_and_left_unchanged(settings: Settings) -> None:
    good, bad = json.dumps(PARTNER).encode(), b'{"id": "p_2", "name": "Caf\xe9"}'
    _write(settings, "jv/partners.json", "").write_bytes(b'{"items": [\n' + good + b",\n" + bad + b"\n]}\n")
    with open_store(settings) as store:
        assert [partner["id"] for partner in stored(store, "partners")] == ["p_1"]
    assert len(list(settings.data_dir.glob("refused-*.json"))) == 1


# Once, and whole


_KILLED = """
import os, signal, sys
from backend.app import bootstrap
from backend.app.kit.json_mirror import adoption
from backend.app.kit.db import state
from backend.app.kit.records import RecordTable
moment, left = sys.argv[1], [30]
def die(): os.kill(os.getpid(), signal.SIGKILL)
insert, keep_refused, adopted = RecordTable.insert, adoption.keep_refused, bootstrap._adopt
def counted(self, tx, record):
    left[0] -= 1
    return die() if moment == "in the middle" and not left[0] else insert(self, tx, record)
RecordTable.insert = counted
adoption.keep_refused = lambda *args: die() if moment == "before the commit" else keep_refused(*args)
def then(*args):
    found = adopted(*args)
    return die() if moment == "after the commit" else found
bootstrap._adopt = then
from backend.app.settings import load_settings
with bootstrap.open_store(load_settings()) as opened:
    pass
"""


@promise("Adoption", "An adoption that was killed is completed by the next start.")
@pytest.mark.parametrize("moment", ["in the middle", "before the commit", "after the commit"])
def test_next_start_completes_an_adoption_that_was_killed(settings: Settings, moment: str) -> None:
    partners = [PARTNER | {"id": f"p_{number}"} for number in range(50)]
    _write(settings, "jv/partners.json", {"items": partners})
    environment = {"VALHALLA_DATA_DIR": str(settings.data_dir)}
    if settings.database_url:
        environment["VALHALLA_DATABASE_URL"] = settings.database_url
    killed = preloaded.run(
        [sys.executable, "-c", _KILLED, moment],
        cwd=ROOT,
        env=clean_environment(environment),
        timeout=SOON_S,
    )
    assert killed.returncode == -signal.SIGKILL
    assert read(settings.data_dir / "jv/partners.json").items == partners
    for _ in range(2):
        with open_store(settings) as store:
            assert [partner["id"] for partner in stored(store, "partners")] == [p["id"] for p in partners]
            assert len(events(store, "store.adopted")) == 1
            in_step(store)


@promise("Adoption", "An empty PostgreSQL database adopts existing JSON files.")
def test_empty_postgresql_adopts_the_json_files(tmp_path: Path, postgres: Postgres) -> None:
    """PostgreSQL was configured without a transfer. The JSON files do not contain everything."""
    small = Settings(data_dir=tmp_path / "data")
    with open_store(small) as store:
        make_deals(store, *(f"Deal {number}" for number in range(30)))
        store.db.write_now(CTX, create_draft, DraftCreate(body="Hi Dana"))
        deals, drafts = stored(store, "deals"), stored(store, "drafts")
    with postgres.lend() as url:
        large = Settings(data_dir=tmp_path / "data", database_url=url)
        with pytest.raises(StartError, match="belong to a store with 31 audit events"), open_store(large):
            raise AssertionError("it is open")
        with open_store(large, rebuild_lost=True) as store:
            assert (stored(store, "deals"), stored(store, "drafts")) == (deals, drafts)
            in_step(store)
        assert read(tmp_path / "data/deals/deals.json").items == deals


# Changed by someone else


def _check_moved_aside(store: Store, logged: Logged, path: Path, edited: bytes) -> None:
    (aside,) = path.parent.glob("deals.edited-*.json")
    assert aside.read_bytes() == edited
    (event,) = events(store, "file.moved_aside")
    assert (event["entity_id"], event["facts"]["moved_to"]) == ("deals/deals.json", aside.name)
    (warning,) = [line for line in logged() if line["event"] == "json file changed by someone else"]
    assert (warning["level"], warning["moved_to"]) == ("warning", aside.name)


@promise("JSON files", "A JSON file edited by another program is moved aside, with a warning and an audit event.")
@promise("Adoption", "Files edited by hand, while the service was down or running, are moved aside and not adopted.")
def test_a_file_edited_while_the_service_was_down_is_moved_aside(settings: Settings, logged: Logged) -> None:
    with open_store(settings) as store:
        make_deals(store, "Oak Avenue")
        in_step(store)
    path = settings.data_dir / "deals/deals.json"
    edited = path.read_bytes().replace(b"Oak", b"Elm")
    path.write_bytes(edited)
    with open_store(settings) as store:
        in_step(store)
        assert [deal["name"] for deal in read(path).items] == ["Oak Avenue"]
        _check_moved_aside(store, logged, path, edited)


@promise("JSON files", "A JSON file edited by another program is moved aside, with a warning and an audit event.")
@promise("Adoption", "Files edited by hand, while the service was down or running, are moved aside and not adopted.")
def test_a_file_edited_while_the_service_runs_is_moved_aside(
    settings: Settings, logged: Logged, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mirror, "CHECK_S", 0.05)
    path = settings.data_dir / "deals/deals.json"
    with open_store(settings) as store:
        make_deals(store, "Oak Avenue")
        in_step(store)
        edited = path.read_bytes().replace(b"Oak", b"Elm")
        path.write_bytes(edited)
        until(lambda: path.read_bytes() != edited, "the file is rewritten")
        in_step(store)
        assert [deal["name"] for deal in read(path).items] == ["Oak Avenue"]
        _check_moved_aside(store, logged, path, edited)
        make_deals(store, "Pine Street")
        in_step(store)
        assert len(read(path).items) == 2
        assert len(list(path.parent.glob("deals.edited-*"))) == 1


def test_deleted_file_is_written_again(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mirror, "CHECK_S", 0.05)
    path = settings.data_dir / "deals/deals.json"
    with open_store(settings) as store:
        make_deals(store, "Oak Avenue")
        in_step(store)
        path.unlink()
        until(path.exists, "the file is written again")
        in_step(store)
        assert [deal["name"] for deal in read(path).items] == ["Oak Avenue"]


@promise("JSON files", "An empty database never replaces a JSON file that has records.")
def test_lost_records_do_not_empty_the_json_files(tmp_path: Path, postgres: Postgres) -> None:
    """After an old dump was restored, the files have more records than the database. They are kept."""
    path = tmp_path / "data/deals/deals.json"
    with postgres.lend() as url:
        settings = Settings(data_dir=tmp_path / "data", database_url=url)
        with open_store(settings) as store:
            make_deals(store, "Oak Avenue")
        full = path.read_bytes()
        database = url.split("/")[3].split("?")[0]
        for table in ("deals", "audit_events"):
            postgres.run(f"SET session_replication_role = replica; TRUNCATE {table}", database)
        with pytest.raises(StartError, match="the database is an older copy"), open_store(settings):
            raise AssertionError("it is open")
        with open_store(settings, rebuild_lost=True) as store:
            in_step(store)
            assert read(path).items == []
            (aside,) = path.parent.glob("deals.ahead-*.json")
            assert aside.read_bytes() == full
            assert len(events(store, "file.moved_aside")) == 1


def test_file_without_read_permission_stops_the_start_with_one_line(settings: Settings) -> None:
    (settings.data_dir / "deals/deals.json").mkdir(parents=True)
    with pytest.raises(StartError, match=r"deals\.json cannot be read: Is a directory"), open_store(settings):
        raise AssertionError("it is open")


def test_temporary_files_of_a_killed_process_are_removed(settings: Settings) -> None:
    left = _write(settings, "deals/.deals.json.99999.tmp", "half a fi")
    with open_store(settings) as store:
        in_step(store)
    assert not left.exists()
    assert [path.name for path in left.parent.iterdir()] == ["deals.json"]
