"""A full, failing, read-only or missing disk: no write is acknowledged, and the service recovers.

What is broken here is broken as near to the system as the machine allows: a page limit inside SQLite, a COMMIT that
fails, a small file system that is really full, a limit of the kernel, a mount that vanishes.
"""

import json
import resource
import sqlite3
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from backend.app.settings import Settings
from backend.tests.conftest import MakeServer
from backend.tests.harness import Server, http_client, serving, until
from backend.tests.promises import promise
from backend.tests.survive import namespace
from backend.tests.survive.storm import DEALS, DRAFTS, Storm, seed_of
from backend.tests.survive.truth import JsonReader, check_json_files, check_truth, everything

AT_ONCE = 24


class Faults:
    """Faults of the service's database connections."""

    def __init__(self) -> None:
        self.pages: int | None = None
        self.commit: tuple[int, str] | None = None
        self.read_only = False
        self.commits = 0


class FaultyConnection(sqlite3.Connection):
    """A real connection with injected faults."""

    faults: Faults

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        if sql == "BEGIN IMMEDIATE":
            super().execute(f"PRAGMA max_page_count={self.faults.pages or 2**30}").close()
            super().execute(f"PRAGMA query_only={int(self.faults.read_only)}").close()
        if sql == "COMMIT" and self.faults.commit is not None and self.total_changes:
            self.faults.commits += 1
            code, message = self.faults.commit
            super().execute("ROLLBACK").close()  # as SQLite does by itself when it has no room
            error = sqlite3.OperationalError(message)
            error.sqlite_errorcode = code
            raise error
        return super().execute(sql, parameters)


@pytest.fixture
def faults(monkeypatch: pytest.MonkeyPatch) -> Faults:
    found = Faults()
    made = type("Faulty", (FaultyConnection,), {"faults": found})
    real: Callable[..., sqlite3.Connection] = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *args, **kw: real(*args, **(kw | {"factory": made})))
    return found


@pytest.fixture
def client(tmp_path: Path, faults: Faults) -> Iterator[httpx.Client]:
    """The service on SQLite, with fault injection in its connections."""
    with (
        serving(Settings(data_dir=tmp_path / "data")) as url,
        http_client(url, limits=httpx.Limits(max_connections=AT_ONCE)) as found,
    ):
        yield found


def _post(client: httpx.Client, name: str, size: int = 10) -> httpx.Response:
    return client.post(DEALS, json={"name": name, "notes": "x" * size})


def _post_many(client: httpx.Client, prefix: str, size: int = 10) -> list[httpx.Response]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda n: _post(client, f"{prefix} {n}", size), range(AT_ONCE)))


def _names(client: httpx.Client) -> list[str]:
    return [deal["name"] for deal in everything(client, DEALS)]


@promise("Storage", "No request is answered before its COMMIT succeeded; if a batch fails, every request of it fails.")
@promise(
    "Recovery",
    "A full disk returns 507, acknowledges nothing of the failed batch, and the service recovers once there is room.",
)
def test_full_database_refuses_the_batch_and_recovers_with_free_space(
    client: httpx.Client, faults: Faults, tmp_path: Path
) -> None:
    assert _post(client, "before").status_code == 201
    with closing(sqlite3.connect(tmp_path / "data" / "valhalla.db")) as conn:
        faults.pages = conn.execute("PRAGMA page_count").fetchone()[0]
    answers = _post_many(client, "refused", size=20_000)
    assert {answer.status_code for answer in answers} == {507}
    assert answers[0].json()["detail"] == "the disk is full; nothing was stored, make room and try again"
    assert answers[0].headers["content-type"] == "application/problem+json"
    assert _names(client) == ["before"]
    assert client.get("/healthz").status_code == 200
    faults.pages = None
    assert {answer.status_code for answer in _post_many(client, "after")} == {201}
    assert sorted(_names(client)) == sorted(["before", *(f"after {n}" for n in range(AT_ONCE))])


@promise("Storage", "No request is answered before its COMMIT succeeded; if a batch fails, every request of it fails.")
@promise("Operations", "`/readyz` returns 503 while the database cannot be written.")
@promise("Recovery", "A failed COMMIT acknowledges nothing, also on a file system that fills up under load.")
@pytest.mark.parametrize(
    ("code", "message", "status"),
    [
        (sqlite3.SQLITE_FULL, "database or disk is full", 507),
        (sqlite3.SQLITE_IOERR_FSYNC, "disk I/O error", 503),
    ],
)
def test_failed_commit_acknowledges_nothing(
    client: httpx.Client, faults: Faults, code: int, message: str, status: int
) -> None:
    assert _post(client, "before").status_code == 201
    events = len(everything(client, "/core/audit/events"))
    faults.commit = (code, message)
    answers = _post_many(client, "refused")
    assert {answer.status_code for answer in answers} == {status}
    assert status == 507 or all(answer.headers["retry-after"] for answer in answers)
    assert faults.commits >= 1
    assert _names(client) == ["before"]
    assert client.get("/readyz").status_code == 503
    faults.commit = None
    assert _post(client, "after").status_code == 201
    assert _names(client) == ["before", "after"]
    assert len(everything(client, "/core/audit/events")) == events + 1
    assert client.get("/readyz").status_code == 200


@promise("Recovery", "A read-only data directory returns 503, or stops the start with one readable line.")
def test_read_only_database_is_reported_and_recovers(client: httpx.Client, faults: Faults) -> None:
    assert _post(client, "before").status_code == 201
    faults.read_only = True
    answers = _post_many(client, "refused")
    assert {answer.status_code for answer in answers} == {503}
    assert answers[0].json()["detail"] == "the data directory is read-only; nothing was stored"
    assert answers[0].headers["retry-after"]
    assert _names(client) == ["before"]
    faults.read_only = False
    assert _post(client, "after").status_code == 201


# A real file system, really full


@pytest.fixture
def small_disk(tmp_path: Path) -> Path:
    return tmp_path / "disk" / "data"


def _on_tmpfs(server: MakeServer, data_dir: Path, size: str) -> Server:
    wrapper = namespace.in_own_mounts(namespace.tmpfs(data_dir, size))
    return server(data_dir, wrapper=wrapper)


@promise("Recovery", "A failed COMMIT acknowledges nothing, also on a file system that fills up under load.")
def test_file_system_filling_up_under_load_loses_nothing(
    server: MakeServer, small_disk: Path, record_property: Callable[[str, object], None]
) -> None:
    service = _on_tmpfs(server, small_disk, "24m").start()
    seen = namespace.seen_by(service.pid, small_disk)
    storm, reader = Storm(seed_of(4), patient=True), JsonReader(seen)
    storm.prepare(service.port)
    with reader.reading():
        with storm.raging(service.port):
            storm.wait_for(100)
            ballast = namespace.fill(seen)
            until(lambda: storm.told_not_now > 50, "the disk is full for the writers")
            with service.client() as client:
                refused = client.post(DRAFTS, json={"body": "x" * 50_000})
                assert (refused.status_code, refused.json()["status"]) == (507, 507)
                assert client.get(DRAFTS).status_code == 200
            ballast.unlink()
            storm.wait_for(100)
        storm.settle(service.port)
        with service.client() as client:
            check_truth(client, storm)
            check_json_files(client, seen)
            until(lambda: client.get("/readyz").status_code == 200, "the service is ready again")
    record_property("acknowledged", storm.acknowledged)


def test_start_on_a_full_file_system_fails_with_one_line(server: MakeServer, small_disk: Path) -> None:
    full = ["sh", "-c", f"head -c 1m /dev/zero > '{small_disk}/ballast' || true"]
    wrapper = namespace.in_own_mounts(namespace.tmpfs(small_disk, "64k"), full)
    service = server(small_disk, wrapper=wrapper)
    service.launch()
    assert service.wait() != 0
    _check_one_line(service, "disk is full", "No space left")


@promise("Recovery", "A read-only data directory returns 503, or stops the start with one readable line.")
def test_start_on_a_read_only_data_directory_fails_with_one_line(server: MakeServer, small_disk: Path) -> None:
    read_only = ["mount", "-o", "remount,ro", str(small_disk)]
    service = server(small_disk, wrapper=namespace.in_own_mounts(namespace.tmpfs(small_disk, "1m"), read_only))
    service.launch()
    assert service.wait() != 0
    _check_one_line(service, f"the data directory {small_disk} cannot be written: Read-only file system")


def _check_one_line(service: Server, *expected: str) -> None:
    log = service.log()
    lines = [line for line in log.splitlines() if "cannot start" in line]
    assert len(lines) == 1, log
    assert any(text in lines[0] for text in expected), lines
    assert "Traceback" not in log, log


def test_service_recovers_when_a_lost_mount_returns(server: MakeServer, small_disk: Path) -> None:
    """A network drive is unmounted for a while. Writes at that time would go to the wrong place."""
    service = _on_tmpfs(server, small_disk, "8m").start()
    with service.client() as client:
        assert _post(client, "before").status_code == 201
        namespace.enter(service.pid, "mount", "-t", "tmpfs", "tmpfs", str(small_disk))
        answer = _post(client, "refused")
        assert (answer.status_code, "moved or replaced" in answer.json()["detail"]) == (503, True)
        namespace.enter(service.pid, "umount", str(small_disk))
        assert _post(client, "after").status_code == 201
        assert _names(client) == ["before", "after"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets one process limit another")
def test_write_error_of_the_kernel_is_reported_and_recovers(
    server: MakeServer, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    service = server(tmp_path / "data").start()
    storm = Storm(seed_of(5), size=8, patient=True)
    storm.prepare(service.port)
    unlimited = resource.prlimit(service.pid, resource.RLIMIT_FSIZE)
    with storm.raging(service.port):
        storm.wait_for(50)
        resource.prlimit(service.pid, resource.RLIMIT_FSIZE, (0, unlimited[1]))
        until(lambda: storm.told_not_now > 20, "nothing can be written")
        resource.prlimit(service.pid, resource.RLIMIT_FSIZE, unlimited)
        storm.wait_for(50)
    storm.settle(service.port)
    with service.client() as client:
        check_truth(client, storm)
        check_json_files(client, tmp_path / "data")
    service.kill()
    service.start()
    with service.client() as client:
        check_truth(client, storm)
    record_property("acknowledged", storm.acknowledged)


def test_removed_data_directory_stops_writes(client: httpx.Client, tmp_path: Path) -> None:
    """An archive is restored over a running service, whose writes would go to an unlinked file."""
    assert _post(client, "before").status_code == 201
    data = tmp_path / "data"
    database = data / "valhalla.db"
    database.rename(data / "moved.db")
    answer = _post(client, "refused")
    assert answer.status_code == 503
    assert answer.json()["detail"].endswith("nothing was stored, restart the service")
    assert not database.exists()
    (data / "moved.db").rename(database)
    assert _post(client, "after").status_code == 201

    def names() -> list[str]:
        return [deal["name"] for deal in json.loads((data / "deals" / "deals.json").read_text())["items"]]

    # The files may have met the missing database too; then they are tried again after two seconds.
    until(lambda: names() == ["before", "after"], "the JSON files have both")
