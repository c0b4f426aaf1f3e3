"""Sales by a typed id, parcel number or beginning of an address, for the search over all records."""

import re
from typing import Any, NamedTuple

from backend.app.core_gov.geography.address_key import address_key_of
from backend.app.core_gov.market.parcels import parcel_key
from backend.app.core_gov.market.search import store
from backend.app.kit.db import Tx
from backend.app.kit.search.words import identifier_key
from backend.app.kit.text import words_of

MIN_TYPED = 3
"""Characters of an address or parcel number from which sales are found."""

MAX_COMPARED = 200
"""Most sales on a street that are compared with the last typed word."""

_DIGIT = re.compile(r"\d")
_ID = re.compile("sale([0-9]{1,18})")


class TypedSales(NamedTuple):
    """Sales that were found.

    `exact`: the one with the id, then those of the parcel, newest first. `at_address`: in the order of addresses.
    """

    exact: list[dict[str, Any]]
    at_address: list[dict[str, Any]]


def find_by_text(tx: Tx, text: str, limit: int) -> TypedSales:
    """Return at most `limit` sales by id and parcel, and at most `limit` others whose address begins with the text."""
    if len("".join(words_of(text))) < MIN_TYPED or not _DIGIT.search(text):
        return TypedSales([], [])
    key = parcel_key(text)
    rows = [*_with_id(tx, text), *(store.of_parcel_key(tx, key, limit) if key else [])]
    exact = [_fields(row) for row in dict.fromkeys(rows)][:limit]
    known = {sale["seq"] for sale in exact}
    at_address = [_fields(row) for row in _with_address(tx, text, limit + len(known))]
    return TypedSales(exact, [sale for sale in at_address if sale["seq"] not in known][:limit])


def _with_id(tx: Tx, text: str) -> list[store.Row]:
    """Return the sale whose id the text is, in any spelling, such as "Sale 9695"."""
    found = _ID.fullmatch(identifier_key(text))
    return store.numbered(tx, int(found[1])) if found else []


def _with_address(tx: Tx, text: str, limit: int) -> list[store.Row]:
    """Return sales at addresses that begin with the text. Its last word may be unfinished, such as "stre"."""
    start = address_key_of(text, None, None, None, "US")
    if start is None:
        return []
    if found := store.with_address(tx, start, limit):
        return found
    words = words_of(text)
    street = address_key_of(" ".join(words[:-1]), None, None, None, "US") if len(words) > 2 else None
    rows = store.with_address(tx, f"{street} ", MAX_COMPARED) if street else []
    return [row for row in rows if any(word.startswith(words[-1]) for word in words_of(row[5] or "")[1:])][:limit]


_NAMES = ("seq", "market", "price_cents", "currency", "close_date", "address", "city", "postal", "parcel", "usable")


def _fields(row: store.Row) -> dict[str, Any]:
    return dict(zip((*_NAMES, "updated_at"), row, strict=True))
