"""Pytest plugin that reports progress to the soak over a pipe, one JSON object per line."""

import json
import logging
import os
from typing import Any, TextIO

import pytest

PIPE = "SOAK_PIPE"
"""Environment variable with the file descriptor of the pipe."""
LOGGER = "survive"
"""Logger of the tests' progress messages."""


class _Reporter(logging.Handler):
    def __init__(self, out: TextIO) -> None:
        super().__init__()
        self._out = out

    def report_fact(self, fact: dict[str, Any]) -> None:
        self._out.write(json.dumps(fact, default=str) + "\n")
        self._out.flush()

    def emit(self, record: logging.LogRecord) -> None:
        self.report_fact({"message": record.getMessage()})

    @pytest.hookimpl
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Report each test when it has run, or when its setup fails."""
        if report.when == "call" or report.outcome != "passed":
            fact = {"test": report.nodeid, "outcome": report.outcome, "reason": _reason(report)}
            self.report_fact(fact | {"seconds": report.duration, "properties": dict(report.user_properties)})


def _reason(report: pytest.TestReport) -> str:
    """Return the reason of a skipped test, or the last line of a failure."""
    if report.skipped and isinstance(report.longrepr, tuple):
        return str(report.longrepr[2]).removeprefix("Skipped: ")
    crash = getattr(report.longrepr, "reprcrash", None)
    return str(crash.message if crash else report.longrepr or "").partition("\n")[0]


def pytest_configure(config: pytest.Config) -> None:
    reporter = _Reporter(os.fdopen(int(os.environ[PIPE]), "w", encoding="utf-8"))
    config.pluginmanager.register(reporter, "soak-reporter")
    logger = logging.getLogger(LOGGER)
    logger.setLevel(logging.INFO)
    logger.addHandler(reporter)
