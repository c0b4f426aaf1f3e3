"""File of the rejected records of a run: one JSON object per line, with the reason. Files of earlier runs are kept."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from backend.app.core_gov.mls.listings import Refusal
from backend.app.kit import clock
from backend.app.kit.errors import BadInput
from backend.app.kit.output.output_file import default_file, open_new

MAX_KEPT = 10_000
"""Maximum number of records written; further ones are only counted."""


class Refusals:
    """Writer of the rejected records of a run. The file is created on the first rejected record.

    `file` is its name: `NAME.refused.jsonl`, or a numbered name if an earlier run has that one. A resumed run appends
    to its file.
    """

    def __init__(self, data_dir: Path, name: str, file: str | None) -> None:
        self._folder, self._default, self.file = data_dir / "feeds", f"{name}.refused.jsonl", file
        self._kept: int | None = None

    @property
    def path(self) -> Path:
        return self._folder / (self.file or self._default)

    def add(self, refusals: Iterable[Refusal]) -> None:
        """Append the records. Call this before the batch is stored: a crash may then repeat a line but not lose one."""
        lines = [
            json.dumps({"at": clock.now(), "key": each.key, "reason": each.reason, "record": each.record})
            for each in refusals
        ]
        kept = self._count()
        lines = lines[: max(0, MAX_KEPT - kept)]
        if not lines:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with self._opened() as file:
                file.write("".join(f"{line}\n" for line in lines))
        except OSError as error:
            raise self._failure(error) from None
        self._kept = kept + len(lines)

    def _opened(self) -> IO[str]:
        if self.file is None:
            file = open_new(default_file(self.path))
            self.file = Path(file.name).name
            return file
        return self.path.open("a", encoding="utf-8")

    def _count(self) -> int:
        if self.file is None:
            return 0
        if self._kept is None:
            try:
                with self.path.open("rb") as file:
                    self._kept = sum(1 for _ in file)
            except FileNotFoundError:
                self._kept = 0
            except OSError as error:
                raise self._failure(error) from None
        return self._kept

    def _failure(self, error: OSError) -> BadInput:
        return BadInput(f"the file of refused records, {self.path}, cannot be written ({error.strerror})")
