"""The process group is killed while money is posted: each posting is there as a whole, once, or not at all."""

import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from backend.app.bootstrap import open_store
from backend.app.core_gov.jv.documents import rebuild
from backend.app.core_gov.jv.documents.store import contributions, documents_of
from backend.app.settings import Settings
from backend.tests.conftest import MakeServer
from backend.tests.core_gov.jv.joint_venture import JointVenture, days_ago, joint_venture
from backend.tests.harness import http_client, until
from backend.tests.promises import promise

ROUNDS = int(os.environ.get("STORM_ROUNDS", "2"))
CLERKS = 4
Posting = dict[str, Any]


class Clerk:
    """Someone who posts contributions one after the other, and sends again what got no answer, with the same key."""

    def __init__(self, number: int, jv: JointVenture) -> None:
        self._jv, self._keys = jv, (f"clerk-{number}-{each}" for each in count(1))
        self.posted: dict[str, str] = {}
        self.pending: Posting | None = None

    def post_until(self, client: httpx.Client, stopped: threading.Event) -> None:
        """Post until asked to stop, or until a request gets no answer."""
        while not stopped.is_set():
            self.post(client)
            if self.pending is not None:
                return

    def post(self, client: httpx.Client) -> None:
        """Send what is pending, or the next contribution."""
        self.pending = self.pending or {
            "source_key": next(self._keys),
            "partner_id": self._jv.lp,
            "amount": 10.01,
            "effective_on": days_ago(5),
        }
        try:
            answer = client.post(f"{self._jv.path}/contributions", json=self.pending)
        except httpx.HTTPError:
            return
        if answer.status_code != 503:
            assert answer.status_code == 201, answer.text
            key = self.pending["source_key"]
            assert self.posted.setdefault(key, answer.json()["id"]) == answer.json()["id"]
            self.pending = None


@contextmanager
def posting(clerks: list[Clerk], url: str) -> Iterator[None]:
    """Let all clerks post while the block runs."""
    stopped = threading.Event()
    with ThreadPoolExecutor(CLERKS) as threads, http_client(url) as client:
        done = [threads.submit(clerk.post_until, client, stopped) for clerk in clerks]
        try:
            yield
        finally:
            stopped.set()
            for each in done:
                each.result()


@promise(
    "Joint ventures", "A kill while money is posted leaves each posting whole or not at all; a retry posts it once."
)
def test_killed_postings_are_whole_or_absent(
    server: MakeServer, tmp_path: Path, database: str, database_url: str | None
) -> None:
    data_dir = tmp_path / "data"
    service = server(data_dir, database_url, workers=1 if database == "sqlite" else 2).start()
    with service.client() as client:
        jv = joint_venture(client)
    clerks = [Clerk(number, jv) for number in range(CLERKS)]
    for _ in range(ROUNDS):
        before = sum(len(clerk.posted) for clerk in clerks)
        with posting(clerks, f"http://127.0.0.1:{service.port}"):
            until(lambda: sum(len(clerk.posted) for clerk in clerks) >= before + 20, "money is posted")  # noqa: B023
            service.kill()
        service.start()
        with service.client() as client:
            for clerk in clerks:
                clerk.post(client)
    posted = {key: document for clerk in clerks for key, document in clerk.posted.items()}
    with service.client() as client:
        cash = JointVenture(client, jv.id, jv.lp, jv.gp, jv.deal).balances()["cash"]
    service.stop()
    assert [clerk.pending for clerk in clerks] == [None] * CLERKS
    assert round(cash * 100) == 1_001 * len(posted)
    with open_store(Settings(data_dir=data_dir, database_url=database_url)) as store:
        assert store.db.snapshot_now(lambda tx: list(rebuild.faults(tx))) == []
        stored = store.db.snapshot_now(lambda tx: documents_of(tx, contributions, jv.id))
    assert {each["source_key"]: each["id"] for each in stored} == posted
