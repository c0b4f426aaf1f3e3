"""Size of a text message: its encoding, its units and its segments. Pure functions.

A text is sent in GSM-7 (3GPP TS 23.038) if every character is in that alphabet or its extension table, else in UCS-2.
One segment holds 160 septets or 70 UTF-16 units. A longer text is split into segments of 153 or 67, because each needs
a header; a character is never split.
"""

from dataclasses import dataclass
from typing import Literal

Encoding = Literal["GSM-7", "UCS-2"]

MAX_CHARACTERS = 1600
"""Characters that Twilio takes in one message, in code points of Unicode."""

GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_7_EXTENSION = frozenset("\f^{}\\[~]|€")
"""Characters that take two septets."""

_LIMITS: dict[Encoding, tuple[int, int]] = {"GSM-7": (160, 153), "UCS-2": (70, 67)}
"""Units of a text of one segment, and of each segment of a longer one."""

_ZERO_WIDTH_JOINER = "\u200d"
_MODIFIERS = ("\ufe0f", "\u20e3")  # emoji presentation, keycap
_BASIC_PLANE = 0xFFFF


@dataclass(frozen=True, slots=True)
class TextSize:
    """Size of a text message."""

    encoding: Encoding
    characters: int
    """Code points of Unicode."""

    units: int
    """Septets in GSM-7, 16-bit units in UCS-2."""

    segments: int
    estimate: bool
    """True if the text has joined emoji, which providers split differently."""

    outside_gsm_7: str
    """The distinct characters that require UCS-2, in their order."""


def text_size(text: str) -> TextSize:
    """Return the size of a text message. An empty text has no segments."""
    outside = "".join(dict.fromkeys(char for char in text if char not in GSM_7 and char not in GSM_7_EXTENSION))
    encoding: Encoding = "UCS-2" if outside else "GSM-7"
    widths = [_width(char, encoding) for char in text]
    units = sum(widths)
    return TextSize(encoding, len(text), units, _segments(widths, units, encoding), _has_joined_emoji(text), outside)


def length_fault(text: str) -> str | None:
    """Return a sentence if a text is too long for one message, else None."""
    if len(text) <= MAX_CHARACTERS:
        return None
    return f"body has {len(text):,} characters, and a text message at most {MAX_CHARACTERS:,}: shorten or divide it"


def _width(char: str, encoding: Encoding) -> int:
    if encoding == "GSM-7":
        return 2 if char in GSM_7_EXTENSION else 1
    return 2 if ord(char) > _BASIC_PLANE else 1


def _segments(widths: list[int], units: int, encoding: Encoding) -> int:
    single, several = _LIMITS[encoding]
    if units <= single:
        return 1 if units else 0
    count, left = 0, 0
    for width in widths:
        if width > left:
            count, left = count + 1, several
        left -= width
    return count


def _has_joined_emoji(text: str) -> bool:
    """Return whether the text has emoji of several code points: families, flags, skin tones, keycaps."""
    return any(char == _ZERO_WIDTH_JOINER or char in _MODIFIERS or _is_emoji_part(char) for char in text)


def _is_emoji_part(char: str) -> bool:
    return "\U0001f3fb" <= char <= "\U0001f3ff" or "\U0001f1e6" <= char <= "\U0001f1ff"
