"""Detection of repeated keys, for a million or more, without storing them."""

from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

_Hashes = NDArray[np.uint64]


class SeenKeys:
    """Set of keys as 64-bit hashes in sorted runs, each at least twice as long as the next.

    In one of 37 million files with a million keys, two different keys share a hash.
    """

    def __init__(self) -> None:
        self._runs: list[_Hashes] = []

    def new(self, keys: list[str]) -> list[bool]:
        """Return for each key whether it is new."""
        raw = b"".join([blake2b(key.encode(), digest_size=8).digest() for key in keys])
        hashes: _Hashes = np.frombuffer(raw, dtype=np.uint64)
        fresh = np.zeros(len(hashes), dtype=bool)
        first = np.unique(hashes, return_index=True)[1]
        fresh[first] = True
        for run in self._runs:
            at = np.minimum(np.searchsorted(run, hashes), len(run) - 1)
            fresh &= run[at] != hashes
        self._add(np.sort(hashes[fresh]))
        found: list[bool] = fresh.tolist()
        return found

    def _add(self, run: _Hashes) -> None:
        if not len(run):
            return
        self._runs.append(run)
        while len(self._runs) > 1 and len(self._runs[-2]) < 2 * len(self._runs[-1]):
            last = self._runs.pop()
            self._runs[-1] = np.sort(np.concatenate([self._runs[-1], last]))
