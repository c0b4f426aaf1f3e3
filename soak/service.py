"""`valhalla serve` as an operator runs it: a separate process, whose log is checked at the end."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from bench.load import ROOT
from soak.connection import Connection, Unexpected

START_TIMEOUT_S, STOP_TIMEOUT_S = 60.0, 60.0


class SteadyFailed(Exception):
    """The service did not start, or the load could not be applied."""


class Service:
    """`valhalla serve` in a separate process, on a port of its own."""

    def __init__(self, directory: Path, url: str | None) -> None:
        self.data_dir, self.log, self.port = directory / "data", directory / "serve.log", _free_port()
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("VALHALLA_")}
        self.environment |= {"VALHALLA_DATA_DIR": str(self.data_dir), "VALHALLA_LOG_FORMAT": "json"}
        if url is not None:
            self.environment["VALHALLA_DATABASE_URL"] = url
        with self.log.open("ab") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "backend.app.cli", "serve", "--port", str(self.port)],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def wait_until_ready(self, connection: Connection) -> None:
        until = time.monotonic() + START_TIMEOUT_S
        while self._process.poll() is None and time.monotonic() < until:
            try:
                connection.request("GET", "/readyz")
            except Unexpected:
                time.sleep(0.05)
            else:
                return
        raise SteadyFailed(f"valhalla serve did not start; see {self.log}")

    def stop(self) -> int:
        """Stop the service and return its exit status, which is that of SIGKILL after a timeout."""
        self._process.terminate()
        try:
            return self._process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            return -signal.SIGKILL
        finally:
            self._process.kill()
            self._process.wait()


def log_errors(log: Path) -> list[str]:
    """Return the log lines that report an error: by their level, by a traceback, or by being malformed JSON."""
    errors = []
    for line in log.read_text(errors="replace").splitlines():
        try:
            level = json.loads(line)["level"] if line.startswith("{") else "error" * ("Traceback" in line)
        except (ValueError, KeyError):
            level = "error"
        if level in {"error", "critical"}:
            errors.append(line[:500])
    return errors


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
