"""Create .venv and install one lock file and the console's into it: `bootstrap.py requirements.lock`.

Standard library only; any installed Python can run it. If nothing has changed, it returns at once:
.venv/installed.json records what is in the environment. That file is removed first and written last, so an
interrupted installation leaves none and starts again in an empty environment.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 (for those who start this file itself, with an old Python)
    sys.exit("Valhalla needs Python 3.11 or later; this is %d.%d.%d." % sys.version_info[:3])  # noqa: UP031

import contextlib
import fcntl
import hashlib
import importlib
import json
import os
import platform
import re
import shlex
import subprocess
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
STATE = VENV / "installed.json"
PYTHON_VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
BASE_PREFIX = os.path.realpath(sys.base_prefix)

LOCKS = ("requirements.lock", "requirements-dev.lock")
"""Each lock file includes those before it."""

CONSOLE_LOCK = "requirements-console.lock"
"""Packages whose files the web console serves. Installed with every lock file of LOCKS."""


class CannotInstall(Exception):
    """The installation failed. The message is one line for the user."""


def main(lock_name: str) -> None:
    if is_installed(lock_name):
        install_commands()  # an earlier version may have written other ones
        return
    with one_at_a_time():
        if not is_installed(lock_name):  # another process may have installed it in the meantime
            install(lock_name)


def install(lock_name: str) -> None:
    """Install into the existing environment unless something in it is outdated, else into a new one."""
    state = read_state()
    nothing_outdated = all(state[name] == digest(name) for name in (*LOCKS, CONSOLE_LOCK) if name in state)
    STATE.unlink(missing_ok=True)
    if not (is_this_environment(state) and nothing_outdated):
        state = {"root": str(ROOT), "python": PYTHON_VERSION, "base": BASE_PREFIX}
        make_environment()
    install_packages(lock_name, CONSOLE_LOCK)
    install_commands()
    contained = (*LOCKS[: LOCKS.index(lock_name) + 1], CONSOLE_LOCK)
    write_state(state | {name: digest(name) for name in contained})


# --- state --------------------------------------------------------------------------------------------------


def is_installed(lock_name: str) -> bool:
    state = read_state()
    return is_this_environment(state) and all(state.get(name) == digest(name) for name in (lock_name, CONSOLE_LOCK))


def is_this_environment(state: dict[str, str]) -> bool:
    """Return whether it was created in this directory (its scripts hold absolute paths) with the wanted Python."""
    if state.get("root") != str(ROOT) or state.get("python") != PYTHON_VERSION or not VENV_PYTHON.exists():
        return False
    started_from_it = Path(sys.prefix).resolve() == VENV.resolve()
    return started_from_it or state.get("base") == BASE_PREFIX


def digest(lock_name: str) -> str:
    return hashlib.sha256((ROOT / lock_name).read_bytes()).hexdigest()


def read_state() -> dict[str, str]:
    try:
        state = json.loads(STATE.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return state if isinstance(state, dict) else {}


def write_state(state: dict[str, str]) -> None:
    part = STATE.with_suffix(".part")
    part.write_text(json.dumps(state, indent=1) + "\n", encoding="utf-8")
    part.replace(STATE)


# --- steps --------------------------------------------------------------------------------------------------


def make_environment() -> None:
    check_standard_library()
    print(f"Creating .venv with Python {platform.python_version()} ({BASE_PREFIX}) ...", flush=True)
    # If this runs on the environment's own Python, the Python it was created from recreates it.
    python = getattr(sys, "_base_executable", sys.executable)
    made = subprocess.run(
        [python, "-I", "-m", "venv", "--clear", "--prompt", "valhalla", str(VENV)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if made.returncode:
        raise CannotInstall(f"{VENV} could not be created: {last_line(made.stdout.splitlines())}")


def check_standard_library() -> None:
    """Raise CannotInstall if a standard module is missing, because Python was packaged in parts or built without it."""
    for module in ("venv", "ensurepip", "ssl", "sqlite3"):
        try:
            found = importlib.import_module(module).__file__  # None: an empty folder left by an uninstallation
        except ImportError:
            found = None
        if not found:
            package = "venv" if module in ("venv", "ensurepip") else "full"
            raise CannotInstall(
                f"Python {PYTHON_VERSION} ({BASE_PREFIX}) lacks the module {module}. Install it"
                f" (Debian, Ubuntu: sudo apt install python{PYTHON_VERSION}-{package}),"
                " or set PYTHON=/path/to/another/python."
            )


def install_packages(*lock_names: str) -> None:
    """Run pip with only a progress line as output.

    -I ignores PYTHONPATH, where pip would find packages "already installed". Settings for other install locations
    are removed.
    """
    other_targets = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT")
    environment = {name: value for name, value in os.environ.items() if name not in other_targets}
    environment |= {"PIP_USER": "0", "PIP_NO_INPUT": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    pip_install = [str(VENV_PYTHON), "-I", "-m", "pip", "install", "--progress-bar=off"]
    started = time.monotonic()
    lines = []
    pip = subprocess.Popen(
        [*pip_install, "--require-hashes", "--no-deps", *(f"-r{ROOT / name}" for name in lock_names)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=environment,
        close_fds=False,  # pip inherits the lock of one_at_a_time, even if this process is killed
    )
    with pip, progress(f"Installing {sum(map(count_packages, lock_names))} packages (first run only) ...") as step:
        for line in pip.stdout or ():
            lines.append(line)
            if line.startswith(("Collecting ", "Processing ", "Requirement already ")):
                step()
    if pip.returncode:
        raise CannotInstall(f"The packages of {lock_names[0]} could not be installed: {reason(lines)}")
    print(f"Installed in {time.monotonic() - started:.0f} s.", flush=True)


def count_packages(lock_name: str) -> int:
    """Return the approximate number of packages for the progress line, without those only for Windows."""
    lines = (ROOT / lock_name).read_text(encoding="utf-8").splitlines()
    return sum(1 for line in lines if re.match(r"[\w.-]+==", line) and "== 'win32'" not in line)


def reason(lines: list[str]) -> str:
    """Return pip's last error line, or a sentence if the network is missing."""
    errors = [line for line in lines if line.startswith("ERROR: ")]
    if any("Retrying (Retry(" in line for line in lines):
        return f"the package index did not answer; check the network ({last_line(lines)})"
    return last_line(errors or lines)


def last_line(lines: list[str]) -> str:
    lines = [line.strip() for line in lines if line.strip()]
    return lines[-1].removeprefix("ERROR: ") if lines else "pip gave no reason"


def install_commands() -> None:
    """Put the checkout on the environment's path and write the commands that pyproject.toml defines.

    The result is that of an editable installation, without a build.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (site_packages,) = VENV.glob("lib/python*/site-packages")
    write_if_changed(site_packages / "valhalla.pth", f"{ROOT}\n")
    for name, target in project["scripts"].items():
        module, function = target.split(":")
        script = VENV / "bin" / name
        text = COMMAND.format(python=shlex.quote(str(VENV_PYTHON)), module=module, function=function)
        write_if_changed(script, text)
        script.chmod(0o755)


def write_if_changed(path: Path, text: str) -> None:
    """Write a file unless it has this text, so that a running command keeps its own."""
    if not path.exists() or path.read_bytes() != os.fsencode(text):
        path.write_bytes(os.fsencode(text))


# The second line is an exec for the shell and a string for Python: #! paths must be short and without spaces.
COMMAND = """\
#!/bin/sh
'''exec' {python} "$0" "$@"
' '''
import sys

from {module} import {function}

if __name__ == "__main__":  # the processes of `serve --workers` import this file, too
    sys.exit({function}())
"""


# --- progress and locks -------------------------------------------------------------------------------------


@contextlib.contextmanager
def progress(text: str) -> Iterator[Callable[[], None]]:
    """Show a counter on a terminal, and one line elsewhere."""
    count = 0

    def step() -> None:
        nonlocal count
        count += 1
        if sys.stdout.isatty():
            print(f"\r{text} {count}", end="", flush=True)

    print(text, end="" if sys.stdout.isatty() else "\n", flush=True)
    try:
        yield step
    finally:
        if sys.stdout.isatty():
            print(flush=True)


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold a lock, so that `make run` and `make test`, started together in a new checkout, do not both install."""
    with (ROOT / LOCKS[0]).open("rb") as file:
        os.set_inheritable(file.fileno(), True)
        with contextlib.suppress(OSError):  # some network file systems do not support locks
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                print("Waiting for another installation into .venv to finish ...", flush=True)
                fcntl.flock(file, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except CannotInstall as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"The virtual environment could not be created: {error}")
    except KeyboardInterrupt:
        sys.exit("Interrupted. Run the same command to start the installation again.")
