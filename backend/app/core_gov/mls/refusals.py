"""The file of refused records: a JSON object a line, with the reason; each run that begins anew begins it anew."""

import json
from collections.abc import Iterable
from pathlib import Path

from backend.app.core_gov.mls.listings import Refusal
from backend.app.kit import clock
from backend.app.kit.errors import BadInput

MOST_KEPT = 10_000
"""More are counted, but not written."""


class Refusals:
    """Where the refused records of a feed go; there is no file while there are none."""

    def __init__(self, data_dir: Path, name: str) -> None:
        self.path = data_dir / "feeds" / f"{name}.refused.jsonl"
        self._kept: int | None = None

    def begin(self) -> None:
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            raise self._failure(error) from None
        self._kept = 0

    def add(self, refusals: Iterable[Refusal]) -> None:
        """Comes before what they are refused from is stored: a kill may double a line here, but not lose one."""
        lines = [
            json.dumps({"at": clock.now(), "key": each.key, "reason": each.reason, "record": each.record})
            for each in refusals
        ]
        kept = self._count()
        lines = lines[: max(0, MOST_KEPT - kept)]
        if not lines:
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a", encoding="utf-8") as file:
                file.write("".join(f"{line}\n" for line in lines))
        except OSError as error:
            raise self._failure(error) from None
        self._kept = kept + len(lines)

    def _count(self) -> int:
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
        return BadInput(f"refused records go to {self.path}, which cannot be written ({error.strerror})")
