"""Cell values for CSV files."""

import json
from typing import Any

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""First characters that a spreadsheet takes as, or skips before, a formula (OWASP, CSV injection)."""


def cell(value: Any) -> str | int | float:
    """Return a value as a cell: numbers unchanged, lists and objects as JSON, texts escaped so that no formula runs."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return "'" + value if value.startswith(_FORMULA) else value
        case int() | float():
            return value
        case _:
            return json.dumps(value, ensure_ascii=False)
