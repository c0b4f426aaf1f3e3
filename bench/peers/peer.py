"""Interface of a service that Valhalla is compared with."""

import subprocess
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bench.operations import Operation
from bench.servers import Server

FILLED_AT_ONCE = 500
"""Drafts per bulk insert before the measurement."""


class NotRun(Exception):
    """A peer cannot be measured here. The message is the short reason."""


@dataclass(frozen=True, slots=True)
class Place:
    """Location of a peer's data: a separate directory, and the URL of a PostgreSQL database or None."""

    directory: Path
    url: str | None = None

    @property
    def sqlite(self) -> Path:
        """Return its SQLite file."""
        return self.directory / "drafts.db"


class Peer(Protocol):
    """One other service.

    `databases` are those it is measured on. `work` are its operations, under the names of Valhalla's. `settings`
    describes its configuration and what it does in addition.
    """

    key: str
    name: str
    databases: tuple[str, ...]
    work: tuple[Operation, ...]
    settings: str

    def install(self, directory: Path) -> str:
        """Install the service unless it is installed already. Return its name and versions. Raises NotRun."""
        ...

    def serving(
        self, place: Place, token: str, drafts: Sequence[str]
    ) -> AbstractContextManager[tuple[Server, list[str]]]:
        """Run the service with these drafts (JSON texts) and this token. Yield the server and the draft ids."""
        ...


def must_run(
    command: list[str], environment: dict[str, str], *, at_most_s: float, cwd: Path | None = None, stdin: str = ""
) -> str:
    """Run a command and return its output. Raises NotRun with its error line if it fails."""
    name = " ".join([Path(command[0]).name, *command[1:4]])
    try:
        done = subprocess.run(
            command,
            env=environment,
            cwd=cwd,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=at_most_s,
        )
    except FileNotFoundError:
        raise NotRun(f"{command[0]} is not installed") from None
    except subprocess.TimeoutExpired:
        raise NotRun(f"{name} did not finish within {at_most_s:.0f} s") from None
    if done.returncode != 0:
        raise NotRun(f"{name} failed: {_reason(done.stderr or done.stdout)}")
    return done.stdout


def _reason(output: str) -> str:
    """Return the most informative line: the first that is an error, or else the last."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith(("error", "npm error"))]
    return (errors or lines[-1:] or ["no output"])[0][:300]
