"""Typed columns by which lists are sorted and filtered, and the values of a document in them.

A value is a key: text without case and accents, an amount in cents, a number, or a date or time in ISO 8601. Keys are
computed here, not by a database, so both databases sort them in the same order: text by code point, nothing else by a
locale.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from typing import Any, Literal

from sqlalchemy import BigInteger, Double, Text
from sqlalchemy.types import TypeEngine

from backend.app.kit.cents import cents_of
from backend.app.kit.text import folded, words_of

VERSION = 1
"""Version of the keys. Increase it whenever the key of any value changes, so that stored keys are recomputed."""

MAX_KEY = 200
"""Maximum bytes of a text key. Texts that differ only after it are sorted by creation."""

_DIGITS = re.compile(r"[0-9]+")
_WIDTH = 12
"""Digits of a number in a text key, with leading zeros, so that 9 Elm Street comes before 10 Elm Street."""

BINARY_TEXT = Text(collation="C").with_variant(Text(), "sqlite")
"""Text in order of code points, on both databases."""

Key = str | int | float | None


def text_key(value: Any) -> str | None:
    """Return the words of a text without case, accents and punctuation, its numbers padded; None if it has none."""
    if not isinstance(value, str):
        return None
    words = " ".join(words_of(value)) or " ".join(folded(value).split())
    key = _DIGITS.sub(lambda found: found[0].lstrip("0").rjust(_WIDTH, "0"), words)
    return (key if len(key) <= MAX_KEY // 4 else key.encode()[:MAX_KEY].decode(errors="ignore")) or None


def cents_key(value: Any) -> int | None:
    """Return an amount in cents; None if it is not an amount."""
    if type(value) not in {int, float} or not isfinite(value):
        return None
    cents = cents_of(value)
    return cents if abs(cents) < 2**63 else None


def number_key(value: Any) -> float | None:
    return float(value) if type(value) in {int, float} and abs(value) < 2**53 else None


def plain_key(value: Any) -> str | None:
    """Return a date, a time in ISO 8601 or a code as it is stored."""
    return value[:MAX_KEY] if isinstance(value, str) and value.isascii() else None


@dataclass(frozen=True, slots=True)
class Kind:
    """Type of a column. `limit` converts the value of a range parameter to the key that it is compared with."""

    name: str
    key: Callable[[Any], Key]
    type: TypeEngine[Any]
    suffix: str = ""
    limit: Callable[[Any], Key] | None = None


TEXT = Kind("text", text_key, BINARY_TEXT)
CENTS = Kind("cents", cents_key, BigInteger(), "_cents", lambda amount: round(amount * 100))
NUMBER = Kind("number", number_key, Double())
DATE = Kind("date", plain_key, BINARY_TEXT)
TIME = Kind("time", plain_key, BINARY_TEXT)
CODE = Kind("code", plain_key, BINARY_TEXT)


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A typed column of a list.

    `field`: its name in parameters, and the field of the document. `sorts`: whether lists can be sorted by it, which
    takes an index. `matches`: what the parameter of its name finds: the same text in any case and without accents, or
    texts that contain it. `computed`: whether the value comes from elsewhere than the document, written by the store.
    `column`: its name in the database, if SQL does not allow the field's.
    """

    field: str
    kind: Kind
    sorts: bool = False
    matches: Literal["", "same", "part"] = ""
    computed: bool = False
    column: str = ""

    @property
    def name(self) -> str:
        """Name of the column in the database."""
        return self.column or self.field + self.kind.suffix

    @property
    def rule(self) -> str:
        """Description of what is stored, for the version of the rule."""
        return f"{self.name} {self.kind.name} {self.computed}"


@dataclass(frozen=True, slots=True)
class Group:
    """A field with few values, by which most lists are filtered. Indexes of sorts start with it.

    A value that is not among `values` is stored as an empty text.
    """

    field: str
    values: tuple[str, ...]

    def key(self, value: Any) -> str:
        return value if isinstance(value, str) and value in self.values else ""

    @property
    def keys(self) -> tuple[str, ...]:
        """All values that the column can have."""
        return (*self.values, "")
