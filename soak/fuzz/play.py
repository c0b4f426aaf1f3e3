"""Fuzzing of all targets in turn, each in a separate process, and its results."""

import json
import random
import shutil
import subprocess
import sys
from pathlib import Path

from bench.load import ROOT
from soak.findings import Finding
from soak.fuzz.targets import TARGETS
from soak.progress import Progress

ENDS_WITHIN_S = 120.0
"""Seconds that a process may take to start and end, in addition to the fuzzing."""


def play(seconds: float, directory: Path, rng: random.Random, progress: Progress) -> list[Finding]:
    """Fuzz every parser for this many seconds."""
    found: list[Finding] = []
    for name in TARGETS:
        seed = rng.randrange(10**9)
        progress.say(f"fuzz, {name}: {seconds:g} s, seed {seed}")
        work = directory / f"fuzz-{name.replace(' ', '-').lower()}"
        work.mkdir()
        found += _play(name, seconds, seed, work)
    return found


def _play(name: str, seconds: float, seed: int, work: Path) -> list[Finding]:
    command = [sys.executable, "-m", "soak.fuzz.worker", name, str(seconds), str(seed), str(work)]
    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=seconds + ENDS_WITHIN_S, check=False
        )
        said, ended = done.stdout, f"the process ended with {done.returncode}: {done.stderr.strip()[-300:]}"
    except subprocess.TimeoutExpired:
        said, ended = "", "the process did not end"
    if not said.strip():
        return [_finding(name, "inputs", "–", good=False, problem=f"{ended}; {_kept(work, seed)}")]
    outcome = json.loads(said)
    failure = outcome["failure"]
    problem = f"{failure}; {_kept(work, seed)}" if failure else ""
    if not failure:
        shutil.rmtree(work)
    limit = "≤ 512 MB" if outcome["limited"] else ""
    return [
        _finding(name, "inputs", f"{outcome['inputs']:,}, {outcome['refused']:,} refused"),
        _finding(name, "kinds of answers", f"{outcome['kinds']:,}"),
        _finding(name, "slowest input", f"{outcome['slowest_s'] * 1000:,.0f} ms", "< 10 s"),
        _finding(name, "memory added", f"{outcome['added_mb']:,.0f} MB", limit),
        _finding(name, "failures", failure or "none", "none", good=not failure, problem=problem),
    ]


def _kept(work: Path, seed: int) -> str:
    return f"seed {seed}, and the input is in {work / 'input'}"


def _finding(
    name: str, what: str, figure: str, wanted: str = "", *, good: bool | None = None, problem: str = ""
) -> Finding:
    return Finding("fuzz", name, what, figure, wanted, good, problem)
