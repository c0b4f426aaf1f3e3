"""Comparison of documented responses with real ones, whose ids, times, ETags and cursors differ in every run.

Such a value in a document stands for a value of this run. The two are bound when they first occur in the same place;
after that, one must occur wherever the other does, in responses and in commands. A measured value (a waiting time, a
date header) may be any value of its form.

A document may shorten: `dr_01a2…` is an id like any other, `…` elsewhere matches anything up to the end of the line,
and `…` on a line of its own any number of lines.
"""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

_BOUND = {
    "cursor": r'(?<="next_cursor": ")[^"…]+|(?<=cursor=)[\w.-]+',
    "token": r"\bvlh_(?:[A-Za-z0-9_-]{43}|[A-Za-z0-9_-]{2,42}…)",
    "id": r"\b(?:dr|sl|dl|in|oo|cs|p|lnk|agr|amd|cmt|ctb|dst|pay|txn|rev|prd|stm|en|pr|val|apr|mdl|deal|ct|ev|job|note"
    r"|view|per|ses|pk)_(?:[0-9a-f]{32}\b|[0-9a-f]{2,31}…)",
    "secret": r'(?:(?<=/app/invitation#)|(?<=/app/password-reset#)|(?<="secret":"))[\w-]{43}',
    "challenge": r'(?<="challenge": ")[\w-]{43}',
    "totp": r"\b[A-Z2-7]{32}\b",
    "code": r'(?<![^\n])\d{6}(?![^\n])|(?<="code":")\d{6}(?=")',
    "recovery": r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){5}\b",
    "time": r"(?<!\"seen_at\": \")\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z",
    "stamp": r"\b\d{8}T\d{6}\.\d{6}Z",
    "digest": r"\b[0-9a-f]{64}\b",
    "etag": r"\b[0-9a-f]{24}\b",
    "request": r"\b[0-9a-f]{16}\b",
}
_MEASURED = {
    "seen": r'(?<="seen_at": ")\d{4}-\d\d-\d\dT\d\d:\d\d:00\.000000Z',
    "until": r"(?<= until )\d{4}-\d\d-\d\dT\d\d:\d\dZ",
    "date": r"(?<=\ndate: )[^\n]+",
    "wait": r"(?<=try again in )\d+(?= s\b)|(?<=retry-after: )\d+",
    "lag": r'(?<="mirror_lag_s": )[0-9.e-]+|(?<="mirror_lag_s":)[0-9.e-]+',
    "disk": r"\d+\.\d(?= GB free)",
}
_VALUES = re.compile("|".join(f"(?P<{kind}>{form})" for kind, form in (_BOUND | _MEASURED).items()))
_LEFT_OUT = {"lines": r"(?:[^\n]*\n)*?[^\n]*", "words": r"[^\n]*?"}
_PARTS = re.compile(rf"{_VALUES.pattern}|(?P<lines>^…$)|(?P<words>…)", re.MULTILINE)


def _kind(match: re.Match[str]) -> str:
    """Return the kind of a value; for an id, its prefix."""
    assert match.lastgroup is not None
    return match[0].partition("_")[0] if match.lastgroup == "id" else match.lastgroup


def shape(text: str) -> str:
    """Return the text with each such value replaced by its kind."""
    return _VALUES.sub(lambda match: f"<{_kind(match)}>", text)


class Names:
    """Values of a document, each bound to the value of this run that it stands for."""

    def __init__(self) -> None:
        self._real: dict[str, str] = {}
        self._written: dict[str, str] = {}

    def real(self, command: str) -> str:
        """Return a command of the document with the values of this run."""
        return _VALUES.sub(lambda match: self._real.get(match[0], match[0]), command)

    def agree(self, written: str, answer: str) -> bool:
        """Compare a response with the documented one, and bind its new values."""
        values = [match[0] for match in _VALUES.finditer(written) if _kind(match) not in _MEASURED]
        found = re.fullmatch(_pattern(written), answer)
        return found is not None and all(self._bind(*pair) for pair in zip(values, found.groups(), strict=True))

    def rewrite(self, written: str, answer: str) -> str:
        """Return the response with the values of the document, taken from its lines of the same shape."""
        old, new = written.splitlines(), answer.splitlines()
        alike = SequenceMatcher(None, [shape(line) for line in old], [shape(line) for line in new], autojunk=False)
        for block in alike.get_matching_blocks():
            for step in range(block.size):
                for pair in _pairs(old[block.a + step], new[block.b + step]):
                    self._bind(*pair)
        return _VALUES.sub(self._name, answer)

    def _name(self, match: re.Match[str]) -> str:
        """Return the document's value for a real one; a new value stays as it is."""
        if _kind(match) not in _MEASURED and match[0] not in self._written:
            self._bind(match[0], match[0])
        return self._written.get(match[0], match[0])

    def _bind(self, written: str, real: str) -> bool:
        """Bind the two unless one of them is bound. Return whether they are bound to each other."""
        if written not in self._real and real not in self._written:
            self._real[written], self._written[real] = real, written
        return self._real.get(written) == real


def _pattern(written: str) -> str:
    """Return the regular expression for a response, with a group for each value to be bound."""
    parts, end = [], 0
    for match in _PARTS.finditer(written):
        parts += [re.escape(written[end : match.start()]), _form(match)]
        end = match.end()
    return "".join([*parts, re.escape(written[end:])])


def _form(match: re.Match[str]) -> str:
    assert match.lastgroup is not None
    if match.lastgroup in _LEFT_OUT:
        return _LEFT_OUT[match.lastgroup]
    if match.lastgroup in _MEASURED:
        return f"(?:{_MEASURED[match.lastgroup]})"
    return rf"(?={_kind(match)}_)({_BOUND['id']})" if match.lastgroup == "id" else f"({_BOUND[match.lastgroup]})"


def _pairs(written: str, answer: str) -> Iterator[tuple[str, str]]:
    """Yield the pairs of values to be bound, from two texts of the same shape."""
    for one, other in zip(_VALUES.finditer(written), _VALUES.finditer(answer), strict=True):
        if _kind(one) not in _MEASURED:
            yield one[0], other[0]
