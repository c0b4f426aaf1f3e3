"""Positions in a sorted list: the key and the number of the last row of a page, as text for a cursor."""

import base64
import binascii
import json
from dataclasses import dataclass
from math import isfinite

from backend.app.kit.errors import BadInput
from backend.app.kit.lists.columns import Key


@dataclass(frozen=True, slots=True)
class Position:
    """Key and number of a row. A key of None is after all others."""

    key: Key
    seq: int


def encode(position: Position) -> str:
    text = json.dumps([position.key, position.seq], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(cursor: str, kind: type[str] | type[int] | type[float]) -> Position:
    """Return the position in a cursor whose key is of this type. Raises BadInput if no list returned it."""
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        key, seq = json.loads(raw)
    except (binascii.Error, ValueError, TypeError, RecursionError):
        raise refusal() from None
    fits = key is None or (type(key) is kind and not (isinstance(key, float) and not isfinite(key)))
    if not fits or type(seq) is not int or not 0 <= seq < 2**63 or encode(Position(key, seq)) != cursor:
        raise refusal()
    return Position(key, seq)


def refusal() -> BadInput:
    return BadInput.field("cursor", "cursor is not a next_cursor of this list")
