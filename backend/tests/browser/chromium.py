"""A Chromium that runs, and how the browser tests start it."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright._impl._driver import compute_driver_executable
from playwright.sync_api import Browser, Playwright, sync_playwright

NODE = str(compute_driver_executable()[0])
"""Playwright's Node.js, in which its driver runs."""

ARGUMENTS = (
    "--no-sandbox",  # root cannot use it, and all pages are ours
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Every other name fails to resolve, whatever asks for it.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
)


@dataclass(frozen=True)
class Chromium:
    """The executable, and environment variables that it needs."""

    executable: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def runs(self) -> bool:
        """Return whether it prints its version. The placeholder of a package that is not installed does not."""
        version = self._version_of(str(self.executable))
        return version is not None and version.returncode == 0 and "Chrom" in version.stdout

    def driver_error(self) -> str | None:
        """Return why Playwright's driver does not start, or None."""
        version = self._version_of(NODE)
        if version is None:
            return f"{NODE} does not run"
        return None if version.returncode == 0 else (version.stderr.strip().splitlines() or ["no reason given"])[-1]

    def _version_of(self, program: str) -> "subprocess.CompletedProcess[str] | None":
        environment = {**os.environ, **self.environment}
        try:
            return subprocess.run(
                [program, "--version"], env=environment, capture_output=True, text=True, timeout=60, check=False
            )
        except (OSError, subprocess.TimeoutExpired):
            return None

    @contextmanager
    def running(self) -> Iterator[Browser]:
        """Start it without a window, and Playwright's driver, which finds its libraries in the same environment."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in self.environment.items():
                patch.setenv(name, value)
            playwright = sync_playwright().start()
        try:
            with self._launch(playwright) as browser:
                yield browser
        finally:
            playwright.stop()

    def _launch(self, playwright: Playwright) -> Browser:
        return playwright.chromium.launch(
            executable_path=self.executable,
            args=list(ARGUMENTS),
            env={**os.environ, **self.environment},
            headless=True,
        )
