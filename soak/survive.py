"""Repetition of the tests of `backend/tests/survive`, each as a campaign of many rounds.

They run in a separate pytest process, so that their faults do not affect this one.
"""

import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.load import ROOT
from soak.findings import Finding
from soak.progress import Progress
from soak.pytest_events import PIPE

TESTS = "backend/tests/survive"
STOP_TIMEOUT_S = 90.0
"""Seconds that an interrupted campaign may take to stop its servers."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """Tests to repeat, each time with another seed.

    `rounds` are within one run of the test (successive kills of the same store), `repeats` are runs. `unit`: what the
    table calls a round.
    """

    section: str
    database: str
    tests: tuple[str, ...]
    rounds: int = 1
    repeats: int = 1
    unit: str = "rounds"

    @property
    def planned(self) -> int:
        return max(self.rounds, self.repeats)


@dataclass(slots=True)
class Tally:
    """Results of a campaign."""

    passed: int = 0
    acknowledged: int = 0
    rounds: int = 0
    figures: Counter[str] = field(default_factory=Counter)
    seeds: list[int] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)

    def add(self, fact: dict[str, Any], seed: int) -> None:
        """Add the result of one test."""
        name = fact["test"].rpartition("::")[2]
        if fact["outcome"] == "skipped":
            self.skipped[name] = fact["reason"]
        elif fact["outcome"] == "failed":
            self.failed.append(f"{name} with STORM_SEED={seed}: {fact['reason']}")
        else:
            self.passed += 1
            figures = {name: int(figure) for name, figure in fact["properties"].items()}
            self.acknowledged += figures.pop("acknowledged", 0)
            self.rounds += figures.pop("rounds", 0)
            self.figures.update(figures)


def run_campaign(campaign: Campaign, directory: Path, rng: random.Random, progress: Progress) -> list[Finding]:
    """Run a campaign to its end, or to its first failure."""
    tally = Tally()
    for number in range(campaign.repeats):
        seed = rng.randrange(10**9)
        tally.seeds.append(seed)
        name = f"{campaign.section}, {campaign.database}"
        progress.event(f"{name}: run {number + 1} of {campaign.repeats}, STORM_SEED={seed}")
        _run(campaign, directory / f"{campaign.section}-{campaign.database}-{number + 1}", seed, tally, progress)
        if tally.failed:
            break
    return findings(campaign, tally)


def findings(campaign: Campaign, tally: Tally) -> list[Finding]:
    """Return the lines of the table for a campaign."""

    def line(what: str, figure: str, wanted: str = "", good: bool | None = None, problem: str = "") -> Finding:
        return Finding(campaign.section, campaign.database, what, figure, wanted, good, problem)

    done = tally.rounds if campaign.rounds > 1 else len(tally.seeds)
    found = [line(campaign.unit, f"{done:,}", f"{campaign.planned:,}", not tally.failed, "; ".join(tally.failed))]
    if tally.passed and not tally.failed:
        found.append(line("tests passed", f"{tally.passed}"))
    if tally.acknowledged:
        found.append(line("acknowledged writes", f"{tally.acknowledged:,}"))
        found.append(line("… lost, duplicated or torn", "none" if not tally.failed else "see above", "none"))
    found += [line(name, f"{figure:,}") for name, figure in tally.figures.items()]
    seeds = ", ".join(map(str, tally.seeds))
    found.append(line("seeds (STORM_SEED)", seeds))
    return found + [line(name, "–", "", None, reason) for name, reason in tally.skipped.items()]


def _run(campaign: Campaign, directory: Path, seed: int, tally: Tally, progress: Progress) -> None:
    output = directory.with_suffix(".txt")
    before = tally.passed
    environment = {"STORM_SEED": str(seed), "STORM_ROUNDS": str(campaign.rounds)}
    arguments = [f"--basetemp={directory}", "-p", "no:cacheprovider", "-p", "no:randomly", *campaign.tests]
    with _pytest(arguments, environment, output) as (process, facts):
        for fact in facts:
            if "message" in fact:
                progress.event(f"  {fact['message']}")
            else:
                tally.add(fact, seed)
                progress.update(f"{campaign.section}, {campaign.database}: {fact['test'].rpartition('::')[2]}")
        status = process.wait()
    if status != 0 and not tally.failed:
        tally.failed.append(f"pytest exited with status {status}; see {output}")
    elif tally.passed == before and not tally.skipped and not tally.failed:
        tally.failed.append(f"no test ran; see {output}")


@contextmanager
def _pytest(
    arguments: list[str], environment: dict[str, str], output: Path
) -> Iterator[tuple["subprocess.Popen[bytes]", Iterator[dict[str, Any]]]]:
    """Run pytest and yield it with its reported facts. If the block exits early, stop it and all it started."""
    reading, writing = os.pipe()
    command = [sys.executable, "-m", "pytest", "-p", "soak.pytest_events", *arguments]
    with os.fdopen(reading, encoding="utf-8") as facts, output.open("ab") as out:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **environment, PIPE: str(writing)},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            pass_fds=[writing],
            start_new_session=True,
        )
        os.close(writing)
        try:
            yield process, (json.loads(line) for line in facts)
        finally:
            _stop(process)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """Stop it as Ctrl-C does, so that its fixtures stop their servers."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGINT)
    try:
        process.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
