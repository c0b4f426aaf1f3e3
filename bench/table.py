"""Results: the figures, a table for people, and JSON for programs."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from backend.app.kit.output.output_file import OutputFile, write_text
from backend.app.kit.output.terminal_text import printable

WIDTH = 120


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table.

    `share` is relative to the yardstick, with standard error `error`. `cpu_us` is the server's CPU time per request in
    all threads, without a database server. `kept` is the share at this size relative to that at the smallest size.
    `generator` is the share of a core that the load generator used. `missed` has a sentence for each target missed.
    `service` is what was measured, if not Valhalla alone. `mb_s`, `seconds` and `memory_mb` (peak memory) are for
    commands on a whole store. `kb` and `gzip_kb` are the size of a page (1,000 bytes), plain and compressed.
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
    p90_ms: float | None = None
    p99_ms: float | None = None
    cpu_us: float | None = None
    kept: float | None = None
    generator: float | None = None
    missed: tuple[str, ...] = ()
    service: str = ""
    mb_s: float | None = None
    seconds: float | None = None
    memory_mb: float | None = None
    kb: float | None = None
    gzip_kb: float | None = None

    @property
    def shown(self) -> str:
        digits = 0 if self.value >= 100 else 2 if self.value < 10 else 1
        return f"{self.value:,.{digits}f} {self.unit}".strip()

    @property
    def block(self) -> tuple[str, str, int]:
        """Return the key of the table section that the figure belongs to."""
        return self.service, self.database, self.records


def show(facts: Mapping[str, str], figures: Iterable[Figure], out: TextIO, yardstick: str = "bare") -> None:
    """Print the machine, the table, and a sentence for each missed target."""
    figures = list(figures)
    console = Console(file=out, width=WIDTH, highlight=False, markup=False, emoji=False)
    for name, text in facts.items():
        console.print(Text.assemble((f"{name:9}", "bold"), f" {printable(text)}"))
    console.print(_table(figures, yardstick))
    if busiest := max((figure.generator or 0.0 for figure in figures), default=0.0):
        console.print(f"The load generator used at most {busiest:.2f} of a core.")
    missed = [f"{f.database}, {f.records:,} records, {f.measure}: {reason}" for f in figures for reason in f.missed]
    if missed or any(figure.target for figure in figures):
        console.print("\n".join(["Below target:", *missed]) if missed else "All targets are met.")


def write_json(output: OutputFile, facts: Mapping[str, str], figures: Iterable[Figure]) -> None:
    """Write the same as JSON."""
    document = {"facts": dict(facts), "figures": [asdict(figure) for figure in figures]}
    write_text(output, json.dumps(document, indent=1, ensure_ascii=False) + "\n")


def _table(figures: list[Figure], yardstick: str) -> Table:
    """Return a table with a row per figure, and a column for each value that any of them has."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), width=WIDTH)
    columns = [column for column in _columns(yardstick) if any(column[2](figure) for figure in figures)]
    for name, left, _ in columns:
        table.add_column(name, justify="left" if left else "right", no_wrap=True)
    before = None
    for figure in figures:
        if before not in {None, figure.block}:
            table.add_row()
        before = figure.block
        table.add_row(*(text(figure) for _, _, text in columns))
    return table


def _columns(yardstick: str) -> list[tuple[str, bool, Callable[[Figure], str | Text]]]:
    """Return the columns: name, whether left-justified, and the text for a figure."""
    return [
        ("service", True, lambda figure: figure.service),
        ("database", True, lambda figure: figure.database),
        ("records", False, lambda figure: f"{figure.records:,}"),
        ("measured", True, lambda figure: figure.measure),
        ("figure", False, lambda figure: figure.shown),
        (f"× {yardstick}", False, lambda figure: _number(figure.share, 2)),
        ("±", False, lambda figure: _number(figure.error, 2)),
        ("target", False, lambda figure: Text(figure.target, "red" if figure.missed else "")),
        ("p50 ms", False, lambda figure: _number(figure.p50_ms, 1)),
        ("p90 ms", False, lambda figure: _number(figure.p90_ms, 1)),
        ("p99 ms", False, lambda figure: _number(figure.p99_ms, 1)),
        ("cpu µs", False, lambda figure: _number(figure.cpu_us, 0)),
        ("MB/s", False, lambda figure: _number(figure.mb_s, 1)),
        ("s", False, lambda figure: _number(figure.seconds, 2)),
        ("memory MB", False, lambda figure: _number(figure.memory_mb, 0)),
        ("KB", False, lambda figure: _number(figure.kb, 0)),
        ("gzip KB", False, lambda figure: _number(figure.gzip_kb, 1)),
        ("kept", False, lambda figure: _number(figure.kept, 2)),
    ]


def _number(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"
