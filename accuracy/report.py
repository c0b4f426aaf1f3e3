"""Output of the figures: a table for people, JSON for programs."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from math import isnan
from typing import TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from accuracy.figures import Figure
from backend.app.kit.output.output_file import OutputFile, write_text
from backend.app.kit.output.terminal_text import printable

WIDTH = 100
_WORDS = {True: "reached", False: "missed", None: ""}


def show(facts: Mapping[str, str], figures: Iterable[Figure], out: TextIO) -> None:
    """Print the machine, the table, and the number of targets reached."""
    figures = list(figures)
    console = Console(file=out, width=WIDTH, highlight=False, markup=False, emoji=False)
    for name, text in facts.items():
        console.print(Text.assemble((f"{name:9}", "bold"), f" {printable(text)}"))
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("method", "measure", "figure", "target", ""):
        table.add_column(heading, justify="right" if heading in {"figure", "target"} else "left")
    before = ""
    for figure in figures:
        if figure.way != before:
            table.add_section()
        label = "" if figure.way == before else figure.way
        table.add_row(label, figure.measure, _formatted(figure), figure.wanted, _WORDS[figure.reached])
        before = figure.way
    console.print(table)
    targets = [figure for figure in figures if figure.reached is not None]
    missed = [f"{figure.way}: {figure.measure}" for figure in targets if not figure.reached]
    if targets:
        console.print("\n".join(["Missed:", *missed]) if missed else f"All {len(targets)} targets are reached.")


def _formatted(figure: Figure) -> str:
    if isnan(figure.value):
        return "–"
    digits = 0 if isinstance(figure.value, int) or figure.value >= 1000 else 1 if figure.unit else 3
    return f"{figure.value:,.{digits}f}{figure.unit}"


def write_json(output: OutputFile, facts: Mapping[str, str], figures: Iterable[Figure]) -> None:
    """Write the same as JSON."""
    rows = [
        asdict(figure)
        | {"value": None if isnan(figure.value) else figure.value}
        | {"unit": figure.unit.strip(), "reached": figure.reached}
        for figure in figures
    ]
    document = {"facts": dict(facts), "figures": rows}
    write_text(output, json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n")
