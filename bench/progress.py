"""Progress of the bench on standard error. Standard output holds only the table."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from backend.app.kit.output.terminal_text import printable


class Reporter:
    """A progress bar on a terminal, one line per step elsewhere."""

    def __init__(self, progress: Progress, steps: TaskID) -> None:
        self._progress, self._steps = progress, steps
        self._begun = 0

    def step(self, what: str) -> None:
        """Begin the next step."""
        self._progress.update(self._steps, completed=self._begun, description=what)
        self._begun += 1
        if not self._progress.console.is_terminal:
            self._progress.console.print(printable(what), highlight=False)

    def message(self, sentence: str) -> None:
        """Print a message that is not a step."""
        self._progress.console.print(printable(sentence), highlight=False)

    @contextmanager
    def counting(self, what: str, total: int) -> Iterator["Counter"]:
        """Show a progress bar for one countable step."""
        task = self._progress.add_task(f"  {what}", total=total)
        try:
            yield Counter(self._progress, task)
        finally:
            self._progress.remove_task(task)


class Counter:
    """Advances the progress bar of one step."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress, self._task = progress, task

    def advance(self, by: int) -> None:
        self._progress.advance(self._task, by)


@contextmanager
def reporting(steps: int) -> Iterator[Reporter]:
    """Report progress until the block exits. `steps` is the total."""
    console = Console(stderr=True, markup=False, emoji=False)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield Reporter(progress, progress.add_task("", total=steps))
