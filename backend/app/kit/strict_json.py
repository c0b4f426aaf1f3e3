"""The only parser for external JSON.

It refuses what other parsers accept: text that is not UTF-8, duplicate keys, NaN and infinities (also `1e999`),
integers beyond 64 bits, numbers that lose their decimal value in a 64-bit float (`1e-9999`, a very long decimal),
nesting deeper than 32, NUL characters and lone surrogates.
"""

import json
import math
import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from typing import TypeAlias

from backend.app.kit.errors import BadInput

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

MAX_BYTES = 1_000_000
MAX_DEPTH = 32
_INT_MIN, _INT_MAX = -(2**63), 2**63 - 1
_SURROGATE = re.compile("[\ud800-\udfff]")


def parse(raw: bytes) -> Json:
    """Return the JSON value in `raw`.

    Raises BadInput with a sentence naming the error.
    """
    if raw.startswith(BOM_UTF8):
        raise BadInput("the body is not valid JSON: it begins with a byte order mark; send UTF-8 without one")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadInput(f"the body is not UTF-8 text (byte {error.start})") from None
    try:
        value, exact = _read(text)
    except RecursionError:
        raise _too_deep() from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise BadInput(f"the body is not valid JSON: {error.msg} ({where})") from None
    if raw.count(b"{") + raw.count(b"[") > MAX_DEPTH:
        _check_depth(value, MAX_DEPTH)
    if b"\\u" in raw:
        _check_text(value)
    if not exact:
        raise _changed_number(value)
    return value


MAX_DEPTH_ON_FILE = 500
"""Maximum nesting of stored documents. Neither database can query deeper ones."""


def on_file(raw: bytes, *, infinite: bool = False) -> Json:
    """Return the value of a stored document, with looser rules than for input.

    Duplicate keys and numbers of any size are accepted, with `infinite` also infinities. Raises BadInput for
    documents that no database can store as JSON.
    """
    try:
        value: Json = (_decode_infinite if infinite else _decode_loosely)(raw.decode("utf-8"))
    except RecursionError:
        raise _too_deep() from None
    except ValueError as error:  # includes UnicodeDecodeError and JSONDecodeError
        raise BadInput(f"the body is not valid JSON: {error}") from None
    _check_depth(value, MAX_DEPTH_ON_FILE)
    if b"\\u" in raw:
        _check_text(value)
    return value


def check_text(text: str, where: str) -> None:
    """Raise BadInput for a NUL character or a lone surrogate in external text."""
    if "\x00" in text:
        raise BadInput(f"{where} contains a NUL character, which cannot be stored")
    if _SURROGATE.search(text):
        raise BadInput(f"{where} contains half of a surrogate pair, which is not a character")


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise BadInput(f"the key {json.dumps(key[:60])} is given twice in one object")
            seen.add(key)
    return found


def _integer(digits: str) -> int:
    if len(digits) > 20 or not _INT_MIN <= (value := int(digits)) <= _INT_MAX:
        raise BadInput(f"the integer {digits[:24]} does not fit in 64 bits")
    return value


def _finite(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise BadInput(f"the number {digits[:24]} is too large")
    return value


class _Inexact(Exception):
    """A number whose decimal value changes when it is read as a 64-bit float and printed again."""


_SURE = 16
"""Characters up to which a number without an exponent has at most 15 digits, which every 64-bit float keeps."""


def _number(digits: str) -> float:
    value = _finite(digits)
    if (len(digits) > _SURE or "e" in digits or "E" in digits) and not is_exact(digits, value):
        raise _Inexact
    return value


def is_exact(digits: str, value: float) -> bool:
    """Return True if the float prints as the same decimal value as its source digits, as `1.10` and `1.1` do."""
    return _decimal(digits) == _decimal(repr(value))


_MAX_EXPONENT = 18


def _decimal(digits: str) -> tuple[bool, str, int]:
    """Return sign, digits without leading and trailing zeros, and the power of ten of the last digit.

    The time depends on the length of the text, never on the size of the exponent.
    """
    mantissa, _, power = digits.lower().partition("e")
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    significant = (whole + fraction).lstrip("0")
    if not significant:
        return False, "", 0
    shown = significant.rstrip("0")
    size = power.lstrip("+-").lstrip("0")
    if len(size) > _MAX_EXPONENT:
        size = "9" * _MAX_EXPONENT  # beyond any float, whatever the digits
    exponent = -int(size or "0") if power.startswith("-") else int(size or "0")
    return digits.startswith("-"), shown, exponent - len(fraction) + len(significant) - len(shown)


class _InexactFloat(float):
    """A number that is not exact, marked so that its field can be named."""

    digits: str


def _marked(digits: str) -> float:
    value = _finite(digits)
    if is_exact(digits, value):
        return value
    marked = _InexactFloat(value)
    marked.digits = digits
    return marked


def _read(text: str) -> tuple[Json, bool]:
    """Return the value, and whether all numbers are exact. If not, parse again to mark those that are not."""
    try:
        return _decode(text), True
    except _Inexact:
        return _decode_marked(text), False


def _changed_number(value: Json) -> BadInput:
    """Return the error for the first marked number, naming its field."""
    path, digits = next(_inexact(value, ()))
    field = ".".join(path)[:200]
    shown = digits if len(digits) <= 24 else f"{digits[:24]}…"
    return BadInput.field(
        field,
        f"{field or 'the body'} contains the number {shown}, which a 64-bit float cannot represent exactly; "
        "write it with fewer digits or as text",
    )


def _inexact(value: Json, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, _InexactFloat):
        yield path, value.digits
    elif isinstance(value, dict | list):
        children = value.items() if isinstance(value, dict) else enumerate(value)
        for name, child in children:
            yield from _inexact(child, (*path, str(name)))


def _constant(name: str) -> float:
    raise BadInput(f"{name} is not a JSON number")


def _decoder(number: Callable[[str], float]) -> Callable[[str], Json]:
    return json.JSONDecoder(
        object_pairs_hook=_object, parse_int=_integer, parse_float=number, parse_constant=_constant
    ).decode


def _any_integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= 400 else math.inf


def _infinity(name: str) -> float:
    if name == "NaN":
        raise BadInput("NaN is not a JSON number")
    return float(name)


_decode_loosely: Callable[[str], Json] = json.JSONDecoder(parse_int=_any_integer, parse_constant=_constant).decode
_decode_infinite: Callable[[str], Json] = json.JSONDecoder(parse_int=_any_integer, parse_constant=_infinity).decode
_decode, _decode_marked = _decoder(_number), _decoder(_marked)


def _too_deep() -> BadInput:
    return BadInput(f"the body is nested deeper than {MAX_DEPTH} levels")


def _check_depth(value: Json, left: int) -> None:
    if isinstance(value, dict | list):
        if left == 0:
            raise _too_deep()
        for child in value.values() if isinstance(value, dict) else value:
            _check_depth(child, left - 1)


def _check_text(value: Json) -> None:
    """Check decoded text: only an escape (`\\u0000`, `\\ud800`) can get such a character past the decoder."""
    if isinstance(value, str):
        check_text(value, "a text in the body")
    elif isinstance(value, list):
        for child in value:
            _check_text(child)
    elif isinstance(value, dict):
        for key, child in value.items():
            check_text(key, "a key in the body")
            _check_text(child)


def whole_number(value: object) -> object:
    """Return 3.0 as 3, because JSON does not distinguish them."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
