"""Lookup of Chromium: the configured one, an installed one, or one unpacked from a package into a cache."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from backend.tests.browser.chromium import Chromium
from backend.tests.browser.unpacked import DRIVER_LIBRARY, CannotUnpack, unpacked

SETTING = "VALHALLA_CHROMIUM"
CONFIGURED = os.environ.get(SETTING)
"""Read at import, because a fixture of all tests removes the settings of the service from the environment."""

NAMES = ("chromium", "chromium-headless-shell", "google-chrome", "google-chrome-stable", "chrome", "chromium-browser")
APPLICATIONS = (
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
)


class NoChromium(Exception):
    """No browser was found. The message is one line that says how to get one."""


class WrongSetting(Exception):
    """The configured browser does not run."""


def find_chromium(configured: str | None = CONFIGURED) -> Chromium:
    """Return the configured browser, or else the first that runs. Raises NoChromium and WrongSetting."""
    found = _find(configured)
    if error := found.driver_error():
        raise NoChromium(f"Playwright's Node.js does not start ({error}); Debian: apt-get install {DRIVER_LIBRARY}")
    return found


def _find(configured: str | None) -> Chromium:
    if configured:
        found = Chromium(Path(configured))
        if not found.runs():
            raise WrongSetting(f"{SETTING}={configured} is not a Chromium or Chrome that runs")
        return found
    for installed in map(Chromium, _installed()):
        if installed.runs():
            return installed
    try:
        return unpacked()
    except CannotUnpack as error:
        raise NoChromium(
            f"no Chromium or Chrome is installed, and none could be unpacked ({error}); install one "
            f"(Debian: apt-get install chromium), or set {SETTING}=/path/to/chromium"
        ) from None


def chromium_or_skip(find: Callable[[], Chromium], *, ci: bool) -> Chromium:
    """Return the browser. If there is none, skip the test, or fail in CI, with one line that says how to get one."""
    try:
        return find()
    except NoChromium as error:
        if not ci:
            pytest.skip(str(error))
        pytest.fail(str(error), pytrace=False)
    except WrongSetting as error:
        pytest.fail(str(error), pytrace=False)


def _installed() -> Iterator[Path]:
    for name in NAMES:
        if path := shutil.which(name):
            yield Path(path)
    yield from (path for path in APPLICATIONS if path.exists())
