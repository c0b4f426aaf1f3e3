"""Output of the commands, opening of the store, and progress bars.

Everything that a command prints goes through this module. It is plain data unless this module says otherwise: markup
and control characters in it are not interpreted. `tests/cli/test_terminal.py` looks for prints that bypass it.
"""

import getpass
import io
import json
import re
import shlex
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from backend.app.kit.errors import BadInput
from backend.app.kit.output.terminal_text import printable, printable_lines

if TYPE_CHECKING:
    from backend.app.bootstrap import Store
    from backend.app.current_store import StoreReader
    from backend.app.kit.db import Ctx
    from backend.app.settings import Settings

_COMMAND = re.compile(r"`valhalla (?=[a-z-])")
"""Command of this program in a message."""

Part = str | tuple[str, str]
"""Text, or text with its style."""


class Terminal:
    """Standard output or standard error."""

    def __init__(self, *, stderr: bool = False) -> None:
        self._console = Console(stderr=stderr, highlight=False, soft_wrap=True, markup=False, emoji=False)

    @property
    def is_terminal(self) -> bool:
        return self._console.is_terminal

    def print(self, text: str | Sequence[Part], *, style: str | None = None) -> None:
        """Print one line. Commands of this program in backticks are printed as they can be typed."""
        parts = [text] if isinstance(text, str) else text
        styled = [(part, "") if isinstance(part, str) else part for part in parts]
        safe = ((printable(with_commands_as_typed(part)), part_style) for part, part_style in styled)
        self._console.print(Text.assemble(*safe), style=style)

    def print_table(self, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        table = Table(*headings)
        for row in rows:
            table.add_row(*(Text(printable(cell)) for cell in row))
        self._console.print(table)

    def print_report(self, report: RenderableType) -> None:
        """Print a laid-out report. A terminal wraps long lines between words; a file keeps them whole."""
        self._console.print(_Printable(report), soft_wrap=not self.is_terminal)

    def print_json(self, document: Any, indent: int | None = None) -> None:
        """Print a JSON document in ASCII, so that a terminal interprets no character of it."""
        sys.stdout.write(json.dumps(document, indent=indent) + "\n")

    @contextmanager
    def binary(self) -> Iterator[IO[bytes]]:
        """Yield standard output as a byte stream. On a terminal, the stream prints the lines written to it as data."""
        sys.stdout.flush()
        if not self.is_terminal:
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
            return
        with _TerminalLines() as lines:
            yield cast("IO[bytes]", lines)

    def bar(self, label: str) -> Progress:
        """Return a progress bar with one task."""
        described = TextColumn("{task.description}", markup=False)
        bar = Progress(described, BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=self._console)
        bar.add_task(printable(label), total=None)
        return bar


class _TerminalLines(io.RawIOBase):
    """Stream that prints UTF-8 text line by line, as data."""

    def __init__(self) -> None:
        self._partial_line = b""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        *lines, self._partial_line = (self._partial_line + bytes(data)).split(b"\n")
        for line in lines:
            sys.stdout.write(printable(line.removesuffix(b"\r").decode(errors="backslashreplace")) + "\n")
        return len(data)

    def close(self) -> None:
        if not self.closed and self._partial_line:
            self.write(b"\n")
        super().close()


class _Printable:
    """Report whose texts are plain data."""

    def __init__(self, report: RenderableType) -> None:
        self._report = report

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for each in console.render(self._report, options):
            yield each if each.control else Segment(printable_lines(each.text), each.style)


out = Terminal()
err = Terminal(stderr=True)


def accept_any_text() -> None:
    """Make the output streams escape characters that their encoding lacks."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def ask_secret(prompt: str) -> str:
    """Ask for a secret on the terminal, without showing it. Raises BadInput where nobody can be asked."""
    if not sys.stdin.isatty():
        raise BadInput(f"{prompt}: it is asked for at a terminal, and standard input is none")
    return getpass.getpass(f"{printable(prompt)}: ")


def ask_yes(question: str) -> bool:
    """Ask a question on the terminal, and return whether the answer is yes. Raises BadInput where nobody can answer."""
    if not sys.stdin.isatty():
        raise BadInput(f"{question} Nobody can be asked here: repeat the command with --yes")
    sys.stderr.write(f"{printable(question)} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


@contextmanager
def opened_store() -> Iterator[tuple["Store", "Ctx"]]:
    """Open the store that the settings name. Yield it and the context of the current user."""
    from backend.app.bootstrap import open_store

    settings, ctx = _settings_and_user()
    with open_store(settings) as store:
        yield store, ctx


@contextmanager
def opened_to_list() -> Iterator[tuple["StoreReader", "Ctx"]]:
    """Open the store like `opened_to_read`, for a command that lists rows of one table that no opening changes.

    A store that needs nothing done is opened without the models of its other tables.
    """
    from backend.app.current_store import opened_if_current

    settings, ctx = _settings_and_user()
    with opened_if_current(settings) as store:
        if store is not None:
            yield store, ctx
            return
    with opened_to_read() as opened:
        yield opened


@contextmanager
def opened_to_read() -> Iterator[tuple["StoreReader", "Ctx"]]:
    """Open the store that the settings name for a read-only command, even if nothing is writable."""
    from backend.app.bootstrap import open_to_read

    settings, ctx = _settings_and_user()
    with open_to_read(settings) as store:
        yield store, ctx


def _settings_and_user() -> "tuple[Settings, Ctx]":
    """Return the settings and the context of the current user, and configure the log."""
    from backend.app.core_gov.access.system_user import system_user
    from backend.app.kit import log
    from backend.app.kit.db import Ctx
    from backend.app.settings import load_settings

    settings = load_settings()
    log.configure("warning", settings.log_format)
    return settings, Ctx(system_user(), "cli")


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """Yield a function that takes the amount done and the total. The bar appears at its first call."""
    bar = err.bar(label)
    (task,) = bar.task_ids

    def report(done: int, total: int) -> None:
        bar.start()
        bar.update(task, completed=done, total=total)

    try:
        yield report
    finally:
        if bar.live.is_started:  # stopping a bar that never started would leave an empty line
            bar.stop()


# Commands in messages, as a person types them


def program_as_typed(*, new_shell: bool = False) -> str:
    """Return `valhalla` if it is on PATH, else the quoted path that started this program.

    With `new_shell`, the PATH of an activated virtual environment does not count: another shell lacks it.
    """
    started, on_path = Path(sys.argv[0]), shutil.which("valhalla")
    if on_path is not None and new_shell and Path(on_path).parent == Path(sys.executable).parent:
        return shlex.quote(on_path)
    if started == Path(__file__).with_name("__main__.py") and on_path is None:
        return f"{shlex.quote(sys.executable)} -m backend.app.cli"
    is_program = started.name.startswith("valhalla") and started.is_file()
    if is_program and (on_path is None or not started.samefile(on_path)):
        return shlex.quote(str(started.absolute()))
    return "valhalla"


def with_commands_as_typed(text: str) -> str:
    """Return the text with each `valhalla …` in backticks as it can be typed in this shell."""
    if "`valhalla " not in text:
        return text
    program = program_as_typed()
    return _COMMAND.sub(lambda _: f"`{program} ", text)
