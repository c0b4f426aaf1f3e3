"""Cells of CSV files: a text that a spreadsheet could run as a formula gets an apostrophe, which our reader removes."""

import json
import re
from typing import Any

_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""First characters of a formula (OWASP, CSV injection), with their full-width forms."""

_SKIPPED = ("\t", "\r", "\n")
"""First characters that a spreadsheet may skip before a formula."""

_NUMBER = re.compile(
    r"[+-](?=\.?[0-9])(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?%?", re.ASCII
)
"""A number with a sign, such as `-1.5e3` and `+14162345678`. `+1-416` is a difference, and some programs try to run
`+1 416`."""

_GUARD = "'"


def cell(value: Any) -> str | int | float:
    """Return a value as a cell: numbers unchanged, lists and objects as JSON, texts guarded so that no formula runs."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return guarded(value)
        case int() | float():
            return value
        case _:
            return json.dumps(value, ensure_ascii=False)


def guarded(text: str) -> str:
    """Return the text with an apostrophe in front if it could run as a formula, and otherwise unchanged."""
    return _GUARD + text if _needs_guard(text) else text


def unguarded(text: str) -> str:
    """Return the text without the apostrophe that `guarded` put in front; any other text is unchanged."""
    return text[1:] if text.startswith(_GUARD) and _needs_guard(text[1:]) else text


def _needs_guard(text: str) -> bool:
    """Return True for a text that could run as a formula, also after apostrophes, so that exactly one is removed."""
    bare = text.lstrip(_GUARD)
    if bare.startswith(_SKIPPED):
        return True
    start = bare.lstrip()
    return start.startswith(_FORMULA) and start not in {"+", "-"} and not _NUMBER.fullmatch(start)
