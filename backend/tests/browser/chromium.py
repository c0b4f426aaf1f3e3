"""Lookup of Chromium for the browser tests: configured, installed, or unpacked from a package into a cache."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserType

SETTING = "VALHALLA_CHROMIUM"
CONFIGURED = os.environ.get(SETTING)
"""Read at import, because a fixture of all tests removes the settings of the service from the environment."""

NAMES = ("chromium", "chromium-headless-shell", "google-chrome", "google-chrome-stable", "chrome", "chromium-browser")
APPLICATIONS = (
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
)
HOW_TO_GET_ONE = f"install chromium (Debian: apt-get install chromium) or set {SETTING}=/path/to/chromium"

ARGUMENTS = (
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Every other name fails to resolve, whatever asks for it.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)


class NoChromium(Exception):
    """No browser was found. The message is one line that says how to get one."""


class WrongSetting(Exception):
    """The configured browser does not run."""


@dataclass(frozen=True)
class Chromium:
    """A browser that runs: its executable, and environment variables that it needs."""

    executable: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def runs(self) -> bool:
        """Return whether it prints its version. The placeholder of a package that is not installed does not."""
        command, environment = [str(self.executable), "--version"], {**os.environ, **self.environment}
        try:
            version = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
        except (OSError, subprocess.TimeoutExpired):
            return False
        return version.returncode == 0 and "Chrom" in version.stdout

    def launch(self, browsers: BrowserType) -> Browser:
        """Start it without a window. Its own sandbox is off: root cannot use it, and all pages are ours."""
        return browsers.launch(
            executable_path=self.executable,
            args=[*ARGUMENTS, "--no-sandbox"],
            env={**os.environ, **self.environment},
            headless=True,
        )


def find(configured: str | None = CONFIGURED) -> Chromium:
    """Return the configured browser, or the first that runs. Raises NoChromium and WrongSetting."""
    if configured:
        found = Chromium(Path(configured))
        if not found.runs():
            raise WrongSetting(f"{SETTING}={configured} is not a Chromium or Chrome that runs")
        return found
    for installed in map(Chromium, _installed()):
        if installed.runs():
            return installed
    raise NoChromium(f"no Chromium or Chrome was found; {HOW_TO_GET_ONE}")


def _installed() -> Iterator[Path]:
    for name in NAMES:
        if path := shutil.which(name):
            yield Path(path)
    yield from (path for path in APPLICATIONS if path.exists())
