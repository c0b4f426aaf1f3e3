"""Random mutations of bytes, reproducible by seed."""

import random
from collections.abc import Sequence

MAX_LENGTH = 200_000
_TOKENS = (
    *(b"\x00", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\r\n", b"\n", b'"', b"'", b"\\", b"\\u0000", b"\\ud800"),
    *(b"{", b"}", b"[", b"]", b"[[", b"{}", b",", b":", b"=", b".", b"%Y", b"%Q", b"%", b"null", b"true", b"NaN"),
    *(b"1e999", b"-1e-9999", b"9223372036854775808", b"0x" + b"f" * 40, b"9" * 400, b"0", b"-", b"+", b"$", b" "),
    *(b"http://127.0.0.1/x\r\nHost: y", b"//[", b"\\u202e", b"\x1b[2J", "é½\u0301\u2028\U0001f600".encode()),
    *(b"\xff\xff\xff\xff", b"\x00\x00\x00\x80", b"\xff\xff\xff\x7f", b"unit", b"#", b"N.W.", b"ext", b"poste"),
)


class Mutator:
    """Mutates the seeds, and inputs that led to new behavior."""

    def __init__(self, seeds: Sequence[bytes], rng: random.Random) -> None:
        self._corpus, self._rng = list(seeds), rng
        self._first = len(self._corpus)

    def keep(self, data: bytes) -> None:
        """Add an input to the corpus. Beyond its limit, the oldest added input is dropped."""
        self._corpus.append(data)
        if len(self._corpus) > self._first + 500:
            del self._corpus[self._first]

    def next(self) -> bytes:
        data = bytearray(self._rng.choice(self._corpus))
        for _ in range(self._rng.choice((0, 1, 1, 2, 3, 6))):
            self._change(data)
        return bytes(data[:MAX_LENGTH])

    def _change(self, data: bytearray) -> None:
        rng = self._rng
        at = rng.randrange(len(data) + 1)
        end = min(len(data), at + rng.choice((1, 2, 4, 16, 200)))
        match rng.randrange(8):
            case 0 if at < len(data):
                data[at] = rng.randrange(256)
            case 1 if at < len(data):
                data[at] ^= 1 << rng.randrange(8)
            case 2:
                del data[at:end]
            case 3:
                data[at:at] = rng.choice(_TOKENS)
            case 4:
                data[at:end] = rng.choice(_TOKENS)
            case 5:
                data[at:at] = (data[at:end] or b"a") * rng.choice((1, 2, 10, 100, 2_000))
            case 6:
                other = rng.choice(self._corpus)
                start = rng.randrange(len(other) + 1)
                data[at:end] = other[start : start + rng.choice((8, 100, 5_000))]
            case _:
                del data[at + rng.randrange(200) :]
        del data[MAX_LENGTH:]
