"""What differs from one run to the next in an answer, and how it is told to be the same.

An id, a time, an ETag is never twice the same; so the one in a document stands for the one of this run. The first
time that the two are met in the same place they are bound, and from then on the one must stand wherever the other
does, in answers and in commands. What is only measured (a waiting time, a date header) may be anything of its form.
"""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

_BOUND = {
    "token": r"\bvlh_[A-Za-z0-9_-]{43}",
    "id": r"\b(?:dr|sl|p|lnk|pr|deal|ct|ev)_[0-9a-f]{32}\b",
    "time": r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z",
    "stamp": r"\b\d{8}T\d{6}\.\d{6}Z",
    "etag": r"\b[0-9a-f]{24}\b",
    "request": r"\b[0-9a-f]{16}\b",
}
_MEASURED = {
    "date": r"(?<=\ndate: )[^\n]+",
    "wait": r"(?<=try again in )\d+(?= s\b)|(?<=retry-after: )\d+",
    "lag": r'(?<="mirror_lag_s": )[0-9.e-]+',
    "disk": r"\d+\.\d(?= GB free)",
}
_ALL = re.compile("|".join(f"(?P<{kind}>{form})" for kind, form in (_BOUND | _MEASURED).items()))


def _kind(match: re.Match[str]) -> str:
    assert match.lastgroup is not None
    return match.lastgroup


def shape(text: str) -> str:
    """The text with the kind of each such value in its place."""
    return _ALL.sub(lambda match: f"<{_kind(match)}>", text)


class Names:
    """The values of a document, each with the value of this run that it stands for."""

    def __init__(self) -> None:
        self._real: dict[str, str] = {}
        self._written: dict[str, str] = {}

    def real(self, command: str) -> str:
        """A command of the document, as it is to be run."""
        return _ALL.sub(lambda match: self._real.get(match[0], match[0]), command)

    def agree(self, written: str, answer: str) -> bool:
        """Whether an answer is what is written; binds the names that are new in it."""
        if shape(written) != shape(answer):
            return False
        return all(self._bind(*pair) for pair in _pairs(written, answer))

    def rewrite(self, written: str, answer: str) -> str:
        """The answer in the names of the document: in those that are written, as far as its lines are like them."""
        old, new = written.splitlines(), answer.splitlines()
        alike = SequenceMatcher(None, [shape(line) for line in old], [shape(line) for line in new], autojunk=False)
        for block in alike.get_matching_blocks():
            for step in range(block.size):
                for pair in _pairs(old[block.a + step], new[block.b + step]):
                    self._bind(*pair)
        return _ALL.sub(self._name, answer)

    def _name(self, match: re.Match[str]) -> str:
        """What the document calls a value; one that it does not know yet keeps its own name."""
        if _kind(match) in _BOUND and match[0] not in self._written:
            self._bind(match[0], match[0])
        return self._written.get(match[0], match[0])

    def _bind(self, written: str, real: str) -> bool:
        """Binds the two unless one of them is bound; whether they are bound to each other now."""
        if written not in self._real and real not in self._written:
            self._real[written], self._written[real] = real, written
        return self._real.get(written) == real


def _pairs(written: str, answer: str) -> Iterator[tuple[str, str]]:
    """The values that must be bound, from two texts of the same shape."""
    for one, other in zip(_ALL.finditer(written), _ALL.finditer(answer), strict=True):
        if _kind(one) in _BOUND:
            yield one[0], other[0]
