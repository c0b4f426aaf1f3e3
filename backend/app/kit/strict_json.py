"""The one parser of JSON that comes from outside.

It refuses what other parsers wave through: text that is not UTF-8, duplicate keys, NaN and infinities
(`1e999` too), integers beyond 64 bits, nesting deeper than 32, NUL characters and lone surrogates.
"""

import json
import math
import re
from collections.abc import Callable
from typing import TypeAlias

from backend.app.kit.errors import BadInput

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

MAX_BYTES = 1_000_000
MAX_DEPTH = 32
_INT_MIN, _INT_MAX = -(2**63), 2**63 - 1
_SURROGATE = re.compile("[\ud800-\udfff]")


def parse(raw: bytes) -> Json:
    """The value that `raw` holds.

    Raises BadInput with a sentence that names what is wrong.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadInput(f"the body is not UTF-8 text (byte {error.start})") from None
    try:
        value: Json = _decode(text)
    except RecursionError:
        raise _too_deep() from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise BadInput(f"the body is not valid JSON: {error.msg} ({where})") from None
    if raw.count(b"{") + raw.count(b"[") > MAX_DEPTH:
        _check_depth(value, MAX_DEPTH)
    if b"\\u" in raw:
        _check_text(value)
    return value


def check_text(text: str, where: str) -> None:
    """Refuses a NUL character or a lone surrogate in a text that came from outside."""
    if "\x00" in text:
        raise BadInput(f"{where} holds a NUL character, which cannot be stored")
    if _SURROGATE.search(text):
        raise BadInput(f"{where} holds half of a surrogate pair, which is not a character")


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


def _number(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise BadInput(f"the number {digits[:24]} is too large")
    return value


def _constant(name: str) -> float:
    raise BadInput(f"{name} is not a JSON number")


_decode: Callable[[str], Json] = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_number, parse_constant=_constant
).decode


def _too_deep() -> BadInput:
    return BadInput(f"the body is nested deeper than {MAX_DEPTH} levels")


def _check_depth(value: Json, left: int) -> None:
    if isinstance(value, dict | list):
        if left == 0:
            raise _too_deep()
        for child in value.values() if isinstance(value, dict) else value:
            _check_depth(child, left - 1)


def _check_text(value: Json) -> None:
    """Only an escape (`\\u0000`, `\\ud800`) can smuggle such a character past the decoder."""
    if isinstance(value, str):
        check_text(value, "a text in the body")
    elif isinstance(value, list):
        for child in value:
            _check_text(child)
    elif isinstance(value, dict):
        for key, child in value.items():
            check_text(key, "a key in the body")
            _check_text(child)
