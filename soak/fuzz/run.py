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

OVERHEAD_S = 120.0
"""Seconds that a process may take to start and end, in addition to the fuzzing."""


def fuzz(seconds: float, directory: Path, rng: random.Random, progress: Progress) -> list[Finding]:
    """Fuzz every parser for this many seconds."""
    found: list[Finding] = []
    for name in TARGETS:
        seed = rng.randrange(10**9)
        progress.event(f"fuzz, {name}: {seconds:g} s, seed {seed}")
        work = directory / f"fuzz-{name.replace(' ', '-').lower()}"
        work.mkdir()
        found += _fuzz(name, seconds, seed, work)
    return found


def _fuzz(name: str, seconds: float, seed: int, work: Path) -> list[Finding]:
    command = [sys.executable, "-m", "soak.fuzz.worker", name, str(seconds), str(seed), str(work)]
    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=seconds + OVERHEAD_S, check=False
        )
        output, problem = done.stdout, f"the process exited with status {done.returncode}: {done.stderr.strip()[-300:]}"
    except subprocess.TimeoutExpired:
        output, problem = "", "the process did not exit"
    if not output.strip():
        return [_finding(name, "inputs", "–", good=False, problem=f"{problem}; {_input_location(work, seed)}")]
    outcome = json.loads(output)
    failure = outcome["failure"]
    problem = f"{failure}; {_input_location(work, seed)}" if failure else ""
    if not failure:
        shutil.rmtree(work)
    limit = "≤ 512 MB" if outcome["limited"] else ""
    return [
        _finding(name, "inputs", f"{outcome['inputs']:,}, {outcome['refused']:,} refused"),
        _finding(name, "kinds of results", f"{outcome['kinds']:,}"),
        _finding(name, "slowest input", f"{outcome['slowest_s'] * 1000:,.0f} ms", "< 10 s"),
        _finding(name, "memory added", f"{outcome['added_mb']:,.0f} MB", limit),
        _finding(name, "failures", failure or "none", "none", good=not failure, problem=problem),
    ]


def _input_location(work: Path, seed: int) -> str:
    return f"seed {seed}, input in {work / 'input'}"


def _finding(
    name: str, what: str, figure: str, wanted: str = "", *, good: bool | None = None, problem: str = ""
) -> Finding:
    return Finding("fuzz", name, what, figure, wanted, good, problem)
