"""Limits of one exchange: the size of the decoded body, and the deadline of every read."""

import gzip
import tracemalloc
import zlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.app.core_gov.mls.errors import FeedFailed
from backend.app.core_gov.mls.exchange import (
    BodyTooLarge,
    DecompressionError,
    decompressed,
    is_gzipped,
)
from backend.tests.promises import promise


def zeros(count: int) -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    block = bytes(1_000_000)
    return b"".join([packer.compress(block) for _ in range(count // len(block))]) + packer.flush()


def cut(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


@given(st.binary(max_size=300), st.integers(1, 50), st.integers(0, 400), st.integers(1, 3))
def test_body_is_read_up_to_the_limit_in_any_chunks(body: bytes, size: int, most: int, members: int) -> None:
    packed = b"".join(gzip.compress(body[at::members], mtime=0) for at in range(members))
    whole = b"".join(body[at::members] for at in range(members))
    for gzipped, sent in ((False, whole), (True, packed)):
        if len(whole) <= most and len(sent) <= most:
            assert decompressed(cut(sent, size), gzipped=gzipped, max_bytes=most) == whole
        else:
            with pytest.raises(BodyTooLarge):
                decompressed(cut(sent, size), gzipped=gzipped, max_bytes=most)


@promise("MLS", "A sync ends whatever the server sends, and size limits apply while a response is decoded.")
def test_decompression_bomb_takes_no_memory() -> None:
    packed = zeros(100_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(BodyTooLarge):
            decompressed(cut(packed, 65_536), gzipped=True, max_bytes=1_000_000)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 5_000_000


PACKED = gzip.compress(b"{}", mtime=0)


@pytest.mark.parametrize(
    "packed",
    [PACKED[:-1], b"{}", PACKED + b"more", gzip.compress(b"", mtime=0) * 101, b"\x1f\x8b"],
    ids=["cut short", "not packed", "with more behind it", "of many members", "a beginning"],
)
def test_invalid_or_truncated_gzip_is_refused(packed: bytes) -> None:
    with pytest.raises(DecompressionError):
        decompressed([packed], gzipped=True, max_bytes=10_000)


def test_empty_gzip_members_count_toward_the_limit() -> None:
    with pytest.raises(BodyTooLarge):
        decompressed((gzip.compress(b"") for _ in range(50)), gzipped=True, max_bytes=500)


@pytest.mark.parametrize(("header", "packed"), [("", False), ("identity", False), ("gzip", True), ("X-GZIP ,", True)])
def test_gzip_and_identity_encodings_are_accepted(header: str, packed: bool) -> None:
    assert is_gzipped(header) is packed


@pytest.mark.parametrize("header", ["gzip, gzip", "gzip, identity, gzip", "br", "zstd", "deflate", "compress", "gzip;"])
def test_other_and_nested_encodings_are_refused(header: str) -> None:
    with pytest.raises(FeedFailed, match="the server's response has"):
        is_gzipped(header)
