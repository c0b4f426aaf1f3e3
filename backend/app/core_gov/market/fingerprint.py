"""Fingerprint of sales: equal if every number and text in the columns is equal, whatever the row order."""

from dataclasses import fields
from hashlib import sha256
from typing import Protocol

import numpy as np

from backend.app.core_gov.market.columns import TEXTS, UNKNOWN, Codes, ExtraColumns, Sales
from backend.app.kit.arrays import Ints


class _Digest(Protocol):
    def update(self, data: bytes, /) -> None: ...


def fingerprint(sales: Sales) -> str:
    """Return the SHA-256 of the columns sorted by name, rows by closing day and number, texts decoded."""
    digest = sha256()
    order = np.lexsort((sales.seq, sales.close_day))
    for name in sorted(each.name for each in fields(sales)):
        column = getattr(sales, name)
        if column is None or isinstance(column, Codes | ExtraColumns):
            continue
        digest.update(f"{name}:{len(order)}:".encode())
        if name in TEXTS:
            digest.update(_texts(column[order], getattr(sales, TEXTS[name])))
        else:
            one_nan = np.where(np.isnan(column), np.nan, column) if column.dtype.kind == "f" else column
            digest.update(one_nan[order].astype(column.dtype.newbyteorder("<")).tobytes())
    if sales.extra is not None:
        _add_extra(digest, sales.extra.of_sales(sales.seq[order]))
    return digest.hexdigest()


def _add_extra(digest: _Digest, extra: ExtraColumns) -> None:
    """Add the further columns that one of the sales has; other columns do not count."""
    for name, numbers in extra.numeric.items():
        if np.isfinite(numbers).any():
            digest.update(f"extra {name}:{len(numbers)}:".encode())
            digest.update(np.where(np.isnan(numbers), np.nan, numbers).astype("<f8").tobytes())
    for name, column in extra.categorical.items():
        if (column.codes != UNKNOWN).any():
            digest.update(f"extra {name}:{len(column.codes)}:".encode() + _texts(column.codes, column.categories))


def _texts(codes: Ints, names: Codes) -> bytes:
    """Encode texts unambiguously, each prefixed with its length."""
    table = [*(f"{len(name)}:{name}" for name in names.names), "-"]
    return "".join(table[code] for code in codes.tolist()).encode()
