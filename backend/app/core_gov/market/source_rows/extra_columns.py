"""Further columns of sales that a mapping names for the model (`[extra]`), as typed arrays.

A number makes a column numeric and a text makes it categorical. A column that is both, because two sources disagree, is
categorical: its numbers count as texts.
"""

import json
from collections.abc import Mapping, Sequence

import numpy as np

from backend.app.core_gov.market.columns import UNKNOWN, CategoricalColumn, Codes, ExtraColumns
from backend.app.core_gov.market.sale import EXTRA
from backend.app.core_gov.market.source_rows import store
from backend.app.kit.arrays import Ints
from backend.app.kit.db import ReadSnapshot


def extra_columns(moment: ReadSnapshot, market: str) -> ExtraColumns | None:
    """Return the further columns of all sales of a market; removed sales are left out. None if no sale has any."""
    seqs: list[int] = []
    rows: list[dict[str, float | str]] = []
    for chunk in store.units_with_extra(moment, market):
        for seq, units in chunk:
            extra = json.loads(units).get(EXTRA)
            if extra:
                seqs.append(seq)
                rows.append(extra)
    return typed_columns(seqs, rows) if seqs else None


def changed_columns(moment: ReadSnapshot, market: str, known: ExtraColumns | None, after: int) -> ExtraColumns | None:
    """Return what `extra_columns` does, from the columns `known` at a revision and the sales touched by later ones.

    New sales are added. If another sale has changed its columns, or a column its kind, all sales are read: the kind of
    a column depends on each of its values.
    """
    if known is None:
        return extra_columns(moment, market) if store.any_extra_since(moment, market, after) else None
    new: dict[int, dict[str, float | str]] = {}
    for chunk in store.changed_units(moment, market, after):
        seqs = [seq for seq, _, _ in chunk]
        for seq, removed, units, before in zip(*zip(*chunk, strict=True), _rows_of(known, seqs), strict=True):
            extra = {} if removed is not None else json.loads(units).get(EXTRA) or {}
            if before not in ({}, extra):
                return extra_columns(moment, market)
            if extra != before:
                new[seq] = extra
    added = typed_columns([*new], [*new.values()])
    same_kinds = all(known.kinds.get(name) == kind for name, kind in added.kinds.items())
    return _joined(known, added) if same_kinds else extra_columns(moment, market)


def _rows_of(columns: ExtraColumns, seqs: Sequence[int]) -> list[dict[str, float | str]]:
    """Return the known columns of each of some sales."""
    found = columns.of_sales(np.array(seqs, dtype=np.int64))
    rows: list[dict[str, float | str]] = [{} for _ in seqs]
    for name, numbers in found.numeric.items():
        for place in np.flatnonzero(np.isfinite(numbers)).tolist():
            rows[place][name] = float(numbers[place])
    for name, column in found.categorical.items():
        for place in np.flatnonzero(column.codes != UNKNOWN).tolist():
            rows[place][name] = column.categories.names[column.codes[place]]
    return rows


def _joined(known: ExtraColumns, added: ExtraColumns) -> ExtraColumns:
    """Return the columns of both, in order of the numbers of the sales; `added` has no column that `known` lacks."""
    if not len(added.seq):
        return known
    seq = np.concatenate([known.seq, added.seq])
    order = np.argsort(seq, kind="stable")
    numeric = {
        name: np.concatenate([numbers, added.numeric.get(name, np.full(len(added.seq), np.nan))])[order]
        for name, numbers in known.numeric.items()
    }
    categorical = {
        name: _joined_texts(column, added.categorical.get(name), len(added.seq), order)
        for name, column in known.categorical.items()
    }
    return ExtraColumns(seq[order], numeric, categorical)


def _joined_texts(
    known: CategoricalColumn, added: CategoricalColumn | None, count: int, order: Ints
) -> CategoricalColumn:
    if added is None:
        added = CategoricalColumn(np.full(count, UNKNOWN, dtype=np.int64), Codes())
    categories = Codes(tuple(sorted({*known.categories.names, *added.categories.names})))

    def recoded(column: CategoricalColumn) -> Ints:
        return np.array([*map(categories.of, column.categories.names), UNKNOWN], dtype=np.int64)[column.codes]

    return CategoricalColumn(np.concatenate([recoded(known), recoded(added)])[order], categories)


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
    texts = [value if isinstance(value, str) or value is None else number_text(value) for value in values]
    categories = Codes(tuple(sorted({text for text in texts if text is not None})))
    return CategoricalColumn(np.array([categories.of(text) for text in texts], dtype=np.int64), categories)


def number_text(number: float) -> str:
    """Return a number as a category."""
    return f"{number:.12g}"
