"""Records of lost rows, stored in the database until a person acknowledges them."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from backend.app.kit.db import state
from backend.app.kit.db.tx import Tx


@dataclass(frozen=True, slots=True)
class Loss:
    """Rows lost from one table. `rows` is their number, or a lower bound with `at_least`; None if it is unknown."""

    table: str
    rows: int | None
    reason: str
    at_least: bool = False

    @property
    def count(self) -> str:
        if self.rows is None:
            return "an unknown number of rows"
        return f"{'at least ' * self.at_least}{self.rows:,} row{'s' * (self.rows != 1)}"


def record(tx: Tx, lost: Iterable[Loss]) -> None:
    """Add losses to the unacknowledged ones."""
    found = [*every(tx), *(loss for loss in lost if loss.rows != 0)]
    if found:
        state.put(tx, state.LOSSES, json.dumps([asdict(loss) for loss in found]))


def every(tx: Tx) -> list[Loss]:
    """Return the unacknowledged losses."""
    noted = state.get(tx, state.LOSSES)
    try:
        return [_read(each) for each in json.loads(noted or "[]")]
    except (ValueError, TypeError, KeyError, RecursionError):
        return [Loss(state.store_state.name, None, "the note of what was lost cannot be read")]


def _read(noted: dict[str, Any]) -> Loss:
    """Return a noted loss. Raises TypeError, KeyError or ValueError for another form."""
    table, rows, reason = str(noted["table"]), noted["rows"], str(noted["reason"])
    if rows is not None and type(rows) is not int:
        raise ValueError("rows must be an integer")
    return Loss(table, rows, reason, at_least=bool(noted.get("at_least", False)))


def acknowledge(tx: Tx) -> list[Loss]:
    """Delete all losses and return them."""
    found = every(tx)
    state.forget(tx, state.LOSSES)
    return found


def sentences(lost: Iterable[Loss]) -> list[str]:
    """Return one sentence per reason, with the tables and their counts."""
    by_reason: dict[str, dict[str, list[str]]] = {}
    for loss in lost:
        by_reason.setdefault(loss.reason, {}).setdefault(loss.count, []).append(loss.table)
    return [f"{_listed(counts)} ({reason})" for reason, counts in by_reason.items()]


def _listed(counts: dict[str, list[str]]) -> str:
    return "; ".join(f"{', '.join(tables)}: {count}" for count, tables in counts.items())


def summary(lost: Iterable[Loss]) -> str:
    """Return all losses in one sentence."""
    return "; ".join(sentences(lost))
