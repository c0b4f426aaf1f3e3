"""`make run` on a machine that is not ready prints one sentence, with exit status 1.

The interpreters and the pip of these machines are small scripts, and nothing is downloaded.
"""

import fcntl
import json
import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TypeAlias

import pytest

from backend.tests.harness import ROOT, SOON_S, clean_environment

LOCK = "requirements.lock"
CONSOLE_LOCK = "requirements-console.lock"
Run: TypeAlias = "subprocess.CompletedProcess[str]"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The part of a checkout that the installation reads, in a path with a space."""
    root = tmp_path / "check out"
    shutil.copytree(ROOT / "tools", root / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    (root / "pyproject.toml").write_text('[project]\nname = "x"\n[project.scripts]\nvalhalla = "some.where:main"\n')
    (root / LOCK).write_text("one==1.0\ntwo==2.0\n")
    (root / "requirements-dev.lock").write_text("one==1.0\ntwo==2.0\nthree==3.0\n")
    (root / CONSOLE_LOCK).write_text("four==4.0\n")
    return root


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A PATH with only what the shell needs."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "dirname").symlink_to(shutil.which("dirname") or "/usr/bin/dirname")
    return folder


def script(path: Path, *lines: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    path.chmod(0o755)
    return path


def old_python(path: Path, version: str = "3.9.2") -> Path:
    return script(path, f"echo {version}", "exit 1")


def bootstrap(checkout: Path, path: Path, **environment: str) -> Run:
    shell = shutil.which("sh") or "/bin/sh"
    return _run([shell, str(checkout / "tools" / "bootstrap.sh"), LOCK], PATH=str(path), **environment)


def _run(command: list[str], **environment: str) -> Run:
    env = {name: value for name, value in clean_environment(environment).items() if name != "PYTHON"} | environment
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=SOON_S, check=False)


def error_line(run: Run) -> str:
    """Return the single line that a failed installation prints on standard error."""
    assert run.returncode == 1, run
    (line,) = run.stderr.splitlines()
    return line


# Finding a Python


def test_missing_python_is_one_line(checkout: Path, path: Path) -> None:
    assert error_line(bootstrap(checkout, path)) == (
        "Valhalla needs Python 3.11 or later; no python3 was found on PATH: "
        "install it, or set PYTHON=/path/to/python3.11 (or later)."
    )


def test_old_python_is_one_line(checkout: Path, path: Path) -> None:
    old_python(path / "python", "2.7.18")
    python = old_python(path / "python3")
    assert error_line(bootstrap(checkout, path)) == (
        f"Valhalla needs Python 3.11 or later; this is 3.9.2 ({python}): set PYTHON=/path/to/python3.11 (or later)."
    )


def test_old_python_in_the_python_variable_is_one_line(checkout: Path, path: Path) -> None:
    python = old_python(path / "mine", "3.10.14")
    script(path / "python3", "echo 3.12.0")
    assert f"this is 3.10.14 ({python})" in error_line(bootstrap(checkout, path, PYTHON="mine"))


@pytest.mark.parametrize("broken", ["missing", "wrapper"])
def test_broken_python_in_the_python_variable_is_one_line(checkout: Path, path: Path, broken: str) -> None:
    script(path / "wrapper", "echo 'no version of python is set' >&2", "exit 126")
    assert f"PYTHON={broken} was not found or does not run" in error_line(bootstrap(checkout, path, PYTHON=broken))


def test_first_suitable_python_is_used(checkout: Path, path: Path) -> None:
    """A wrapper without a Python and a Python that is too old are skipped."""
    script(path / "python3", "exit 127")
    old_python(path / "python3.14", "3.9.2")
    script(path / "python3.11", 'test "$1" = -c && echo 3.11.0 && exit 0', 'echo "$0 started with $*"')
    run = bootstrap(checkout, path)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout == f"{path / 'python3.11'} started with tools/bootstrap.py {LOCK}\n"


def test_bootstrap_py_refuses_an_old_python(checkout: Path) -> None:
    assert error_line(_started(checkout, "sys.version_info = (3, 9, 2, 'final', 0)")) == (
        "Valhalla needs Python 3.11 or later; this is 3.9.2."
    )


def _started(checkout: Path, before: str = "") -> Run:
    """Run the installation in a modified Python."""
    file = str(checkout / "tools" / "bootstrap.py")
    program = (
        f"import runpy, sys; sys.argv = [{file!r}, {LOCK!r}]; {before}\nrunpy.run_path({file!r}, None, '__main__')"
    )
    return _run([sys.executable, "-c", program])


# Making the environment


@pytest.mark.parametrize(
    ("module", "package"), [("venv", "venv"), ("ensurepip", "venv"), ("ssl", "full"), ("sqlite3", "full")]
)
def test_python_without_a_required_module_is_one_line(checkout: Path, module: str, package: str) -> None:
    line = error_line(_started(checkout, f"sys.modules[{module!r}] = None"))
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert f"lacks the module {module}. Install it (Debian, Ubuntu: sudo apt install python{version}-{package})" in line
    assert not (checkout / ".venv").exists()


def test_venv_that_cannot_be_created_is_one_line(checkout: Path) -> None:
    (checkout / ".venv").write_text("in the way")
    assert str(checkout / ".venv") in error_line(_started(checkout))


def test_missing_lock_file_is_one_line(checkout: Path) -> None:
    (checkout / LOCK).unlink()
    assert error_line(_started(checkout)).startswith("The virtual environment could not be created: ")


# Installing


@pytest.fixture
def pip(checkout: Path) -> Path:
    """An existing environment with a fake pip."""
    probe = f"import os, sys; sys.path.insert(0, {str(checkout / 'tools')!r}); import bootstrap as b; import json; "
    probe += "print(json.dumps({'root': str(b.ROOT), 'python': b.PYTHON_VERSION, 'base': b.BASE_PREFIX}))"
    state = json.loads(_run([sys.executable, "-B", "-c", probe]).stdout)
    (checkout / ".venv" / "lib" / "python3" / "site-packages").mkdir(parents=True)
    (checkout / ".venv" / "installed.json").write_text(json.dumps(state))
    return checkout / ".venv" / "bin" / "python"


def test_unreachable_package_index_is_one_line(checkout: Path, pip: Path) -> None:
    script(
        pip,
        "echo 'WARNING: Retrying (Retry(total=4, connect=None)) after connection broken by NewConnectionError'",
        "echo 'ERROR: No matching distribution found for one==1.0'",
        "exit 1",
    )
    assert error_line(_started(checkout)) == (
        f"The packages of {LOCK} could not be installed: the package index did not answer; check the network "
        "(No matching distribution found for one==1.0)"
    )
    assert not (checkout / ".venv" / "installed.json").exists()


@pytest.mark.parametrize(
    ("printed", "reason"),
    [
        (["ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "afterthought"], "THESE PACKAGES DO NOT MATCH THE HASHES"),
        (["No module named pip"], "No module named pip"),
        ([], "pip gave no reason"),
    ],
)
def test_pip_failure_is_one_line(checkout: Path, pip: Path, printed: list[str], reason: str) -> None:
    script(pip, *(f"echo '{line}'" for line in printed), "exit 1")
    assert error_line(_started(checkout)) == f"The packages of {LOCK} could not be installed: {reason}"


def test_installed_packages_are_not_installed_again(checkout: Path, pip: Path) -> None:
    script(pip, "echo Collecting one", "echo Collecting two")
    run = _started(checkout)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("Installing 3 packages (first run only) ...\nInstalled in ")
    command = checkout / ".venv" / "bin" / "valhalla"
    assert os.access(command, os.X_OK)
    assert "from some.where import main" in command.read_text()
    script(pip, "echo ERROR: called again", "exit 1")
    written = command.read_text()
    command.write_text("that of an earlier version")
    again = _started(checkout)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert command.read_text() == written


def test_environment_without_the_console_packages_gets_them(checkout: Path, pip: Path) -> None:
    """An environment that an earlier version installed has no entry for the console's lock."""
    script(pip, f"echo \"$@\" > '{checkout / 'arguments'}'")
    assert _started(checkout).returncode == 0
    file = checkout / ".venv" / "installed.json"
    state = json.loads(file.read_text())
    assert state.pop(CONSOLE_LOCK)
    file.write_text(json.dumps(state))
    assert _started(checkout).stdout.startswith("Installing 3 packages")
    assert (checkout / "arguments").read_text().endswith(f"-r{checkout / LOCK} -r{checkout / CONSOLE_LOCK}\n")
    assert CONSOLE_LOCK in json.loads(file.read_text())


def test_a_second_installation_waits_for_the_first(checkout: Path, pip: Path) -> None:
    script(pip, "exit 0")
    with (checkout / LOCK).open("rb") as first:
        fcntl.flock(first, fcntl.LOCK_EX)
        command = [sys.executable, "-u", str(checkout / "tools" / "bootstrap.py"), LOCK]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as second:
            assert second.stdout is not None
            assert second.stdout.readline() == "Waiting for another installation into .venv to finish ...\n"
            fcntl.flock(first, fcntl.LOCK_UN)
            assert second.stdout.readline().startswith("Installing 3 packages")
            second.stdout.read()
    assert second.returncode == 0


def test_command_may_be_imported_by_the_processes_that_it_starts(tmp_path: Path) -> None:
    """`serve --workers 2` starts processes that import the command, as multiprocessing does."""
    template = str(runpy.run_path(str(ROOT / "tools" / "bootstrap.py"))["COMMAND"])
    command = tmp_path / "command"
    command.write_text(template.format(python=sys.executable, module="os", function="getpid"))
    runpy.run_path(str(command), run_name="__mp_main__")
    with pytest.raises(SystemExit):
        runpy.run_path(str(command), run_name="__main__")
