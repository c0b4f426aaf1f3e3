"""Which Chromium the browser tests use, and what happens where there is none."""

from pathlib import Path

import pytest

from backend.tests.browser import lookup
from backend.tests.browser.chromium import Chromium
from backend.tests.browser.lookup import NoChromium, WrongSetting, chromium_or_skip, find_chromium
from backend.tests.browser.unpacked import CannotUnpack


@pytest.fixture(autouse=True)
def bare_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A system without a browser, on which none can be unpacked."""

    def unpacked() -> Chromium:
        raise CannotUnpack("apt-get is not installed")

    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(lookup, "APPLICATIONS", ())
    monkeypatch.setattr(lookup, "unpacked", unpacked)


def program(path: Path, *, prints: str = "Chromium 156.0.8078.108", status: int = 0) -> Path:
    path.write_text(f"#!/bin/sh\necho '{prints}'\nexit {status}\n")
    path.chmod(0o755)
    return path


def test_configured_browser_precedes_an_installed_one(tmp_path: Path) -> None:
    installed = program(tmp_path / "bin" / "chromium")
    configured = program(tmp_path / "mine")
    assert find_chromium(None).executable == installed
    assert find_chromium(str(configured)).executable == configured


@pytest.mark.parametrize("fault", ["missing", "fails", "another program"])
def test_configured_browser_that_does_not_run_is_a_failure(tmp_path: Path, fault: str) -> None:
    program(tmp_path / "bin" / "chromium")
    path = tmp_path / "mine"
    if fault != "missing":
        program(path, prints="1.0" if fault == "another program" else "Chromium", status=fault == "fails")
    with pytest.raises(WrongSetting, match=f"^VALHALLA_CHROMIUM={path} is not a Chromium or Chrome that runs$"):
        find_chromium(str(path))
    with pytest.raises(pytest.fail.Exception):
        chromium_or_skip(lambda: find_chromium(str(path)), ci=False)


def test_placeholder_of_a_package_that_is_not_installed_is_passed_over(tmp_path: Path) -> None:
    program(tmp_path / "bin" / "chromium", prints="please install it", status=1)
    chrome = program(tmp_path / "bin" / "google-chrome", prints="Google Chrome 156.0.1.2")
    assert find_chromium(None).executable == chrome


def test_without_a_browser_tests_are_skipped_with_one_line_and_fail_in_ci() -> None:
    line = (
        "no Chromium or Chrome is installed, and none could be unpacked (apt-get is not installed); install one "
        "(Debian: apt-get install chromium), or set VALHALLA_CHROMIUM=/path/to/chromium"
    )
    with pytest.raises(NoChromium) as raised:
        find_chromium(None)
    assert str(raised.value) == line
    with pytest.raises(pytest.skip.Exception, match=r"^no Chromium or Chrome is installed"):
        chromium_or_skip(lambda: find_chromium(None), ci=False)
    with pytest.raises(pytest.fail.Exception, match=r"^no Chromium or Chrome is installed"):
        chromium_or_skip(lambda: find_chromium(None), ci=True)
