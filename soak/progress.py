"""Says on standard error how far it is, so that standard output holds the table alone."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.text import Text

from backend.app.kit.output.terminal_text import printable

QUIET_S = 60.0
"""Where nobody sees a line change, what is under way is told this often."""


class Progress:
    """A line for each thing that happens; at a terminal one more, which changes, for what is under way."""

    def __init__(self, console: Console) -> None:
        self._console, self._status = console, console.status("")
        self._begun = time.monotonic()
        self._told = 0.0

    def say(self, what: str) -> None:
        """Something that happened."""
        self._console.print(f"{self._clock()} {printable(what)}", highlight=False, soft_wrap=True)
        self._told = time.monotonic()

    def now(self, what: str) -> None:
        """What is under way, and how far."""
        if self._console.is_terminal:
            self._status.update(Text(f"{self._clock()} {printable(what)}"))
            self._status.start()
        elif time.monotonic() - self._told >= QUIET_S:
            self.say(what)

    def close(self) -> None:
        self._status.stop()

    def _clock(self) -> str:
        minutes, seconds = divmod(int(time.monotonic() - self._begun), 60)
        return f"{minutes:3}:{seconds:02}"


@contextmanager
def reporting() -> Iterator[Progress]:
    """Reports until the block is left."""
    progress = Progress(Console(stderr=True, markup=False, emoji=False))
    try:
        yield progress
    finally:
        progress.close()
