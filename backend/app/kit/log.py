"""Structured logs: one JSON object a line on standard error, or coloured text for a person at a terminal."""

import logging
import sys
from typing import Any, Literal, TextIO

import structlog
from structlog.typing import EventDict, WrappedLogger

from backend.app.kit import clock

LogFormat = Literal["auto", "json", "text"]


def configure(level: str = "info", form: LogFormat = "auto", out: TextIO | None = None) -> None:
    """Sets up the logs of this process; `auto` is text at a terminal and JSON elsewhere."""
    out = out or sys.stderr
    text = form == "text" or (form == "auto" and out.isatty())
    renderer: Any = structlog.dev.ConsoleRenderer() if text else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            _when,
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(stream=out, level=logging.WARNING, format="%(message)s", force=True)


def _when(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    event["at"] = clock.now()
    return event
