"""Further columns of sales that a mapping names for the model (`[extra]`), as typed arrays.

A number makes a column numeric and a text makes it categorical. A column that is both, because two sources disagree, is
categorical: its numbers count as texts.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from backend.app.core_gov.market.columns import UNKNOWN, Codes
from backend.app.core_gov.market.sale import EXTRA
from backend.app.core_gov.market.source_rows import store
from backend.app.kit.arrays import Floats, Ints
from backend.app.kit.db import Database

_NONE = -1


@dataclass(frozen=True)
class CategoricalColumn:
    """Texts of one column: `codes` are places in `categories`, UNKNOWN where a sale has none."""

    codes: Ints
    categories: Codes


@dataclass(frozen=True)
class ExtraColumns:
    """Further columns of some sales, by name in alphabetical order; all arrays have the length of `seq`.

    `seq` are the numbers of the sales. Unknown numbers are NaN.
    """

    seq: Ints
    numeric: Mapping[str, Floats] = field(default_factory=dict)
    categorical: Mapping[str, CategoricalColumn] = field(default_factory=dict)

    @property
    def kinds(self) -> dict[str, str]:
        """The kind of each column, `numeric` or `categorical`."""
        kinds = dict.fromkeys(self.numeric, "numeric") | dict.fromkeys(self.categorical, "categorical")
        return dict(sorted(kinds.items()))

    def of_sales(self, seq: Ints) -> "ExtraColumns":
        """Return the columns for these sales, in this order; unknown for a sale that has none."""
        at = self._places(seq)
        numeric = {name: np.append(column, np.nan)[at] for name, column in self.numeric.items()}
        categorical = {
            name: CategoricalColumn(np.append(column.codes, UNKNOWN)[at], column.categories)
            for name, column in self.categorical.items()
        }
        return ExtraColumns(seq, numeric, categorical)

    def _places(self, seq: Ints) -> Ints:
        """Return the place of each sale here, and -1, an appended unknown, if it has none."""
        if not len(self.seq):
            return np.full(len(seq), _NONE, dtype=np.int64)
        order = self._order
        found = np.minimum(np.searchsorted(self.seq[order], seq), len(self.seq) - 1)
        return np.where(self.seq[order][found] == seq, order[found], _NONE)

    @cached_property
    def _order(self) -> Ints:
        return np.argsort(self.seq, kind="stable")


def extra_columns(db: Database, market: str) -> ExtraColumns:
    """Return the further columns of all sales of a market that have some; removed sales are left out."""
    seqs: list[int] = []
    rows: list[dict[str, float | str]] = []
    with db.open_snapshot() as moment:
        for chunk in store.units_with_extra(moment, market):
            for seq, units in chunk:
                seqs.append(seq)
                rows.append(json.loads(units).get(EXTRA) or {})
    return typed_columns(seqs, rows)


def typed_columns(seqs: Sequence[int], rows: Sequence[Mapping[str, float | str]]) -> ExtraColumns:
    """Return the columns of rows of values by name, which belong to these sales."""
    names = sorted({name for row in rows for name in row})
    texts = {name for row in rows for name, value in row.items() if isinstance(value, str)}
    numeric = {
        name: np.array([row.get(name, np.nan) for row in rows], dtype=np.float64) for name in names if name not in texts
    }
    categorical = {name: _categorical([row.get(name) for row in rows]) for name in names if name in texts}
    return ExtraColumns(np.array(seqs, dtype=np.int64), numeric, categorical)


def _categorical(values: list[float | str | None]) -> CategoricalColumn:
    texts = [value if isinstance(value, str) or value is None else f"{value:.12g}" for value in values]
    categories = Codes(tuple(sorted({text for text in texts if text is not None})))
    return CategoricalColumn(np.array([categories.of(text) for text in texts], dtype=np.int64), categories)
