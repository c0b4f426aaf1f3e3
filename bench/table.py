"""What came out: the figures, the table that people read and the JSON that programs read."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.table import Table

WIDTH = 112


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table.

    `share` is of the yardstick, give or take `error` (its standard error). `cpu_us` is what one request cost the
    server in computing, in all its threads (a database server is not in it), `kept` the share at this size relative
    to that at the smallest, `generator` the share of a core that the load generator took. `missed` says of each
    target that was not reached by how much.
    """

    section: str
    database: str
    records: int
    measure: str
    value: float
    unit: str
    share: float | None = None
    error: float | None = None
    target: str = ""
    p50_ms: float | None = None
    p99_ms: float | None = None
    cpu_us: float | None = None
    kept: float | None = None
    generator: float | None = None
    missed: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        digits = 0 if self.value >= 100 else 2 if self.value < 10 else 1
        return f"{self.value:,.{digits}f} {self.unit}"


def show(facts: Mapping[str, str], figures: Iterable[Figure], out: TextIO) -> None:
    """Prints the machine, the table, and a sentence for each target that was missed."""
    figures = list(figures)
    console = Console(file=out, width=WIDTH, highlight=False)
    for name, text in facts.items():
        console.print(f"[bold]{name:9}[/bold] {text}")
    console.print(_table(figures))
    if busiest := max((figure.generator or 0.0 for figure in figures), default=0.0):
        console.print(f"The load generator took at most {busiest:.2f} of a core.")
    missed = [f"{f.database}, {f.records:,} records, {f.measure}: {reason}" for f in figures for reason in f.missed]
    console.print("\n".join(["Below target:", *missed]) if missed else "Every target is met.")


def write_json(path: Path, facts: Mapping[str, str], figures: Iterable[Figure]) -> None:
    """The same, for programs."""
    document = {"facts": dict(facts), "figures": [asdict(figure) for figure in figures]}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _table(figures: list[Figure]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), width=WIDTH)
    table.add_column("database")
    for name in ("records", "measured", "figure", "× bare", "±", "target", "p50 ms", "p99 ms", "cpu µs", "kept"):
        table.add_column(name, justify="left" if name == "measured" else "right", no_wrap=True)
    before = None
    for figure in figures:
        block = (figure.database, figure.records)
        if before not in {None, block}:
            table.add_row()
        before = block
        table.add_row(
            figure.database,
            f"{figure.records:,}",
            figure.measure,
            figure.shown,
            _number(figure.share, 2),
            _number(figure.error, 2),
            f"[red]{figure.target}[/red]" if figure.missed else figure.target,
            _number(figure.p50_ms, 1),
            _number(figure.p99_ms, 1),
            _number(figure.cpu_us, 0),
            _number(figure.kept, 2),
        )
    return table


def _number(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"
