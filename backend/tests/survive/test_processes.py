"""Several processes on one store: all write, one maintains the JSON files, and another takes over."""

import json
import os
import signal
import sys
from pathlib import Path

import psutil

from backend.app.bootstrap import Store, open_store
from backend.app.core_gov.audit import service as audit
from backend.app.deals.schemas import DealCreate
from backend.app.deals.service import create_deal
from backend.app.kit.db import Ctx
from backend.app.settings import Settings
from backend.tests import preloaded
from backend.tests.conftest import MakeServer
from backend.tests.harness import ROOT, SOON_S, clean_environment, until
from backend.tests.promises import promise
from backend.tests.survive.storm import DEALS, Storm
from backend.tests.survive.truth import check_json_files, check_truth


def _names(data_dir: Path) -> set[str]:
    path = data_dir / "deals" / "deals.json"
    return {deal["name"] for deal in json.loads(path.read_bytes())["items"]} if path.exists() else set()


def _deal(store: Store, name: str) -> None:
    store.db.write_now(Ctx("tester", "cli"), create_deal, DealCreate(name=name))


@promise("JSON files", "One process writes the JSON files, each file from one snapshot.")
def test_writes_of_another_process_reach_the_json_files(settings: Settings, ctx: Ctx) -> None:
    with open_store(settings) as holder:
        until(lambda: holder.mirror.holds, "one process holds the mirror")
        with open_store(settings) as other:
            assert not other.mirror.holds
            _deal(other, "from elsewhere")
            until(lambda: "from elsewhere" in _names(settings.data_dir), "the holder heard of it")
            _deal(holder, "from here")
            assert "from here" in _names(settings.data_dir), "its own process's change is there when it is answered"


@promise("JSON files", "One process writes the JSON files, each file from one snapshot.")
def test_mirror_is_handed_over_to_another_process(settings: Settings) -> None:
    with open_store(settings) as first:
        until(lambda: first.mirror.holds, "the first holds the mirror")
        with open_store(settings) as second:
            _deal(second, "by the second")
    assert _names(settings.data_dir) == {"by the second"}
    with open_store(settings) as third:
        until(lambda: third.mirror.holds, "the third holds it now")
        assert third.mirror.wait_in_step(SOON_S)
        assert third.db.snapshot_now(audit.height) == 1


@promise("Storage", "Migrations hold a lock, and several processes can share one SQLite database.")
def test_workers_and_the_command_line_share_one_store(
    server: MakeServer, tmp_path: Path, database_url: str | None
) -> None:
    """Two workers and an import on SQLite. The worker that maintains the JSON files is killed."""
    data_dir = tmp_path / "data"
    service = server(data_dir, database_url, workers=2).start()
    storm = Storm(seed=8, size=16)
    storm.prepare(service.port)
    settings = {"VALHALLA_DATA_DIR": str(data_dir)} | ({"VALHALLA_DATABASE_URL": database_url} if database_url else {})
    with storm.raging(service.port):
        storm.wait_for(50)
        command = [sys.executable, "-c", _COMMAND_LINE]
        preloaded.run(command, cwd=ROOT, env=clean_environment(settings), check=True, timeout=SOON_S)
        storm.wait_for(50)
    until(lambda: {f"import {n}" for n in range(50)} <= _names(data_dir), "the holder heard of the import")
    os.kill(_holder(service.pid, data_dir), signal.SIGKILL)
    storm.settle(service.port)
    with service.client() as client:
        until(lambda: client.post(DEALS, json={"name": "after the death"}).status_code == 201, "the other one serves")
        check_truth(client, storm)
        check_json_files(client, data_dir)


_COMMAND_LINE = """
from backend.app.deals.schemas import DealCreate
from backend.app.deals.service import create_deal
from backend.app.kit.db import Ctx
from backend.app.bootstrap import open_store
from backend.app.settings import load_settings
with open_store(load_settings()) as store:
    for number in range(50):
        store.db.write_now(Ctx("tester", "cli"), create_deal, DealCreate(name=f"import {number}"))
"""


def _holder(leader: int, data_dir: Path) -> int:
    """Return the worker that maintains the JSON files: the owner of the lock according to the kernel."""
    inode = (data_dir / ".mirror.lock").stat().st_ino
    workers = {process.pid for process in psutil.Process(leader).children(recursive=True)}
    for line in Path("/proc/locks").read_text().splitlines():
        fields = line.split()
        if fields[1] == "FLOCK" and fields[5].endswith(f":{inode}") and int(fields[4]) in workers:
            return int(fields[4])
    raise AssertionError("no worker holds the mirror")
