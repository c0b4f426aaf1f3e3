"""Which keys came before, of a million or more, without keeping them."""

from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

_Hashes = NDArray[np.uint64]


class SeenKeys:
    """Remembers keys by 64 bits each, in sorted runs; each is at least twice as long as the next one.

    Two of a million keys are taken for one another once in 37 million such files.
    """

    def __init__(self) -> None:
        self._runs: list[_Hashes] = []

    def new(self, keys: list[str]) -> list[bool]:
        """Of each key, whether it comes for the first time."""
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
