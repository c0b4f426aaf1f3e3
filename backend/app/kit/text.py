"""Rules of single-line text, normalization for comparing spellings, and text for messages. Pure functions."""

import re
import unicodedata
from collections.abc import Sequence

# Apostrophes, dashes, and letters and signs without a Unicode decomposition.
_SPECIAL = str.maketrans(
    dict.fromkeys("'`\u00b4\u02bc\u2018\u2019", "")
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")
    | {"\u2044": "/", "&": " and ", "œ": "oe", "æ": "ae", "Œ": "oe", "Æ": "ae", "ø": "o", "Ø": "o"}
)

# Sets of characters, as regular expressions write them. Removed from both ends of a line: white space, and the
# characters without width that some programs put around a copied text.
_SPACE = r"\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
_CONTROL = r"\x00-\x1f\x7f-\x9f\u2028\u2029"
# Refused in a line: control characters, line and paragraph separators, and Bidi_Control of UAX #9.
_REFUSED = rf"{_CONTROL}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
# Without anything to see: the two sets above, Default_Ignorable_Code_Point of UAX #44, annotation marks, and the empty
# Braille cell.
_INVISIBLE = (
    r"\x00-\x20\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f"
    r"\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
)
_INVISIBLE_BEYOND_BMP = "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"

_ENDS = re.compile(rf"\A[{_SPACE}]+|[{_SPACE}]+\Z")
_REFUSED_CHARACTER = re.compile(f"[{_REFUSED}]")
_VISIBLE = re.compile(f"[^{_INVISIBLE}{_INVISIBLE_BEYOND_BMP}]")
_LINE_BREAKS = frozenset("\n\v\f\r\x85\u2028\u2029")

SINGLE_LINE = rf"^[{_SPACE}]*[^{_REFUSED}]*[^{_INVISIBLE}][^{_REFUSED}]*[{_SPACE}]*$"
"""Regular expression of the text that `single_line` accepts, for JSON schemas."""

LINE_CHARACTER = f"[^{_REFUSED}]"
"""Regular expression of a character inside of a line, for JSON schemas."""

LINE_START = rf"[^\s{_REFUSED}]"
"""Regular expression of such a character that is no white space, for JSON schemas."""

_FORMAT = r"\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb"
CODE_LINE = rf"^[{_SPACE}{_FORMAT}]*[^{_CONTROL}]*[^{_INVISIBLE}][^{_CONTROL}]*[{_SPACE}{_FORMAT}]*$"
"""Regular expression of the text that `single_line` accepts after `without_format`."""

NOT_BLANK = f"[^{_INVISIBLE}]"
"""Regular expression of the text for which `is_visible` is true."""

_FRACTIONS = re.compile("[\u00bc-\u00be\u2150-\u215e]")
_INITIALS = re.compile(r"(?<!\w)\w(?:\.\w(?!\w))+")
LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[^\W_]+")
_ASCII_WORD = re.compile("[a-zA-Z0-9]+")
_IGNORABLE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""Characters without a glyph that are not format characters (Unicode, Default_Ignorable_Code_Point), after NFKC."""


_HOST = rf"[^\x00-,/:-@\[-^`{{-\x7f{_INVISIBLE}]+"
WEB_ADDRESS = rf'^[hH][tT][tT][pP][sS]?://{_HOST}(:[0-9]{{1,5}})?([/?#][^"<>\\`{_INVISIBLE}]*)?$'
"""Regular expression of a web address: http or https, a host, no name or password, nothing invisible."""

_WEB_ADDRESS = re.compile(WEB_ADDRESS.replace("$", r"\Z"))


def web_address(typed: str) -> str:
    """Return a web address without surrounding white space. Raises ValueError unless it is http or https."""
    address = _ENDS.sub("", typed)
    if not _WEB_ADDRESS.match(address):
        raise ValueError("must be a web address such as https://www.example.com/listing/114")
    return address


def single_line(typed: str) -> str:
    """Return a name, an address or a similar text without surrounding white space.

    Raises ValueError if nothing visible remains, or if a control character, a line break or a bidirectional control
    is inside. ZWJ and ZWNJ are kept, because Persian, Indic scripts and emoji need them.
    """
    if typed.isascii() and typed.isprintable() and typed and typed[0] != " " != typed[-1]:
        return typed
    if not is_visible(typed):
        raise ValueError("must not be blank")
    line = _ENDS.sub("", typed)
    if found := _REFUSED_CHARACTER.search(line):
        raise ValueError(_refusal(found[0]))
    return line


def _refusal(character: str) -> str:
    code = f"U+{ord(character):04X}"
    if character in _LINE_BREAKS:
        return f"must be one line: it contains a line break ({code})"
    if unicodedata.category(character) == "Cc":
        return f"must not contain control characters such as {code}"
    return f"must not contain {code}, which is invisible and changes the direction of text"


def is_visible(text: str) -> bool:
    """Return whether the text has a character that is neither white space nor invisible."""
    return _VISIBLE.search(text) is not None


def without_format(text: str) -> str:
    """Return the text without format characters (category Cf of Unicode), such as marks of direction."""
    return text if text.isascii() else "".join(char for char in text if unicodedata.category(char) != "Cf")


_SEPARATORS = {"Zs": " ", "Pd": "-"}


def plain_separators(text: str) -> str:
    """Return the text with every kind of space as a space, and every kind of dash as a hyphen."""
    if text.isascii():
        return text
    plain = (_SEPARATORS.get(unicodedata.category(char), char) for char in text)
    return "".join(plain).replace("\u2212", "-")


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
    plain = folded(text)
    return (_ASCII_WORD if plain.isascii() else _WORD).findall(plain)


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


_SINGULAR = {"are": "is", "have": "has", "were": "was"}
_VERB = re.compile(rf"\b({'|'.join(_SINGULAR)})\b")


def counted(count: int, noun: str, rest: str = "") -> str:
    """Return the beginning of a sentence about a number of things, given in the plural.

    `counted(2, "rows", "have no value")` is "2 rows have no value", with 1 it is "1 row has no value".
    """
    if count != 1:
        return f"{count:,} {noun} {rest}".rstrip()
    verb = _VERB.sub(lambda found: _SINGULAR[found[0]], rest)
    return f"1 {re.sub(r's$|s(?= of )', '', noun)} {verb}".rstrip()
