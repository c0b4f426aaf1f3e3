"""Progress on standard error. Standard output holds only the table."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.text import Text

from backend.app.kit.output.terminal_text import printable

QUIET_S = 60.0
"""Seconds between reports of the current step if the output is not a terminal."""


class Progress:
    """One line per event, and on a terminal one more, updated line for the current step."""

    def __init__(self, console: Console) -> None:
        self._console, self._status = console, console.status("")
        self._begun = time.monotonic()
        self._reported_at = 0.0

    def event(self, what: str) -> None:
        """Print an event."""
        self._console.print(f"{self._clock()} {printable(what)}", highlight=False, soft_wrap=True)
        self._reported_at = time.monotonic()

    def update(self, what: str) -> None:
        """Show the current step and its progress."""
        if self._console.is_terminal:
            self._status.update(Text(f"{self._clock()} {printable(what)}"))
            self._status.start()
        elif time.monotonic() - self._reported_at >= QUIET_S:
            self.event(what)

    def close(self) -> None:
        self._status.stop()

    def _clock(self) -> str:
        minutes, seconds = divmod(int(time.monotonic() - self._begun), 60)
        return f"{minutes:3}:{seconds:02}"


@contextmanager
def reporting() -> Iterator[Progress]:
    """Report progress until the block exits."""
    progress = Progress(Console(stderr=True, markup=False, emoji=False))
    try:
        yield progress
    finally:
        progress.close()
