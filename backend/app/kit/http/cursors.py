"""Cursors of lists: the position of the last item, and a keyed checksum over the list, its filters and the position.

With the cursor of another list or of other filters, a list would skip items without an error. The checksum refuses it.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import blake2b
from hmac import compare_digest
from secrets import token_hex
from typing import Any

import structlog

from backend.app.kit.db import Ctx, Database, state
from backend.app.kit.errors import BadInput, StoreFull, StoreUnavailable

log = structlog.get_logger("http")

KEY = "cursor_key"
"""Key in `store_state`. It is in no archive: cursors of a store are not valid in its copies."""

_CHECKSUM_BYTES = 8

_encode = json.JSONEncoder(sort_keys=True).encode


def load_key(db: Database, ctx: Ctx) -> str | None:
    """Return the store's key, which all its processes share. The first one generates it; None if it cannot write."""
    key = db.snapshot_now(state.get, KEY)
    if key is None:
        try:
            db.write_now(ctx, state.offer, KEY, token_hex(16))
        except (StoreFull, StoreUnavailable) as error:
            log.warning("cursors are valid in this process only, because their key was not stored", error=error.detail)
            return None
        key = db.snapshot_now(state.get, KEY)
    return key


class Cursors:
    """Issues and checks cursors. Without a key they are valid in this process only."""

    def __init__(self, key: str | None = None) -> None:
        secret = blake2b((key or token_hex(16)).encode()).digest()
        self._keyed = blake2b(key=secret, digest_size=_CHECKSUM_BYTES)

    def issue(self, path: str, filters: Mapping[str, Any], position: str) -> str:
        """Return the cursor of a position in the list at a path with these filters."""
        return f"{position}.{self._checksum(path, filters, position)}"

    def position(self, path: str, filters: Mapping[str, Any], cursor: str, noun: str) -> str:
        """Return the position in a cursor. Raises BadInput unless it was issued for this list and these filters."""
        position, dot, checksum = cursor.rpartition(".")
        if not dot or not cursor.isascii():
            raise BadInput.field("cursor", f"cursor is not a next_cursor of this {noun}")
        if not compare_digest(checksum, self._checksum(path, filters, position)):
            raise BadInput.field(
                "cursor",
                f"cursor is not a next_cursor of this {noun} with these filters; start again without a cursor",
            )
        return position

    def _checksum(self, path: str, filters: Mapping[str, Any], position: str) -> str:
        digest = self._keyed.copy()
        digest.update(_encode([path, filters, position]).encode())
        return urlsafe_b64encode(digest.digest())[:-1].decode()
