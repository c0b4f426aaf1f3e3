"""Result of an import."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from backend.app.kit.data_files.source_rows import UpsertCounts
from backend.app.kit.text import counted, list_names


@dataclass(slots=True)
class LeftOutValues:
    """Count of the values that could not be used, by field, with the first of each as an example."""

    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)

    def note(self, where: str, faults: Iterable[tuple[str, str]]) -> None:
        """Count the fields of one row or record; `where` names it. The faults are fields and sentences."""
        for name in dict(faults := tuple(faults)):
            self.counts[name] += 1
        for name, sentence in faults:
            self.examples.setdefault(name, f"{where}: {sentence}")

    def lines(self, what: str) -> list[str]:
        """Return a sentence for each field; `what` names the rows or records."""
        return [
            f"{counted(count, what, 'are kept without')} {name}, for example {self.examples[name]}"
            for name, count in sorted(self.counts.items())
        ]


@dataclass(slots=True)
class ImportResult:
    """Counts of the rows so far. `unused` names the columns that no field uses."""

    rows: int
    unused: tuple[str, ...] = ()
    stored: int = 0
    updated: int = 0
    on_file: int = 0
    rejected: int = 0
    rejected_file: Path | None = None
    left_out: LeftOutValues = field(default_factory=LeftOutValues)

    @property
    def written(self) -> int:
        return self.stored + self.updated

    def add(self, counts: UpsertCounts) -> None:
        """Add the counts of a stored batch."""
        self.stored += counts.stored
        self.updated += counts.updated
        self.on_file += counts.on_file

    def counts(self) -> str:
        return (
            f"{self.stored:,} stored, {self.updated:,} updated, {self.on_file:,} already on file, "
            f"{self.rejected:,} rejected"
        )

    def rejects(self) -> list[str]:
        """Return the sentence about the file of rejected rows, if there is one."""
        if not self.rejected_file:
            return []
        return [f"the rejected rows are in {self.rejected_file}, with the reason for each"]

    def lines(self) -> list[str]:
        """Return the result as sentences for the user."""
        found = [f"{counted(self.rows, 'rows')}: {self.counts()}", *self.rejects(), *self.left_out.lines("rows")]
        return [*found, f"columns not used: {list_names(self.unused)}"] if self.unused else found
