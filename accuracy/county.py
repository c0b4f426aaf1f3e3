"""County data for the measurement: sales imported into a separate store, as a user imports them."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from backend.app.bootstrap import open_store
from backend.app.core_gov.market.importing.import_sales import ImportRequest, import_sales
from backend.app.core_gov.market.importing.profiles import profile
from backend.app.core_gov.market.sales_cache import CachedSales, sales_of
from backend.app.kit.db import Ctx, Database
from backend.app.kit.output.output_file import default_file
from backend.app.kit.output.terminal_text import printable
from backend.app.settings import Settings

MARKET = "county"

Report = Callable[[int, int], None]


@dataclass(frozen=True)
class County:
    """A store with one market, and a progress bar."""

    db: Database
    ctx: Ctx
    cached: CachedSales
    bar: Progress

    def step(self, label: str) -> AbstractContextManager[Report]:
        return _step(self.bar, label)


@contextmanager
def _step(bar: Progress, label: str) -> Iterator[Report]:
    task = bar.add_task(printable(label), total=None)

    def report(done: int, total: int) -> None:
        bar.update(task, completed=done, total=total)

    yield report
    bar.stop_task(task)


@contextmanager
def opened(directory: Path, path: Path, name: str) -> Iterator[County]:
    """Import a file into a store in the directory. Raises BadInput."""
    columns = (
        TextColumn("{task.description:<22}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    ctx = Ctx("accuracy", "cli")
    with (
        open_store(Settings(data_dir=directory / "data")) as store,
        Progress(*columns, console=Console(stderr=True)) as bar,
    ):
        rejects = default_file(directory / "rejected.csv")
        result = import_sales(
            store.db, ctx, path, ImportRequest(MARKET, profile(name)), partial(_step, bar), rejects_to=rejects
        )
        for line in result.lines():
            bar.console.print(Text(printable(line)))
        yield County(store.db, ctx, sales_of(store.db, MARKET), bar)
