"""Rows that a store has lost: noted in the store itself until a person acknowledges them."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from backend.app.kit.db import state
from backend.app.kit.db.tx import Tx

LOSSES = "losses"
"""The key of `store_state` that they are kept under."""


@dataclass(frozen=True, slots=True)
class Loss:
    """Rows of one table that are gone; `rows` is None if nobody can tell how many."""

    table: str
    rows: int | None
    reason: str

    @property
    def sentence(self) -> str:
        count = "an unknown number of rows" if self.rows is None else f"{self.rows:,} row{'s' * (self.rows != 1)}"
        return f"{self.table}: {count} ({self.reason})"


def record(tx: Tx, lost: Iterable[Loss]) -> None:
    """Add losses to those that are not acknowledged yet."""
    found = [*every(tx), *(loss for loss in lost if loss.rows != 0)]
    if found:
        state.put(tx, LOSSES, json.dumps([asdict(loss) for loss in found]))


def every(tx: Tx) -> list[Loss]:
    """Losses that nobody has acknowledged."""
    noted = state.get(tx, LOSSES)
    return [Loss(**loss) for loss in json.loads(noted)] if noted else []


def acknowledge(tx: Tx) -> list[Loss]:
    """Forget all losses; return what they were."""
    found = every(tx)
    state.forget(tx, LOSSES)
    return found


def summary(lost: Iterable[Loss]) -> str:
    """All of them in one sentence."""
    return "; ".join(loss.sentence for loss in lost)
