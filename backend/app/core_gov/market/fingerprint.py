"""Fingerprint of sales: equal if every number and text in the columns is equal, whatever the row order."""

from dataclasses import fields
from hashlib import sha256

import numpy as np

from backend.app.core_gov.market.columns import Codes, Sales
from backend.app.kit.arrays import Ints

_TEXTS = {"property_type": "types", "parcel": "parcels", "area": "areas"}


def fingerprint(sales: Sales) -> str:
    """Return the SHA-256 of the columns sorted by name, rows by closing day and number, texts decoded."""
    digest = sha256()
    order = np.lexsort((sales.seq, sales.close_day))
    for name in sorted(each.name for each in fields(sales)):
        column = getattr(sales, name)
        if isinstance(column, Codes):
            continue
        digest.update(f"{name}:{len(order)}:".encode())
        if name in _TEXTS:
            digest.update(_texts(column[order], getattr(sales, _TEXTS[name])))
        else:
            one_nan = np.where(np.isnan(column), np.nan, column) if column.dtype.kind == "f" else column
            digest.update(one_nan[order].astype(column.dtype.newbyteorder("<")).tobytes())
    return digest.hexdigest()


def _texts(codes: Ints, names: Codes) -> bytes:
    """Encode texts unambiguously, each prefixed with its length."""
    table = [*(f"{len(name)}:{name}" for name in names.names), "-"]
    return "".join(table[code] for code in codes.tolist()).encode()
