"""Limit of one HTTP exchange: the size of the decompressed body.

The body is decompressed while it is read, so a small body that expands to gigabytes is refused at the limit. Only
gzip is accepted; any other content encoding is refused.
"""

import zlib
from collections.abc import Iterable
from typing import Any

from backend.app.core_gov.mls.errors import FeedFailed

ACCEPTED = "gzip"
MAX_MEMBERS = 100
_KNOWN = {"gzip", "x-gzip"}
_GZIP = 16 + zlib.MAX_WBITS


class BodyTooLarge(Exception):
    """The compressed or decompressed body exceeds the limit."""


class DecompressionError(Exception):
    """The body is not valid for its content encoding, or truncated."""


def is_gzipped(header: str) -> bool:
    """Return True if this Content-Encoding is gzip. Raises FeedFailed for any other encoding."""
    codings = [each for each in (part.strip().lower() for part in header.split(",")) if each not in {"", "identity"}]
    if len(codings) > 1:
        raise FeedFailed(f"the server's response has {len(codings)} content encodings; only gzip alone is supported")
    if codings and codings[0] not in _KNOWN:
        raise FeedFailed(f"the server's response has the content encoding {codings[0][:40]!a}; only gzip is supported")
    return bool(codings)


def decompressed(chunks: Iterable[bytes], *, gzipped: bool, max_bytes: int) -> bytes:
    """Return the decompressed body, at most `max_bytes` bytes. Raises BodyTooLarge or DecompressionError."""
    decoder = _Gunzip(max_bytes) if gzipped else None
    body = bytearray()
    read = 0
    for chunk in chunks:
        read += len(chunk)
        if decoder is None:
            body += chunk
        else:
            decoder.feed(chunk, body)
        if max(read, len(body)) > max_bytes:
            raise BodyTooLarge
    if decoder is not None and not decoder.complete:
        raise DecompressionError("the body is truncated")
    return bytes(body)


class _Gunzip:
    """Incremental gzip decoder that returns at most one byte more than the limit."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes, self._members = max_bytes, 0
        self._decoder: Any = None

    @property
    def complete(self) -> bool:
        return self._decoder is None

    def feed(self, data: bytes, body: bytearray) -> None:
        while data and len(body) <= self._max_bytes:
            if self._decoder is None:
                self._begin()
            try:
                body += self._decoder.decompress(data, self._max_bytes + 1 - len(body))
            except zlib.error as error:
                raise DecompressionError(str(error)) from None
            if self._decoder.eof:
                data, self._decoder = self._decoder.unused_data, None
            else:
                data = self._decoder.unconsumed_tail

    def _begin(self) -> None:
        self._members += 1
        if self._members > MAX_MEMBERS:
            raise DecompressionError(f"the body has more than {MAX_MEMBERS} gzip members")
        self._decoder = zlib.decompressobj(_GZIP)
