"""Mirror: JSON files follow the database, at once within the budget and later under load."""

import json
import threading
import time
from typing import Any

import pytest

from backend.app.bootstrap import Store, open_store
from backend.app.kit.errors import StoreUnavailable
from backend.app.kit.json_mirror import json_files, mirror
from backend.app.kit.json_mirror.json_files import read, signature
from backend.app.kit.json_mirror.mirror import Mirror
from backend.app.kit.json_mirror.time_budget import CHUNKS_WITHOUT_PAUSE, PAUSE_S, Allowance, with_pauses
from backend.app.settings import Settings
from backend.tests.harness import SOON_S, http_client, serving, until
from backend.tests.promises import promise
from backend.tests.survive.store_view import Logged, events, in_step, make_deals, mirror_of


def _deals(settings: Settings) -> list[str]:
    return [deal["name"] for deal in read(settings.data_dir / "deals/deals.json").items]


@pytest.fixture
def quiet(store: Store) -> Store:
    """A store with current JSON files."""
    in_step(store)
    return store


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retry failed writes and look for edited files sooner."""
    monkeypatch.setattr(mirror, "RETRY_S", 0.05)
    monkeypatch.setattr(mirror, "CHECK_S", 0.05)


def _no_time(mirror: Mirror) -> None:
    mirror._allowance.spend(1000.0)


def _time_again(mirror: Mirror) -> None:
    mirror._allowance = Allowance(1.0)


def test_commit_while_the_mirror_begins_is_not_taken_for_written(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit comes after the feed was read, and before the next reading of the feed."""
    begun, go_on = threading.Event(), threading.Event()
    begin, poll = Mirror._begin, Mirror._poll_feed

    def begin_and_wait(mirror: Mirror) -> None:
        begin(mirror)
        begun.set()
        go_on.wait(SOON_S)

    def poll_later(mirror: Mirror) -> None:
        go_on.wait(SOON_S)
        poll(mirror)

    with open_store(settings) as store:
        in_step(store)
    monkeypatch.setattr(Mirror, "_begin", begin_and_wait)
    monkeypatch.setattr(Mirror, "_poll_feed", poll_later)
    with open_store(settings) as store:
        try:
            assert begun.wait(SOON_S)
            make_deals(store, "Elm")
            seen = store.mirror.wait_in_step(0), store.mirror.lag_s() > 0
        finally:
            go_on.set()
        assert seen == (False, True)
        in_step(store)
        assert _deals(settings) == ["Elm"]


class TestAllowance:
    @pytest.fixture(autouse=True)
    def clock(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        monkeypatch.setattr(time, "monotonic", lambda: self.now)

    def test_budget_starts_full_and_is_limited(self) -> None:
        allowance = Allowance(0.1, burst_s=0.5)
        self.now += 1000
        assert allowance.left() == 0.5
        assert allowance.wait() == 0

    @promise("JSON files", "Writing the JSON files uses a limited share of a core under load and finishes at shutdown.")
    def test_budget_refills_by_its_share_of_the_time(self) -> None:
        allowance = Allowance(0.1, burst_s=0.5)
        allowance.spend(0.7)
        assert allowance.left() == pytest.approx(-0.2)
        assert allowance.wait() == pytest.approx(2.0)
        self.now += 2.0
        assert allowance.wait() == pytest.approx(0, abs=1e-9)
        self.now += 1.0
        assert allowance.left() == pytest.approx(0.1)

    def test_reading_the_budget_costs_nothing(self) -> None:
        allowance = Allowance(0.1, burst_s=0.5)
        allowance.spend(0.5)
        for _ in range(100):
            self.now += 0.01
            allowance.left()
        assert allowance.left() == pytest.approx(0.1)


def test_long_work_pauses_between_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    rests: list[float] = []
    monkeypatch.setattr(time, "sleep", rests.append)
    assert list(with_pauses(range(CHUNKS_WITHOUT_PAUSE))) == list(range(CHUNKS_WITHOUT_PAUSE))
    assert rests == []
    assert list(with_pauses(range(CHUNKS_WITHOUT_PAUSE + 3))) == list(range(CHUNKS_WITHOUT_PAUSE + 3))
    assert rests == [PAUSE_S] * 3


def test_slow_file_is_waited_for_only_once(quiet: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mirror, "MAX_CALLER_WAIT_S", 0.01)
    until(lambda: mirror_of(quiet)._allowance.left() > 0.1, "there is time to write")
    go_on, prepare = threading.Event(), json_files.prepare

    def slow(*arguments: Any) -> Any:
        assert go_on.wait(SOON_S)
        return prepare(*arguments)

    monkeypatch.setattr(json_files, "prepare", slow)
    file = mirror_of(quiet)._files["deals"]
    make_deals(quiet, "waited for")
    assert file.cost_s == 0.01
    make_deals(quiet, "not waited for")
    go_on.set()
    in_step(quiet)
    assert file.cost_s != 0.01


@promise("JSON files", "The JSON files are current when the service is idle: one record per line, oldest first.")
def test_record_is_in_its_file_when_the_write_returns(quiet: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mirror, "QUICK_WRITE_S", SOON_S)  # however slow the machine is that runs the tests
    monkeypatch.setattr(mirror, "MAX_CALLER_WAIT_S", SOON_S)
    for number in range(5):
        make_deals(quiet, f"Deal {number}")
        assert _deals(quiet.settings)[-1] == f"Deal {number}"


@promise("JSON files", "The JSON files are current when the service is idle: one record per line, oldest first.")
def test_change_of_a_record_changes_one_line(quiet: Store) -> None:
    make_deals(quiet, "one", "two", "three")
    path = quiet.settings.data_dir / "deals/deals.json"
    before = path.read_text().splitlines()
    make_deals(quiet, "four")
    after = path.read_text().splitlines()
    assert after[1:3] == before[1:3]
    assert after[3] == before[3] + ","


@promise("JSON files", "Writing the JSON files uses a limited share of a core under load and finishes at shutdown.")
def test_write_does_not_wait_without_budget_and_the_lag_is_reported(quiet: Store) -> None:
    _no_time(mirror_of(quiet))
    make_deals(quiet, "late")
    assert _deals(quiet.settings) == []
    assert quiet.mirror.lag_s() > 0
    _time_again(mirror_of(quiet))
    in_step(quiet)
    assert _deals(quiet.settings) == ["late"]


@promise("JSON files", "Writing the JSON files uses a limited share of a core under load and finishes at shutdown.")
def test_pending_files_are_written_at_shutdown(settings: Settings) -> None:
    with open_store(settings) as store:
        in_step(store)
        _no_time(mirror_of(store))
        make_deals(store, "late")
    assert _deals(settings) == ["late"]


def test_longest_waiting_file_is_written_first(quiet: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under load there is time for one file only, and it must not always be the same."""
    written: list[str] = []
    _no_time(mirror_of(quiet))
    files = mirror_of(quiet)._files
    for name in ("drafts", "deals", "partners", "drafts"):
        files[name].request()
    monkeypatch.setattr(Mirror, "_write_timed", lambda self, file: written.append(file.table.name))
    mirror_of(quiet)._write_dirty(force=True)
    assert [name for name in written if name in {"drafts", "deals", "partners"}][:3] == ["drafts", "deals", "partners"]


def test_files_in_step_are_not_written_again_by_the_next_start(settings: Settings) -> None:
    with open_store(settings) as store:
        make_deals(store, "Deal")
    path = settings.data_dir / "deals/deals.json"
    before = signature(path)
    with open_store(settings) as store:
        in_step(store)
        assert signature(path) == before
        make_deals(store, "Another")
    assert signature(path) != before


def test_files_not_left_in_step_are_rewritten_by_the_next_start(settings: Settings) -> None:
    with open_store(settings) as store:
        make_deals(store, "Deal")
        in_step(store)
    memory = settings.data_dir / ".mirror.json"
    memory.write_text(json.dumps(json.loads(memory.read_text()) | {"in_step": None}))
    path = settings.data_dir / "deals/deals.json"
    before = signature(path)
    with open_store(settings) as store:
        in_step(store)
    assert signature(path) != before
    assert not list(path.parent.glob("*edited*")), "it is recognized"


@pytest.mark.parametrize("content", ["", "{}", "[]", "null", '{"store": 1, "files": 2, "height": {}}'])
def test_damaged_mirror_note_only_costs_a_copy_of_the_file(settings: Settings, content: str) -> None:
    with open_store(settings) as store:
        make_deals(store, "Deal")
    (settings.data_dir / ".mirror.json").write_text(content)
    with open_store(settings) as store:
        in_step(store)
    assert _deals(settings) == ["Deal"]
    assert len(list((settings.data_dir / "deals").glob("deals.edited-*"))) == 1


def test_unwritable_file_does_not_block_the_others(settings: Settings, logged: Logged) -> None:
    blocked = settings.data_dir / "jv"
    with serving(settings) as url, http_client(url) as client:
        until(lambda: blocked.is_dir() and client.get("/readyz").json().get("mirror_lag_s") == 0, "in step")
        for path in blocked.iterdir():
            path.unlink()
        blocked.rmdir()
        blocked.write_text("in the way")
        assert client.post("/core/jv/partners", json={"name": "Maple Street Capital"}).status_code == 201
        assert client.post("/core/deals", json={"name": "Oak Avenue"}).status_code == 201
        until(lambda: _deals(settings) == ["Oak Avenue"], "the other file is written")
        until(lambda: client.get("/readyz").status_code == 503, "monitoring hears of it")
        assert client.get("/core/jv/partners").status_code == 200
        blocked.unlink()
        until(lambda: client.get("/readyz").status_code == 200, "all is well again")
    assert [partner["name"] for partner in read(blocked / "partners.json").items] == ["Maple Street Capital"]
    said = [line["event"] for line in logged() if line["event"].startswith("json files")]
    assert said == ["json files not written", "json files written again"], "each once, however often it was tried"


def test_write_does_not_wait_for_unwritable_files(quiet: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    quiet.mirror.problem = "as if"
    waited: list[float] = []
    monkeypatch.setattr(mirror_of(quiet)._condition, "wait_for", lambda check, seconds: waited.append(seconds))
    mirror_of(quiet).committed([("deals", "{}")])
    assert waited == []


def test_renamed_file_is_audited_after_a_failed_attempt(quiet: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    audited = mirror_of(quiet)._edited
    failures = [StoreUnavailable(), StoreUnavailable()]

    def at_last(file: str, moved_to: str) -> None:
        if failures:
            raise failures.pop()
        audited(file, moved_to)

    monkeypatch.setattr(mirror_of(quiet), "_edited", at_last)
    path = quiet.settings.data_dir / "deals/deals.json"
    path.write_text('{"items": [{"id": "by hand"}]}')
    until(lambda: events(quiet, "file.moved_aside"), "the event is written")
    in_step(quiet)
    assert len(events(quiet, "file.moved_aside")) == 1
    assert len(list(path.parent.glob("deals.edited-*"))) == 1


def test_mirror_survives_database_failures(quiet: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object) -> None:
        raise StoreUnavailable

    with monkeypatch.context() as patch:
        patch.setattr(quiet.db, "snapshot_now", broken)
        until(lambda: quiet.mirror.problem, "the mirror says so")
    make_deals(quiet, "after")
    until(lambda: quiet.mirror.problem is None, "the mirror continues")
    in_step(quiet)
    assert _deals(quiet.settings) == ["after"]


def test_close_returns_if_nothing_can_be_written(
    settings: Settings, logged: Logged, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kw: object) -> None:
        raise OSError(28, "No space left on device")

    with open_store(settings) as store:
        in_step(store)
        _no_time(mirror_of(store))
        make_deals(store, "stored all the same")
        monkeypatch.setattr("backend.app.kit.json_mirror.json_files.prepare", broken)
    assert [line for line in logged() if line["event"] == "json files not written"]
    monkeypatch.undo()
    with open_store(settings) as store:
        in_step(store)
        assert _deals(settings) == ["stored all the same"]


def test_directory_in_place_of_a_file_is_moved_aside(settings: Settings) -> None:
    with open_store(settings) as store:
        in_step(store)
        path = settings.data_dir / "deals/deals.json"
        path.unlink()
        (path / "inside").mkdir(parents=True)
        until(path.is_file, "the file is written")
        (aside,) = path.parent.glob("deals.edited-*")
        assert (aside / "inside").is_dir()
