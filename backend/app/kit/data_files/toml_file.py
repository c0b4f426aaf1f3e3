"""Reader for TOML files written by users, such as lists of feeds and column mappings.

Input that would overload the parser is refused before parsing, and values that cannot be stored after it, each with one
sentence.
"""

import tomllib
from pathlib import Path
from typing import Any

from backend.app.kit.errors import BadInput
from backend.app.kit.strict_json import check_text
from backend.app.kit.text import shorten

MAX_BYTES = 1_000_000
MAX_DEPTH = 16
MAX_DOTS = 200
"""Maximum dots in a line. The parser's time and memory are quadratic in the parts of a dotted key."""

MAX_TEXT = 10_000
_INT_MIN, _INT_MAX = -(2**63), 2**63 - 1


class NotToml(BadInput):
    """The bytes are not valid TOML. `reason` says where."""

    def __init__(self, called: str, reason: str) -> None:
        super().__init__(f"{called} is not valid TOML: {reason}")
        self.reason = reason


def read_toml(path: Path, what: str) -> dict[str, Any]:
    """Return the tables of a file. Raises FileNotFoundError, and BadInput, with `what` as the kind of file."""
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror or error}") from None
    if len(raw) > MAX_BYTES:
        raise BadInput(f"{path} is larger than a megabyte, too large for a {what}")
    return parse_toml(raw, str(path))


def parse_toml(raw: bytes, called: str) -> dict[str, Any]:
    """Parse TOML. Raises BadInput, with `called` as the name of the file."""
    for number, line in enumerate(raw.split(b"\n"), 1):
        if line.count(b".") > MAX_DOTS:
            raise BadInput(f"{called}: line {number:,} has more than {MAX_DOTS} dots, which is nested too deep")
    try:
        found = tomllib.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise BadInput(f"{called} is not UTF-8 text (byte {error.start})") from None
    except RecursionError:
        raise BadInput(f"{called} is nested deeper than {MAX_DEPTH} levels") from None
    except ValueError as error:  # an integer of thousands of digits raises a plain ValueError
        reason = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "it holds a number that is too long"
        raise NotToml(called, shorten(reason, 200)) from None
    _check(found, called, "", MAX_DEPTH)
    return found


def _check(value: Any, called: str, name: str, left: int) -> None:
    """Raise BadInput for excessive nesting, and for numbers and texts that cannot be stored."""
    where = f"{called}: {name}" if name else called
    if left < 0:
        raise BadInput(f"{called} is nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, dict):
        for key, child in value.items():
            _check_text(key, f"{where}: the name {key[:40]!a}")
            _check(child, called, f"{name}.{ascii(key[:40])[1:-1]}".lstrip("."), left - 1)
    elif isinstance(value, list):
        for child in value:
            _check(child, called, name, left - 1)
    elif isinstance(value, str):
        _check_text(value, where)
    elif type(value) is int and not _INT_MIN <= value <= _INT_MAX:
        raise BadInput(f"{where} is a whole number that does not fit in 64 bits")


def _check_text(text: str, where: str) -> None:
    check_text(text, where)
    if len(text) > MAX_TEXT:
        raise BadInput(f"{where} has more than {MAX_TEXT:,} characters")
