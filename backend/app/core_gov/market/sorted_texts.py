"""Many different texts, sorted, in one block of memory."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import overload

import numpy as np

from backend.app.kit.arrays import Ints


class SortedTexts(Sequence[str]):
    """Sorted texts without repetition: about 20 bytes for each, and decoded only when they are read.

    `block` has their UTF-8 bytes, one after the other, and `ends` where each ends. The order of bytes is that of code
    points.
    """

    def __init__(self, block: bytes, ends: Ints) -> None:
        self.block, self.ends = block, ends

    @classmethod
    def of(cls, texts: Iterable[str]) -> "SortedTexts":
        """Pack texts that are sorted. Raises UnicodeEncodeError for a text that is not valid Unicode."""
        parts = [text.encode() for text in texts]
        return cls(b"".join(parts), np.cumsum(np.fromiter(map(len, parts), dtype=np.int64, count=len(parts))))

    def __len__(self) -> int:
        return len(self.ends)

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[str, ...]: ...
    def __getitem__(self, at: int | slice) -> str | tuple[str, ...]:
        if isinstance(at, slice):
            return tuple(self)[at]
        place = range(len(self.ends))[at]
        return self.block[int(self.ends[place - 1]) if place else 0 : int(self.ends[place])].decode()

    def __iter__(self) -> Iterator[str]:
        if not self.block.isascii():
            return (self.block[start:end].decode() for start, end in pairwise([0, *self.ends.tolist()]))
        text = self.block.decode("ascii")
        return (text[start:end] for start, end in pairwise([0, *self.ends.tolist()]))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, SortedTexts):
            return self.block == other.block and np.array_equal(self.ends, other.ends)
        return isinstance(other, tuple) and tuple(self) == other

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"SortedTexts of {len(self)}"

    def find(self, text: str) -> int | None:
        """Return the place of a text; None if it is not among them."""
        place = bisect_left(self, text)
        return place if place < len(self) and self[place] == text else None
