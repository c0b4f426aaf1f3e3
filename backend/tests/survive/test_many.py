"""Several machines on one PostgreSQL, under load, while one of them dies.

Each has a data directory of its own, as machines have: the first one serves and works, the second serves, the third
works. What `valhalla work` does here is what it does everywhere, and one job more: one that lasts, so that whoever
does it can be killed in the midst of it.
"""

import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from backend.app.bootstrap import Store, open_store
from backend.app.core_gov.audit import service as audit
from backend.app.kit.jobs import leases
from backend.app.kit.jobs.lease_holder import about
from backend.app.kit.jobs.leases import Lease
from backend.app.settings import Settings
from backend.tests import preloaded
from backend.tests.conftest import MakeServer
from backend.tests.harness import ROOT, SOON_S, Postgres, clean_environment, until
from backend.tests.promises import promise
from backend.tests.survive.storm import DEALS, Client, NoAnswer, Storm, Writer
from backend.tests.survive.truth import check_json_files, check_truth, everything

LEASE_S = "1"
WATCH = "job:watch"

_WORK = """
import sys
from backend.app import jobs as of_the_office
from backend.app.cli import main
from backend.app.deals.schemas import DealCreate
from backend.app.deals.service import create_deal
from backend.app.kit.db import Ctx
from backend.app.kit.jobs.runner import Job

usual = of_the_office.jobs

def jobs(store):
    def watch(turn):
        def note(tx):
            turn.confirm(tx)
            create_deal(tx, DealCreate(name="watched", notes=NAME))
        store.db.write_now(Ctx("tester", "job", NAME), note)
        while True:
            turn.check()
    return [*usual(store), Job("watch", 24, watch)]

of_the_office.jobs = jobs
sys.argv = ["valhalla", "work"]
main()
"""


class Spread(Storm):
    """A storm on several servers. A writer whose server dies continues on the next one, as with a load balancer.

    What was not answered it sends again there, and it must count once.
    """

    ports: tuple[int, ...] = ()

    def _work(self, writer: Writer, port: int, stop: threading.Event) -> None:
        at = random.Random(writer.name).randrange(len(self.ports))
        writer.client = Client(self.ports[at])
        todo: Callable[[], None] = writer.settle
        try:
            while not stop.is_set():
                try:
                    todo()
                    self.acknowledged += 1
                    todo = writer.step
                except NoAnswer:
                    at = (at + 1) % len(self.ports)
                    writer.client = Client(self.ports[at])
                    todo = writer.settle
        except Exception as error:  # noqa: BLE001 - the test's own thread fails with it
            self.failures.append(f"{writer.name}: {error!r}")
        finally:
            writer.client.close()


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Callable[[Path, str], subprocess.Popen[bytes]]]:
    """Start `valhalla work` on a machine. It is stopped after the test."""
    made: list[subprocess.Popen[bytes]] = []

    def start(data_dir: Path, url: str) -> subprocess.Popen[bytes]:
        settings = {"DATA_DIR": str(data_dir), "DATABASE_URL": url, "LEASE_S": LEASE_S, "LOG_FORMAT": "json"}
        with (tmp_path / f"{data_dir.name}-work.log").open("ab") as log:
            process = preloaded.popen(
                [sys.executable, "-c", _WORK.replace("NAME", repr(data_dir.name))],
                cwd=ROOT,
                env=clean_environment({f"VALHALLA_{name}": value for name, value in settings.items()}),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        made.append(process)
        return process

    yield start
    for process in made:
        process.kill()
        process.wait()


@promise("Recovery", "Three machines share one PostgreSQL under load, and one may be killed.")
def test_nothing_is_lost_when_one_of_three_machines_dies_under_load(
    server: MakeServer,
    work: Callable[[Path, str], subprocess.Popen[bytes]],
    tmp_path: Path,
    postgres: Postgres,
) -> None:
    url = postgres.new_database()
    one, two, three = (tmp_path / name for name in ("one", "two", "three"))
    lease_s = {"settings": {"lease_s": LEASE_S}}
    serving_one, serving_two = server(one, url, **lease_s), server(two, url, **lease_s)
    serving_one.launch()
    working_one = work(one, url)
    serving_two.start()
    with open_store(Settings(data_dir=tmp_path / "looking", database_url=url)) as looking:
        watch = until(lambda: _lease(looking, WATCH), "the first machine watches")
        assert watch is not None
        working_three = work(three, url)
        until(lambda: len(_kinds(looking)) == 4, "all processes are there")
        with serving_one.client(timeout=5.0) as client:
            until(lambda: _answers(client), "the first machine serves")

        storm = Spread(seed=9, size=16)
        storm.ports = (serving_one.port, serving_two.port)
        storm.prepare(serving_one.port)
        with storm.raging(serving_one.port):
            storm.wait_for(150)
            serving_one.kill()
            working_one.kill()
            last = looking.db.snapshot_now(leases.find, WATCH)
            storm.wait_for(150)
        storm.settle(serving_two.port)

        heir = until(lambda: _taken_over(looking, watch), "the third machine watches now")
        assert heir is not None
        assert last is not None
        assert last.holder != watch.holder or heir.since > last.until, "not before the dead one's lease had run out"
        until(lambda: _kinds(looking) == ["serve", "work"], "nobody takes the dead for living")
        with serving_two.client() as client:
            watched = until(lambda: _watched(client, 2), "it does what the dead one did")
            assert watched == ["one", "three"]
            _check(client, storm, looking, [two, three])
        working_three.terminate()
        assert working_three.wait(SOON_S) == 0
        assert _lease(looking, WATCH) is None, "who stops in order lets go"


def _check(client: httpx.Client, storm: Storm, looking: Store, data_dirs: list[Path]) -> None:
    """Assert that acknowledged writes exist once, with one audit trail, and in each machine's JSON files."""
    check_truth(client, storm)
    for data_dir in data_dirs:
        check_json_files(client, data_dir)
    with looking.db.open_snapshot() as moment:
        verdict = audit.verify(moment)
    assert verdict.good, verdict.faults


def _answers(client: httpx.Client) -> bool:
    try:
        return client.get("/readyz").status_code == 200
    except httpx.TransportError:
        return False


def _kinds(store: Store) -> list[str]:
    return sorted(about(lease)["kind"] for lease in store.db.snapshot_now(leases.present))


def _lease(store: Store, name: str) -> Lease | None:
    return next((lease for lease in store.db.snapshot_now(leases.living) if lease.name == name), None)


def _taken_over(store: Store, before: Lease) -> Lease | None:
    found = _lease(store, WATCH)
    return found if found and found.holder != before.holder else None


def _watched(client: httpx.Client, times: int) -> list[Any]:
    found = [deal["notes"] for deal in everything(client, DEALS) if deal["name"] == "watched"]
    return found if len(found) >= times else []
