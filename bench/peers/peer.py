"""What there is to know of a service that Valhalla is measured beside."""

import subprocess
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bench.operations import Operation
from bench.servers import Server

FILLED_AT_ONCE = 500
"""Drafts that are handed over together before anything is measured."""


class NotRun(Exception):
    """A peer cannot be measured here; says why, in a few words."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a peer keeps its records: a directory of its own, and the URL of a PostgreSQL database or None."""

    directory: Path
    url: str | None = None

    @property
    def sqlite(self) -> Path:
        """Its SQLite file."""
        return self.directory / "drafts.db"


class Peer(Protocol):
    """One other service.

    `databases` are those it is measured on, `work` is what is asked of it under the names that Valhalla's operations
    have, `settings` says how it runs and what it does besides.
    """

    key: str
    name: str
    databases: tuple[str, ...]
    work: tuple[Operation, ...]
    settings: str

    def install(self, directory: Path) -> str:
        """Installs it unless it is there already, and returns what was installed, with versions; raises NotRun."""
        ...

    def serving(
        self, place: Place, token: str, drafts: Sequence[str]
    ) -> AbstractContextManager[tuple[Server, list[str]]]:
        """Runs it, filled with the drafts (JSON texts), for whoever holds the token; with the ids they have there."""
        ...


def must_run(
    command: list[str], environment: dict[str, str], *, at_most_s: float, cwd: Path | None = None, stdin: str = ""
) -> str:
    """What a command prints; raises NotRun with the last thing it said when it fails."""
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
        raise NotRun(f"{name} did not end within {at_most_s:.0f} s") from None
    if done.returncode != 0:
        raise NotRun(f"{name} failed: {_reason(done.stderr or done.stdout)}")
    return done.stdout


def _reason(said: str) -> str:
    """The line that says most: the first that is an error, or else the last."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith(("error", "npm error"))]
    return (errors or lines[-1:] or ["it said nothing"])[0][:300]
