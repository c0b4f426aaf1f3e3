"""Structured logs: one JSON object per line on standard error, or colored text on a terminal.

Library logs (mainly uvicorn's) have the same form. External input stays inside its value: it can neither start a new
line nor control a terminal.
"""

import json
import logging
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from json.encoder import encode_basestring_ascii as quoted
from typing import Any, Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from backend.app.kit import clock
from backend.app.kit.output.terminal_text import printable, printable_lines

LogFormat = Literal["auto", "json", "text"]

_encode = json.JSONEncoder(default=repr).encode
_LEVELS = {"exception": "error", "warn": "warning"}


def configure(level: str = "info", form: LogFormat = "auto", out: TextIO | None = None) -> None:
    """Set up the logs of this process. `auto` means text on a terminal and JSON elsewhere."""
    out = out or sys.stderr
    text = form == "text" or (form == "auto" and out.isatty())
    lines = _LogLines(out)
    structlog.configure(
        processors=[structlog.processors.format_exc_info, *(_text(colors=out.isatty()) if text else [_json])],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: lines,
        cache_logger_on_first_use=True,
    )
    _current.json_lines = None if text else lines
    _current.level = logging.getLevelNamesMapping()[level.upper()]
    _redirect_libraries()


def request(request_id: str, method: str, path: str, status: int, client: str, actor: str, ms: float) -> None:
    """Write the log line of a request. `request_id` needs no quoting; the other texts may contain anything.

    It has the form of all other lines, but is formatted by hand: structlog takes as long for a line as the database
    for a record, which is too much only for this one.
    """
    lines = _current.json_lines
    if lines is None:
        facts = {"method": method, "path": path, "status": status, "client": client, "actor": actor, "ms": ms}
        _log.info("request", request_id=request_id, **facts)
    elif _current.level <= logging.INFO:
        lines.write(
            f'{{"at": "{clock.now()}", "level": "info", "event": "request", "request_id": "{request_id}", '
            f'"method": {quoted(method)}, "path": {quoted(path)}, "status": {status}, '
            f'"client": {quoted(client)}, "actor": {quoted(actor)}, "ms": {ms:.2f}}}'
        )


class _LogLines:
    """Thread-safe log file that writes each line as a whole.

    A log that cannot be written (full disk, closed pipe) must not stop the work that it describes.
    """

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._lock = threading.Lock()

    def write(self, line: str) -> None:
        with self._lock, suppress(OSError, ValueError):
            self._out.write(line + "\n")
            self._out.flush()

    msg = log = debug = info = warn = warning = error = exception = fatal = critical = write


@dataclass
class _Current:
    """Current destination of request lines; none before the logs are set up."""

    json_lines: _LogLines | None = None
    level: int = logging.INFO


_current = _Current()
_log = structlog.get_logger()


class _Library(logging.Handler):
    """Handler that sends library logs through structlog."""

    def __init__(self) -> None:
        super().__init__()
        self._log: Any = structlog.get_logger()

    def emit(self, record: logging.LogRecord) -> None:
        try:
            facts: dict[str, Any] = {"logger": record.name}
            if record.exc_info:
                facts["exc_info"] = record.exc_info
            level = min(max(record.levelno // 10 * 10, logging.DEBUG), logging.CRITICAL)
            self._log.log(level, record.getMessage(), **facts)
        except Exception:  # noqa: BLE001 - what logging itself does with a message that cannot be formatted
            self.handleError(record)


def _redirect_libraries() -> None:
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler, _Library)]:
        root.removeHandler(handler)
    root.addHandler(_Library())
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    # Every request has a log line of its own, with more detail than uvicorn's.
    logging.getLogger("uvicorn.access").handlers.clear()
    logging.getLogger("uvicorn.access").propagate = False


def _json(logger: WrappedLogger, method: str, event: EventDict) -> str:
    name = event.pop("event")
    return _encode({"at": clock.now(), "level": _LEVELS.get(method, method), "event": name, **event})


def _text(*, colors: bool) -> list[Processor]:
    return [
        structlog.processors.add_log_level,
        _printable,
        structlog.dev.ConsoleRenderer(
            colors=colors, timestamp_key="at", exception_formatter=structlog.dev.plain_traceback
        ),
    ]


def _printable(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Escape control characters, which a terminal would obey. Only tracebacks keep their line breaks."""
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = printable_lines(value) if name == "exception" else printable(value)
    event["at"] = clock.now()
    return event
