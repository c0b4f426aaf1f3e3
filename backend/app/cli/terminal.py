"""What every command stands on: where it prints, the office it works in, the bar that shows how far it is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from backend.app.core_gov.access.admission import system_user
from backend.app.kit import log as logs
from backend.app.kit.db import Ctx
from backend.app.office import Office, open_office
from backend.app.settings import load_settings

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


@contextmanager
def opened_office() -> Iterator[tuple[Office, Ctx]]:
    """The store that the settings name, and who acts on it."""
    settings = load_settings()
    logs.configure("warning", settings.log_format)
    with open_office(settings) as office:
        yield office, Ctx(system_user(), "cli")


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar that is told how much is done, and of how much; it shows itself when there is something to tell."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=err)
    task = bar.add_task(label, total=None)

    def report(done: int, total: int) -> None:
        bar.start()
        bar.update(task, completed=done, total=total)

    try:
        yield report
    finally:
        if bar.live.is_started:  # one that never showed itself would leave an empty line
            bar.stop()
