"""Words and identifiers of records and of typed searches, in the form in which they are compared. Pure.

One set of rules for both databases: no case, accents, width, apostrophes or hyphens. The entry of a record is one text:
its words and identifiers, each between two spaces, an identifier with `=` before it. So a word that begins with `elm`
is found as ` elm` in the text, and the identifier `l8l4v7` as ` =l8l4v7 `.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from backend.app.kit.text import words_of

VERSION = 1
"""Version of the rules in this module. Increase it whenever the entry of a record changes."""

MAX_TEXT = 20_000
"""Characters of a field that are indexed. The rest of a longer text is not found."""

MAX_WORD = 64
"""Characters of a word that are compared."""

_APOSTROPHES = re.compile("(?<=\\w)['`\u00b4\u02bc\u2018\u2019\uff07](?=\\w)")
_INITIAL = re.compile(r"\.\w")
_ASCII_WORD = re.compile("[a-z0-9]+")
_NORTH_AMERICAN = re.compile(r"1?([2-9]\d{9})")


@dataclass(frozen=True, slots=True)
class SearchedFields:
    """Fields of a kind of record that are searched.

    `words`: fields with text, or with a list of texts. `identifiers`: fields that are also found as a whole in any
    spelling, such as phone numbers.
    """

    words: tuple[str, ...]
    identifiers: tuple[str, ...] = ("id",)

    def entry(self, fields: dict[str, object]) -> str:
        """Return the text that the index stores for a record."""
        texts = [text for name in self.words if (value := fields.get(name)) for text in _texts(value)]
        found = dict.fromkeys(_indexed_words("\n".join(texts)))
        for name in self.identifiers:
            if value := fields.get(name):
                found.update({f"={key}": None for text in _texts(value) if (key := identifier_key(text))})
        return f" {' '.join(found)} "


def _texts(value: object) -> Iterable[str]:
    if isinstance(value, str):
        return (value[:MAX_TEXT],)
    return [each[:MAX_TEXT] for each in value if isinstance(each, str)] if isinstance(value, list) else ()


def _indexed_words(text: str) -> list[str]:
    """Return the words of a text. After an elision such as `l'`, the rest counts as a word too."""
    if _is_plain(text):
        words = _ASCII_WORD.findall(text.lower())
    else:
        words = words_of(text)
        if _APOSTROPHES.search(text):
            words += words_of(_APOSTROPHES.sub(" ", text))
    return words if max(map(len, words), default=0) <= MAX_WORD else [word[:MAX_WORD] for word in words]


def _is_plain(text: str) -> bool:
    """Return whether `folded` changes only the case of a text: no accents, apostrophes, ampersands or initials.

    Most texts are plain, and take a fifth of the time.
    """
    return not (
        not text.isascii() or "'" in text or "`" in text or "&" in text or ("." in text and _INITIAL.search(text))
    )


def identifier_key(text: str) -> str:
    """Return an identifier without separators, accents and case; a North American number without its 1."""
    joined = text.replace("_", "")
    if joined.isascii() and joined.isalnum():
        compact = joined.lower()[:MAX_WORD]
    else:
        plain = text[:MAX_TEXT]
        compact = "".join(_ASCII_WORD.findall(plain.lower()) if _is_plain(plain) else words_of(plain))[:MAX_WORD]
    found = _NORTH_AMERICAN.fullmatch(compact)
    return found[1] if found else compact
