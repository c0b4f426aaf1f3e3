"""Content of a file with the columns of a market's sales.

The first line is the SHA-256 of everything after it, the second a JSON object with the facts of the file and a
directory of its arrays. The arrays follow, each in the narrowest type that holds its values exactly. Nothing in it is
executed.
"""

import json
from dataclasses import asdict
from hashlib import sha256
from typing import Any

import numpy as np

from backend.app.core_gov.market.column_folder import FileFacts, NotReadable, read_header
from backend.app.core_gov.market.columns import TEXTS, TYPES, CategoricalColumn, Codes, ExtraColumns, Sales
from backend.app.core_gov.market.parcels import ParcelCodes
from backend.app.core_gov.market.property_types import TypeCodes
from backend.app.core_gov.market.sorted_texts import SortedTexts

_INTS = ("<i1", "<i2", "<i4", "<i8")
_EXTRA_SEQ, _NUMERIC, _CATEGORICAL = "extra", "extra number ", "extra text "
"""Array with the numbers of the sales that have further columns, and prefixes of the arrays of these columns."""


def encode(facts: FileFacts, sales: Sales, fingerprint: str) -> list[bytes]:
    """Return the content of the file, in parts."""
    parcels = sales.parcels
    assert isinstance(parcels, ParcelCodes)
    texts = {name: _packed(getattr(sales, name)) for name in TEXTS.values()}
    extra = ExtraColumns(np.zeros(0, dtype=np.int64)) if sales.extra is None else sales.extra
    texts |= {f"{_CATEGORICAL}{name}": _packed(column.categories) for name, column in extra.categorical.items()}
    arrays = {
        **{name: _narrow(getattr(sales, name)) for name in TYPES},
        _EXTRA_SEQ: _narrow(extra.seq),
        **{f"{_NUMERIC}{name}": _narrow(column) for name, column in extra.numeric.items()},
        **{f"{_CATEGORICAL}{name}": _narrow(column.codes) for name, column in extra.categorical.items()},
        **{f"{name}.ends": _narrow(packed.ends) for name, packed in texts.items()},
        "classes": _narrow(parcels.classes),
        "first_day": _narrow(parcels.first_day),
    }
    about = {
        "facts": asdict(facts),
        "fingerprint": fingerprint,
        "arrays": {name: [array.dtype.str, len(array)] for name, array in arrays.items()},
        "texts": {name: len(packed.block) for name, packed in texts.items()},
    }
    parts = [json.dumps(about).encode() + b"\n", *(array.tobytes() for array in arrays.values())]
    parts += [packed.block for packed in texts.values()]
    digest = sha256()
    for part in parts:
        digest.update(part)
    return [digest.hexdigest().encode() + b"\n", *parts]


def decode(content: bytes) -> tuple[Sales, str]:
    """Return the sales in a file and their fingerprint. Raises NotReadable if a byte is missing or changed."""
    _, about, place = read_header(content)
    first = content.find(b"\n")
    if sha256(memoryview(content)[first + 1 :]).hexdigest().encode() != content[:first]:
        raise NotReadable("the digest does not match the content")
    arrays: dict[str, Any] = {}
    for name, (kind, count) in about["arrays"].items():
        found = np.frombuffer(content, dtype=np.dtype(kind), count=count, offset=place)
        arrays[name], place = found.astype(_kind(name)), place + found.nbytes
    texts: dict[str, SortedTexts] = {}
    for name, length in about["texts"].items():
        texts[name] = SortedTexts(content[place : place + length], arrays.pop(f"{name}.ends"))
        place += length
    parcels = ParcelCodes(texts["parcels"], arrays.pop("first_day"), arrays.pop("classes"))
    types, areas = TypeCodes(tuple(texts["types"])), Codes(tuple(texts["areas"]))
    extra = _extra(arrays, texts)
    return Sales(**arrays, types=types, parcels=parcels, areas=areas, extra=extra), str(about["fingerprint"])


def _kind(name: str) -> type[Any]:
    return np.float64 if name.startswith(_NUMERIC) else TYPES.get(name, np.int64)


def _extra(arrays: dict[str, Any], texts: dict[str, SortedTexts]) -> ExtraColumns | None:
    """Take the further columns from the arrays of a file; None if no sale has any."""
    seq = arrays.pop(_EXTRA_SEQ)
    names = [name for name in arrays if name.startswith((_NUMERIC, _CATEGORICAL))]
    found = {name: arrays.pop(name) for name in names}
    numeric = {name.removeprefix(_NUMERIC): found[name] for name in names if name.startswith(_NUMERIC)}
    categorical = {
        name.removeprefix(_CATEGORICAL): CategoricalColumn(found[name], Codes(tuple(texts[name])))
        for name in names
        if name.startswith(_CATEGORICAL)
    }
    return ExtraColumns(seq, numeric, categorical) if len(seq) else None


def _narrow(array: Any) -> Any:
    """Return an array in the narrowest type that holds its values exactly."""
    if array.dtype == np.bool_:
        return array
    if array.dtype.kind == "i":
        low, high = (int(array.min()), int(array.max())) if len(array) else (0, 0)
        return array.astype(next(kind for kind in _INTS if np.iinfo(kind).min <= low and high <= np.iinfo(kind).max))
    with np.errstate(over="ignore"):
        short = array.astype("<f4")
    return short if np.array_equal(short, array, equal_nan=True) else array.astype("<f8")


def _packed(codes: Codes) -> SortedTexts:
    return codes.names if isinstance(codes.names, SortedTexts) else SortedTexts.of(codes.names)
