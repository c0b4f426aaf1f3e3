"""CSV file of rejected rows, each with its number and the reason.

The file can be corrected and imported: the last two columns are ignored then, and the texts are read as they were.
"""

import csv
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any

import structlog

from backend.app.kit.data_files.csv_safety import guarded
from backend.app.kit.data_files.import_result import ImportResult
from backend.app.kit.errors import AppError, BadInput, StoreFull, StoreUnavailable, failed_after
from backend.app.kit.output.output_file import NewFile, OutputFile, default_file
from backend.app.kit.text import counted

REJECTED_COLUMNS = ("row", "reason")

log = structlog.get_logger("import")


def rejects_file(path: Path, given: OutputFile | None) -> OutputFile:
    """Return the file for the rejected rows of `path`: as given, or `FILE.rejected.csv`. Raises BadInput."""
    return given or default_file(path.with_name(f"{path.name}.rejected.csv"))


class Rejects:
    """Writer of rejected rows, which records their number and file in the result.

    Without rejected rows there is no file. A failed import keeps the rows rejected until then.
    """

    def __init__(self, output: OutputFile, columns: tuple[str, ...], result: ImportResult) -> None:
        self._output, self._columns, self._result = output, columns, result

    def __enter__(self) -> "Rejects":
        with self._writing():
            self._new = NewFile(self._output)
            self._file = os.fdopen(self._new.descriptor, "w", encoding="utf-8", newline="", closefd=False)
            self._writer = csv.writer(self._file)
            self._writer.writerow([*map(guarded, self._columns), *REJECTED_COLUMNS])
        return self

    def add(self, number: int, cells: Sequence[Any], reason: str) -> None:
        with self._writing():
            texts = [guarded(cell) if isinstance(cell, str) else cell for cell in cells]
            self._writer.writerow([*texts, number, guarded(reason)])
        self._result.rejected += 1

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            if self._result.rejected:
                self._keep()
        except AppError:
            if error is None:  # otherwise the first failure is reported
                raise
        finally:
            with suppress(OSError):  # what is left in the buffer is not wanted, or could not be written before
                self._file.close()  # first: later its header would go to whichever file has the descriptor by then
            self._new.discard()

    def _keep(self) -> None:
        with self._writing():
            self._file.close()
            self._result.rejected_file = self._new.place()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            why = f"rejected rows go to {self._output.path}, which cannot be written ({error.strerror})"
            raise BadInput(f"{why}; choose another file for them") from None


@contextmanager
def errors_with_counts(result: ImportResult) -> Iterator[None]:
    """Add the number of stored rows to a database error or rejects file error, and to the log on Ctrl-C."""
    try:
        yield
    except (StoreFull, StoreUnavailable) as error:
        raise failed_after(error, _so_far(result)) from error
    except BadInput as error:
        if not result.written:
            raise
        raise BadInput(f"{error.detail}; {_so_far(result)}") from error
    except KeyboardInterrupt:
        log.warning("interrupted", so_far=_so_far(result))
        raise


def _so_far(result: ImportResult) -> str:
    kept = (
        f", and {counted(result.rejected, 'rejected rows', 'are in')} {result.rejected_file}"
        if result.rejected_file
        else ""
    )
    return f"{counted(result.written, 'rows', 'were stored before that')}{kept}"
