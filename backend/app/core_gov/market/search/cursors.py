"""Cursors of a search: the day or distance, and the number, of the last sale on a page."""

import base64
import binascii
import re
from math import isfinite

from backend.app.kit.errors import BadInput

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def write(after: str | float, seq: int) -> str:
    """Return a cursor; the distance is written in full, so that it parses to the same float."""
    return base64.urlsafe_b64encode(f"{after!s}|{seq}".encode()).decode().rstrip("=")


def read(cursor: str, by_distance: bool) -> tuple[str | float, int]:
    """Return the position in a cursor. Raises BadInput if this search did not issue it."""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
        after, _, number = text.partition("|")
        found = (_distance(after) if by_distance else _day(after)), int(number)
    except (binascii.Error, ValueError):
        found = None
    if found is None or not 0 < found[1] < 2**63 or write(*found) != cursor:
        raise BadInput.field("cursor", "cursor is not a next_cursor of this search")
    return found


def _distance(text: str) -> float:
    found = float(text)
    if not isfinite(found) or found < 0:
        raise ValueError
    return found


def _day(text: str) -> str:
    if not _DAY.fullmatch(text):
        raise ValueError
    return text
