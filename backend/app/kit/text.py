"""Normalization of typed text, so that spellings can be compared, and text for messages. Pure functions."""

import re
import unicodedata
from collections.abc import Sequence

# Apostrophes, dashes, and letters and signs without a Unicode decomposition.
_SPECIAL = str.maketrans(
    dict.fromkeys("'`\u00b4\u02bc\u2018\u2019", "")
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")
    | {"\u2044": "/", "&": " and ", "œ": "oe", "æ": "ae", "Œ": "oe", "Æ": "ae", "ø": "o", "Ø": "o"}
)

_FRACTIONS = re.compile("[\u00bc-\u00be\u2150-\u215e]")
_INITIALS = re.compile(r"(?<!\w)\w(?:\.\w(?!\w))+")
LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[^\W_]+")
_IGNORABLE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""Characters without a glyph that are not format characters (Unicode, Default_Ignorable_Code_Point), after NFKC."""


def folded(text: str) -> str:
    """Return the text without case, accents, apostrophes, and the dots of initials ("N.W." is "nw")."""
    plain = text.lower().translate(_SPECIAL) if text.isascii() else _plain(text)
    return _INITIALS.sub(lambda found: found[0].replace(".", ""), plain) if "." in plain else plain


def _plain(text: str) -> str:
    spaced = _FRACTIONS.sub(r" \g<0>", text.translate(_SPECIAL))
    return _without_accents(_without_accents(spaced).casefold()).translate(_SPECIAL)


def match_key(text: str) -> str:
    """Return the text as typed words are compared: without case, width, surrounding or repeated white space.

    Invisible characters are dropped. Accents and punctuation count.
    """
    wide = unicodedata.normalize("NFKC", text).casefold()
    visible = "".join(char for char in wide if char.isascii() or not _is_invisible(char))
    return " ".join(unicodedata.normalize("NFKC", visible).split())


def _is_invisible(char: str) -> bool:
    return unicodedata.category(char) == "Cf" or _IGNORABLE.fullmatch(char) is not None


def word_key(text: str) -> str:
    """Return the normalized words of a name: "D.C." equals "dc", "Terre-Neuve" equals "terre neuve"."""
    return " ".join(words_of(text))


def _without_accents(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))


def words_of(text: str) -> list[str]:
    return _WORD.findall(folded(text))


def shorten(text: str, limit: int = 60) -> str:
    """Return the text for a message: on one line, at most `limit` characters, unprintable ones escaped."""
    line = " ".join(text.split())
    cut = line if len(line) <= limit else f"{line[:limit]}…"
    if not cut.isprintable():
        cut = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in cut)
    return cut or "(empty)"


def list_names(names: Sequence[str], limit: int = 40, width: int = 60) -> str:
    """Return the first `limit` names for a message, and the number of the others: "a, b and 3 more".

    Names longer than `width` characters are shortened.
    """
    first = ", ".join(shorten(name, width) for name in names[:limit])
    return first if len(names) <= limit else f"{first} and {len(names) - limit:,} more"
