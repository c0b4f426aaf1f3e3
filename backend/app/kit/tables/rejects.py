"""The file of the rows that were refused, each with its number and the reason.

Corrected there, it can be read in its turn: the last two columns do not count then.
"""

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from backend.app.kit.errors import BadInput
from backend.app.kit.file_lock import try_lock

REJECTED_COLUMNS = ("row", "reason")


class Rejects:
    """Written beside the file of the run before, and put in its place at the end."""

    def __init__(self, path: Path, columns: tuple[str, ...]) -> None:
        self.path, self.count = path, 0
        self._columns = columns
        self._temp = path.with_name(f".{path.name}.tmp")

    def __enter__(self) -> "Rejects":
        with self._writing():
            self._file = self._temp.open("a", encoding="utf-8", newline="")
        if not try_lock(self._file):
            self._file.close()
            raise BadInput(f"another import is writing to {self.path} just now; let it finish first")
        self._file.truncate(0)  # a run that was killed may have left something
        self._writer = csv.writer(self._file)
        self._writer.writerow([*self._columns, *REJECTED_COLUMNS])
        return self

    def add(self, number: int, cells: Sequence[Any], reason: str) -> None:
        self.count += 1
        with self._writing():
            self._writer.writerow([*cells, number, reason])

    def keep(self) -> Path | None:
        """Where the rows are; None when none was rejected, and then none of an earlier run are left either."""
        with self._writing():
            self._file.close()
            if self.count:
                self._temp.replace(self.path)
                return self.path
            self.path.unlink(missing_ok=True)
        return None

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            why = f"rejected rows go to {self.path}, which cannot be written ({error.strerror})"
            raise BadInput(f"{why}; choose another file for them") from None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()
        self._temp.unlink(missing_ok=True)
