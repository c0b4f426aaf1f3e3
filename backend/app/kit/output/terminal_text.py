"""Text that is safe to print: data can neither control the terminal nor start a new line."""

import re

_UNSAFE = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # control characters, among them ESC, CSI and the line feed
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"  # text direction
    "\u2028\u2029"  # line and paragraph separators
    "\ud800-\udfff"  # surrogates for bytes that are not UTF-8, which no terminal accepts
    "]"
)


def printable(text: object) -> str:
    r"""Return the text with control and direction characters spelled out, such as \x1b."""
    return _UNSAFE.sub(lambda found: ascii(found[0])[1:-1], str(text))


def printable_lines(text: str) -> str:
    """Return the text escaped in the same way, but with its line breaks."""
    return "\n".join(printable(line) for line in text.replace("\r\n", "\n").split("\n"))
