"""`python -m soak.fuzz.worker TARGET SECONDS SEED DIRECTORY`: fuzz one parser, and print the result as JSON.

The process may use 512 MB of address space in addition to that of the loaded libraries: NumPy alone maps more than
512 MB. An input may take ten seconds. The file `input` in the directory holds the current input, in case the process
crashes.
"""

import json
import random
import re
import resource
import signal
import sys
import time
import traceback
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

from soak.fuzz.mutator import Mutator
from soak.fuzz.targets import REFUSALS, TARGETS, Parse

ADDED_BYTES = 512 * 1024 * 1024
MAX_S = 10.0
_STATM, _STATUS, _CLEAR = (Path("/proc/self") / name for name in ("statm", "status", "clear_refs"))


class TooSlow(BaseException):
    """An input took longer than MAX_S. A BaseException, so that no parser handles it as an error of its own."""


@dataclass(slots=True)
class Outcome:
    """Result of a run. `failure` is empty if only expected errors were raised."""

    inputs: int = 0
    refused: int = 0
    kinds: int = 0
    slowest_s: float = 0.0
    added_mb: float = 0.0
    limited: bool = False
    failure: str = ""


def feed(name: str, seconds: float, seed: int, directory: Path) -> Outcome:
    """Fuzz a parser for this many seconds, or until it fails."""
    rng = random.Random(seed)
    target = TARGETS[name]
    parse = target.make(directory, rng)
    mutator = Mutator(target.seeds, rng)
    outcome, kinds = Outcome(), set[str]()
    outcome.limited = _limit_memory()
    before = _reset_peak()
    with (directory / "input").open("wb", buffering=0) as current_input:
        until = time.monotonic() + seconds
        queue = list(target.seeds)
        while time.monotonic() < until and not outcome.failure:
            data = queue.pop() if queue else mutator.next()
            current_input.seek(0)
            current_input.truncate()
            current_input.write(data)
            kind = _parse_one(parse, data, outcome)
            if kind not in kinds and len(kinds) < 5_000:
                kinds.add(kind)
                mutator.keep(data)
    outcome.kinds, outcome.added_mb = len(kinds), _peak_mb() - before
    return outcome


def _parse_one(parse: Parse, data: bytes, outcome: Outcome) -> str:
    """Parse one input and return the kind of result."""
    outcome.inputs += 1
    began = time.perf_counter()
    signal.setitimer(signal.ITIMER_REAL, MAX_S)
    try:
        parse(data)
        kind = "read"
    except TooSlow:
        kind = outcome.failure = f"takes longer than {MAX_S:.0f} s"
    except REFUSALS as error:
        kind = _kind(error)
        outcome.refused += 1
        if isinstance(error, UnicodeError):
            outcome.failure = _describe(error)
    except BaseException as error:  # noqa: BLE001 - any error is a finding, and Rust panics are not an Exception
        kind = outcome.failure = _describe(error)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    outcome.slowest_s = max(outcome.slowest_s, time.perf_counter() - began)
    return kind


def _kind(error: BaseException) -> str:
    """Return the error message without its input-specific parts."""
    message = str(error)
    return f"{type(error).__name__} " + " ".join(word for word in message.split()[:12] if word.isalpha())


def _describe(error: BaseException) -> str:
    where = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {str(error)[:200]} ({Path(where.filename).name}:{where.lineno})"


def _limit_memory() -> bool:
    """Limit the address space. Return False on systems that do not report its size: it is only measured there."""
    if not _STATM.exists():
        return False
    now = int(_STATM.read_text().split()[0]) * resource.getpagesize()
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (now + ADDED_BYTES, resource.RLIM_INFINITY))
        return True
    return False


def _reset_peak() -> float:
    """Return the memory of the process in MB. Reset its peak if the system supports it."""
    with suppress(OSError):
        _CLEAR.write_text("5")
    return _peak_mb()


def _peak_mb() -> float:
    """Return the peak memory of this program alone. `getrusage` may report that of the parent process."""
    if _STATUS.exists() and (found := re.search(r"^VmHWM:\s+(\d+) kB", _STATUS.read_text(), re.MULTILINE)):
        return int(found[1]) / 1024
    per_mb = 1_048_576 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / per_mb


def _too_slow(number: int, frame: FrameType | None) -> NoReturn:
    raise TooSlow


if __name__ == "__main__":
    signal.signal(signal.SIGALRM, _too_slow)
    target_, seconds_, seed_, directory_ = sys.argv[1:]
    print(json.dumps(asdict(feed(target_, float(seconds_), int(seed_), Path(directory_)))))
