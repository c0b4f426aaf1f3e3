"""Encoding of a text file and place of its header: as its mapping states them, or as its first bytes tell."""

import codecs
from dataclasses import dataclass

from backend.app.kit.errors import BadInput
from backend.app.kit.text import shorten

MAX_SKIP = 1000
"""Maximum lines before a header."""

_ENCODINGS = (
    *("utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp1250", "cp1252", "latin-1", "iso8859-15"),
    *("cp437", "cp850", "mac-roman"),
)
_BY_CODEC = {codecs.lookup(name).name: name for name in _ENCODINGS}
_USED = {"utf-8": "utf-8-sig", "latin-1": "cp1252"}
"""Codecs in place of those that are stated. Programs that write `latin-1` write the characters that only cp1252 has,
as the Encoding Standard (WHATWG) says."""

_CODECS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
MARKS = tuple(mark for mark, _ in _CODECS)
"""Byte order marks."""


@dataclass(frozen=True, slots=True)
class TextLayout:
    """Layout of a text file: `encoding` is None for UTF-8; `skip` counts the lines before the header."""

    encoding: str | None = None
    skip: int = 0

    def codec(self, start: bytes) -> str:
        """Return the codec for a file with these first bytes; a byte order mark takes precedence."""
        marked = next((name for mark, name in _CODECS if start.startswith(mark)), None)
        return marked or _USED.get(self.encoding or "utf-8") or str(self.encoding)

    @property
    def of_one_byte(self) -> bool:
        """True if every byte is a character, so that any file can be decoded, rightly or not."""
        return self.encoding is not None and not self.encoding.startswith("utf")


def known_encoding(name: str) -> str:
    """Return the usual name of an encoding in any spelling. Raises ValueError with the rest of a sentence."""
    try:
        found = _BY_CODEC.get(codecs.lookup(name).name)
    except (LookupError, ValueError):
        found = None
    if found is None:
        raise ValueError(f"is {shorten(name)}; the encodings are {', '.join(_ENCODINGS)}")
    return found


class NotDecodable(BadInput):
    """A text file is not in the encoding that it should have. `likely` is one that it may have."""

    def __init__(self, detail: str, likely: str) -> None:
        super().__init__(detail)
        self.likely = likely


def not_decodable(name: str, layout: TextLayout | None, lines: int, content: bytes) -> NotDecodable:
    """Return the error for a file that is not in its encoding, with part of its content; `lines` were read before."""
    at = f" after line {lines}" if lines else ""
    likely = "utf-16-le" if b"\0" in content else "cp1252"
    if layout is not None and layout.encoding is not None:
        return NotDecodable(f"{name} is not {layout.encoding} text{at}: correct encoding in the mapping file", likely)
    example = f'"{likely}"{" for files of Windows" if likely == "cp1252" else ""}'
    option = "" if layout is None else f", or state its encoding in the mapping file, such as encoding = {example}"
    return NotDecodable(f"{name} is not UTF-8 text{at}: save it as UTF-8 (in Excel: CSV UTF-8){option}", likely)
