"""What is written into the cells of a CSV file."""

import json
from typing import Any

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet takes for the beginning of a formula, or passes over before one (OWASP, CSV injection)."""


def cell(value: Any) -> str | int | float:
    """What stands in a cell: numbers as they are, lists and objects as JSON, texts so that none is run as a formula."""
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
