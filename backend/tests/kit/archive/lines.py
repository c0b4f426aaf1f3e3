"""A source with lines given by the test."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from backend.app.kit.archive.manifest import Facts, Tally
from backend.app.kit.archive.source import Lines, chunked
from backend.app.kit.archive.tables import Shape

DOCS = Shape("documents", ("id",), ("doc",))
ROWS = Shape("rows", ("name",), ("name", "number"))


@dataclass
class Made:
    tables: dict[str, list[bytes]]
    store: dict[str, str] = field(default_factory=dict)
    where: str = "made up"
    revision: str = "0002"
    version: str = "0.0.0"
    stated: dict[str, Facts] | None = None

    def __post_init__(self) -> None:
        self.shapes: dict[str, Shape] = {name: ROWS if name == "rows" else DOCS for name in self.tables}
        self.counts = {name: len(lines) for name, lines in self.tables.items()}

    def member(self, name: str) -> str:
        return name

    def lines(self, name: str) -> Lines:
        return chunked(self.tables[name])


def facts_of(lines: Iterable[bytes]) -> Facts:
    tally = Tally()
    tally.add(list(lines))
    return tally.facts


def silent(done: int, total: int) -> None:
    """Ignore the progress."""
