"""Parcel numbers: which spellings mean the same parcel. Pure.

Spellings differ in separators, case and zero padding: `12-345-678`, `12345678`, `012 345 678`. Two keys compare them:

- `parcel_key`, the loose key, ignores separators. `1-23-4` and `12-3-4` share it, so it serves only to recognize a
  property's own sales, where one sale too many does no harm.
- `parcel_classes`, the strict comparison, is for duplicates and everything that learns. Groups of digits are compared
  as numbers, so zero padding does not matter. A letter is a group of its own, with or without a separator. Where both
  spellings have groups, the groups must agree. A spelling without groups joins the class of the one grouping that it
  could mean; if it could mean several, it is a parcel of its own.

Whether a spelling without groups is ambiguous depends on the other spellings of the market. So that a value as of a day
never depends on later sales, a spelling is classified at its first sale, by the sales closed until that day.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from backend.app.core_gov.market.columns import UNKNOWN, Codes
from backend.app.kit.arrays import Bools, Ints
from backend.app.kit.text import plain_separators, without_format

_PLACEHOLDERS = frozenset(
    {"", "0", "na", "none", "null", "nil", "unknown", "unk", "tbd", "tba", "pending", "unassigned", "notassigned"}
    | {"notavailable", "notapplicable", "notyetassigned", "tobeassigned", "tobedetermined", "new", "newparcel"}
    | {"seeremarks", "multiple", "various", "split", "assigned", "confidential", "tobeprovided", "unavailable"}
    | {"multi", "multipleparcels", "multipleapns", "seeattached", "seedocs", "noapn", "nopin", "newconstruction"}
    | {"newlot", "pendingsplit", "splitpending", "undetermined", "exempt", "same", "inconnu", "inconnue", "aucun"}
    | {"nd", "so", "avenir", "àvenir", "adéterminer", "adeterminer", "àdéterminer"}
)
"""Words and zeros that stand where a parcel number is missing, without separators."""

_FILLER = re.compile(r"x{2,}|9{6,}")
"""Filler that people type where a form requires a parcel number."""

_SEPARATORS = re.compile(r"(?:[^\w\n]|_)+")
_BESIDE_LETTERS = re.compile(r"-(?![0-9])|(?<![0-9])-")
_FRACTION = re.compile(r"^([0-9]+)\.0$", re.MULTILINE)
"""Parcel number that some program took for a number, such as 12345678.0."""

_LABEL = re.compile(r"^ *(?:apn|pid|pin|parcel(?: (?:id|no|number))?)[ .:#]+(?=\d)", re.MULTILINE)
"""Name of the number before it, as in `PID: 012-345-678`."""
_PADDING = re.compile(r"(?<![0-9])0+(?=[0-9])")


@dataclass(frozen=True)
class Spellings:
    """Spellings in comparable form, one for each text: `grouped` keeps the groups of digits, `compact` joins them."""

    grouped: list[str]
    compact: list[str]


def spellings_of(texts: Sequence[str]) -> Spellings:
    """Return the comparable forms of many texts at once."""
    whole = "\n".join(texts)
    if whole.count("\n") != len(texts) - 1:
        whole = "\n".join(" ".join(text.split()) for text in texts)
    if not whole.isascii():
        whole = unicodedata.normalize("NFKC", whole)
    if ".0" in whole:
        whole = _FRACTION.sub(r"\1", whole)
    plain = _LABEL.sub("", whole.lower())
    grouped = _BESIDE_LETTERS.sub("", _SEPARATORS.sub("-", plain))
    without_padding = _PADDING.sub("", grouped).split("\n")
    if "-" not in grouped:
        return Spellings(without_padding, without_padding)
    return Spellings(without_padding, _PADDING.sub("", grouped.replace("-", "")).split("\n"))


def parcel_key(parcel: str | None) -> str | None:
    """Return the loose key of a parcel number; None for no number and for words such as "TBD"."""
    return parcel_keys([parcel])[0]


def parcel_keys(parcels: Sequence[str | None]) -> list[str | None]:
    """Return the loose keys of many parcel numbers."""
    known = [parcel for parcel in parcels if parcel is not None]
    keys = iter(spellings_of(known).compact if known else [])
    found = [None if parcel is None else next(keys) for parcel in parcels]
    return [None if key is None or _is_placeholder(key) else key for key in found]


def _is_placeholder(compact: str) -> bool:
    return compact in _PLACEHOLDERS or _FILLER.fullmatch(compact) is not None


SQL_KEY = (
    "ltrim(replace(replace(replace(replace(lower((doc ->> 'parcel')), '-', ''), ' ', ''), '.', ''), '/', ''), '0')"
)
"""Expression for the parcel number of a document without the usual separators and zeros, which an index can hold."""


def sql_key(parcel: str) -> str:
    """Return the value of `SQL_KEY` for a parcel number. Dashes and spaces of copied text are usual separators here."""
    return re.sub("[-. /]", "", plain_separators(without_format(parcel)).lower()).lstrip("0")


def may_be_same_parcel(one: str, other: str) -> bool:
    """Return whether two spellings can mean the same parcel by the strict comparison."""
    found = spellings_of([one, other])
    (first, second), grouped = found.grouped, ["-" in text for text in found.grouped]
    if all(grouped):
        return first == second
    return found.compact[0] == found.compact[1]


@dataclass(frozen=True)
class ParcelCodes(Codes):
    """Parcel numbers encoded as integers; `first_day` is the day on which each spelling first closed.

    `known_classes` are the classes if they were computed before.
    """

    first_day: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64), repr=False, compare=False)
    known_classes: Ints | None = field(default=None, repr=False, compare=False)

    @cached_property
    def classes(self) -> Ints:
        """Code of the first spelling of each code's parcel; UNKNOWN for a placeholder."""
        if self.known_classes is not None:
            return self.known_classes
        return self._table.classes(self.first_day if len(self.first_day) else None)

    @cached_property
    def _table(self) -> "_SpellingTable":
        return _SpellingTable(self.names)

    def class_of(self, text: str | None) -> int:
        """Return the class of a parcel number in any spelling; UNKNOWN if no sale has that parcel."""
        if text is None:
            return UNKNOWN
        code = self.of(text)
        if code == UNKNOWN:
            return self._class_of_new(text)
        return int(self.classes[code])

    def _class_of_new(self, text: str) -> int:
        spelling = spellings_of([text])
        (grouped,), (compact,) = spelling.grouped, spelling.compact
        if _is_placeholder(compact):
            return UNKNOWN
        by_compact, by_grouped = self._table.by_compact, self._table.by_grouped
        if "-" in grouped:
            same = np.flatnonzero(by_grouped == hash(grouped))
            if len(same):
                return int(self.classes[same[0]])
        like = np.flatnonzero(by_compact == hash(compact))
        of_like = self.classes[like]
        with_groups = {int(of_like[at]) for at, code in enumerate(like) if "-" in self._grouped(int(code))}
        without = {int(each) for each in of_like} - with_groups
        plain = {int(of_like[at]) for at, code in enumerate(like) if "-" not in self._grouped(int(code))}
        candidates = without if "-" in grouped else plain or with_groups
        return candidates.pop() if len(candidates) == 1 else UNKNOWN

    def _grouped(self, code: int) -> str:
        return spellings_of([self.names[code]]).grouped[0]


def _hashes_of(texts: Iterable[str], count: int) -> Ints:
    return np.fromiter(map(hash, texts), dtype=np.int64, count=count)


def first_days(codes: Ints, close_day: Ints, count: int) -> Ints:
    """Return the day on which each of `count` spellings first closed, from the codes and days of the sales."""
    order = np.argsort(close_day, kind="stable")[::-1]
    found = np.zeros(count + 1, dtype=np.int64)  # the last is for sales without a parcel number
    found[codes[order]] = close_day[order]  # the earliest sale is assigned last
    return found[:-1]


def parcel_classes(names: Sequence[str], first_day: Ints | None = None) -> Ints:
    """Return the index of the first spelling of each spelling's parcel; UNKNOWN for placeholders.

    `first_day` is the day on which each spelling first closed; without it, all are as old.
    """
    return _SpellingTable(names).classes(first_day)


class _SpellingTable:
    """Hashes of the comparable forms of many spellings: 16 bytes for each."""

    def __init__(self, names: Sequence[str]) -> None:
        found = spellings_of(names) if names else Spellings([], [])
        self._names = names
        self.by_compact = _hashes_of(found.compact, len(names))
        self.by_grouped = _hashes_of(found.grouped, len(names))
        self._missing = np.fromiter(map(_is_placeholder, found.compact), np.bool_, len(names))

    def classes(self, first_day: Ints | None) -> Ints:
        """Return the index of the first spelling of each spelling's parcel; UNKNOWN for placeholders."""
        classes = np.arange(len(self._names), dtype=np.int64)
        related = np.flatnonzero((_repeated(self.by_compact) | _repeated(self.by_grouped)) & ~self._missing).tolist()
        if related:
            found = spellings_of([self._names[at] for at in related])
            days = [0] * len(related) if first_day is None else first_day[related].tolist()
            keys = zip(
                days, ["-" not in text for text in found.grouped], [self._names[at] for at in related], strict=True
            )
            rule = _Classifier()
            for _, at in sorted(zip(keys, range(len(related)), strict=True)):
                classes[related[at]] = rule.class_of(related[at], found.grouped[at], found.compact[at])
        classes[self._missing] = UNKNOWN
        return classes


def _repeated(hashes: Ints) -> Bools:
    """Return which values occur more than once."""
    order = np.argsort(hashes, kind="stable")
    same = np.diff(hashes[order]) == 0
    found = np.zeros(len(hashes), dtype=np.bool_)
    found[order[1:]] = same
    found[order[:-1]] |= same
    return found


class _Classifier:
    """Assigns spellings to parcels in the order in which they became known; a class is its first spelling."""

    def __init__(self) -> None:
        self._by_grouping: dict[str, int] = {}
        self._without_groups: dict[str, int] = {}
        self._alike: defaultdict[str, dict[int, None]] = defaultdict(dict)
        self._has_grouping: set[int] = set()

    def class_of(self, spelling: int, grouped: str, compact: str) -> int:
        if "-" in grouped:
            found = self._by_grouping.get(grouped)
            if found is None:
                free = [each for each in self._alike[compact] if each not in self._has_grouping]
                found = free[0] if free else spelling
            self._by_grouping[grouped] = found
            self._has_grouping.add(found)
        else:
            found = self._without_groups.get(compact)
            if found is None:
                alike = list(self._alike[compact])
                found = alike[0] if len(alike) == 1 else spelling
            self._without_groups[compact] = found
        self._alike[compact][found] = None
        return found
