"""Properties on file with the same address or parcel number as another."""

from dataclasses import dataclass

from backend.app.core_gov.property.schemas import PropertyRecord
from backend.app.core_gov.property.store import properties, same_address, same_parcel
from backend.app.kit.db import Tx
from backend.app.kit.records import Stored

MAX_DUPLICATES = 10
"""Maximum number of possible duplicates that are shown before a property is created."""

_NAMED = 5
"""Number of duplicates that a warning names."""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A property on file with the same address or parcel number as another. `same`: what is the same."""

    stored: Stored[PropertyRecord]
    same: tuple[str, ...]


def duplicates_of(tx: Tx, record: PropertyRecord) -> list[Duplicate]:
    """Return the other properties that may be the same, newest first, at most `MAX_DUPLICATES`."""
    same: dict[str, tuple[str, ...]] = {}
    for what, ids in _same(tx, record):
        for key in ids:
            same[key] = (*same.get(key, ()), what)
    keys = sorted(same, reverse=True)[:MAX_DUPLICATES]
    found = properties.find_all(tx, keys)
    return [Duplicate(found[key], same[key]) for key in keys if key in found]


def _same(tx: Tx, record: PropertyRecord) -> list[tuple[str, list[str]]]:
    return [("address", same_address(tx, record)), ("parcel number", same_parcel(tx, record))]


def duplicate_warnings(tx: Tx, record: PropertyRecord) -> list[str]:
    """Return one sentence for each way in which other properties are the same."""
    return [_warning(what, ids) for what, ids in _same(tx, record) if ids]


def _warning(what: str, ids: list[str]) -> str:
    more = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
    return f"the same {what} is on file already: {', '.join(ids[:_NAMED])}{more}"
