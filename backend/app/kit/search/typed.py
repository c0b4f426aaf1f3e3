"""A typed search, as the words and identifiers that it may mean. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from backend.app.kit.contact_details import parse_phone
from backend.app.kit.search.words import MAX_WORD, identifier_key
from backend.app.kit.text import words_of

MIN_IDENTIFIER = 3
"""Characters of an identifier, without separators, from which its beginning is found."""

_DIGIT = re.compile(r"\d")
_NORTH_AMERICAN_START = re.compile(r"1[2-9]\d+")
_PHONE = re.compile(r"[\d\s().+/-]{7,}")


@dataclass(frozen=True)
class TypedSearch:
    """What someone typed into a search box. Without a letter or a digit it has no words, and nothing matches."""

    text: str

    @cached_property
    def words(self) -> list[str]:
        """The words, without those that begin another one: whatever matches `elms` matches `elm`."""
        typed = list(dict.fromkeys(word[:MAX_WORD] for word in words_of(self.text)))
        return [word for word in typed if not any(other != word and other.startswith(word) for other in typed)]

    @cached_property
    def identifiers(self) -> list[str]:
        """The identifiers that the whole text may be."""
        keys = {identifier_key(self.text): None}
        if _PHONE.fullmatch(self.text.strip()):
            keys |= dict.fromkeys(_phone_keys(self.text))
        return [key for key in keys if key]

    @cached_property
    def identifier_starts(self) -> list[str]:
        """The beginnings of identifiers that the text may be; empty if it is too short or has no digit."""
        compact = "".join(words_of(self.text))[:MAX_WORD]
        if len(compact) < MIN_IDENTIFIER or not _DIGIT.search(compact):
            return []
        return [compact, compact[1:]] if _NORTH_AMERICAN_START.fullmatch(compact) else [compact]

    def matches(self, entry: str) -> bool:
        """Return whether the entry of a record has all words or an identifier of the search."""
        if self.words and all(f" {word}" in entry for word in self.words):
            return True
        return any(f" ={start}" in entry for start in self.identifier_starts)


def _phone_keys(text: str) -> Iterable[str]:
    for country in ("CA", "US"):
        try:
            yield identifier_key(parse_phone(text, country).e164)
        except ValueError:
            continue
