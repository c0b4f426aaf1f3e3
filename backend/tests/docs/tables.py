"""Tables of fields in the docs, generated from OpenAPI.

`<!-- fields: DraftCreate, DraftRecord -->` marks the table of the fields of a request (the first schema) and of the
fields that only responses have (the second), `<!-- answer: SendLogRecord -->` that of a schema used only in responses,
and `<!-- parameters: list_drafts -->` that of an operation's query parameters.
"""

import json
import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any

from backend.app.kit.text import CODE_LINE, SINGLE_LINE
from backend.tests.contract.openapi_document import DOCUMENT

Schema = dict[str, Any]
Rows = tuple[list[str], list[list[str]]]
"""Header and rows of a table."""

_MARKED = re.compile(r"^(<!-- (fields|answer|parameters): ([\w, ]+) -->)\n(?:\|.*\n)*", re.MULTILINE)
OF_EVERY_LIST = {"limit", "cursor"}
_CENT = 0.01
"""Step of all amounts, which the page explains once."""

_EMPTY = {"array": "[]", "object": "{}"}


@cache
def operations() -> dict[str, tuple[str, str, Schema]]:
    """Return the method, path and OpenAPI object of each operation, by operation id."""
    return {
        operation["operationId"]: (method.upper(), path, operation)
        for path, methods in DOCUMENT["paths"].items()
        for method, operation in methods.items()
    }


def written(text: str) -> str:
    """Return the document with every table regenerated."""
    return _MARKED.sub(lambda found: f"{found[1]}\n{_table(found[2], found[3].split(', '))}", text)


def _table(kind: str, names: list[str]) -> str:
    heads, rows = _WRITERS[kind](*names)
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _fields(name: str, record: str | None = None) -> Rows:
    schemas = DOCUMENT["components"]["schemas"]
    schema = schemas[name]
    required = schema.get("required", ())
    rows = [_row(field, each, field in required) for field, each in schema["properties"].items()]
    answered = schemas[record]["properties"] if record else {}
    own = [(field, each) for field, each in answered.items() if field not in schema["properties"]]
    rows += [[*_row(field, each, False)[:2], "read-only", _meaning(each)] for field, each in own]
    return ["field", "type", "default", "description"], rows


def _answer(name: str) -> Rows:
    properties = DOCUMENT["components"]["schemas"][name]["properties"]
    rows = [[f"`{field}`", _kind(each), _meaning(each)] for field, each in properties.items()]
    return ["field", "type", "description"], rows


def _parameters(name: str) -> Rows:
    found = [each for each in operations()[name][2]["parameters"] if each["in"] == "query"]
    rows = [
        _row(each["name"], {**each["schema"], "description": each.get("description", "")}, each.get("required", False))
        for each in found
        if each["name"] not in OF_EVERY_LIST
    ]
    return ["parameter", "type", "default", "description"], rows


_WRITERS: dict[str, Callable[..., Rows]] = {"fields": _fields, "answer": _answer, "parameters": _parameters}


def _row(name: str, schema: Schema, required: bool) -> list[str]:
    return [f"`{name}`", _kind(schema), "**required**" if required else _default(schema), _meaning(schema)]


def _meaning(schema: Schema) -> str:
    return str(schema.get("description", "")).replace("|", "\\|")


def _default(schema: Schema) -> str:
    if "default" in schema:
        return f"`{json.dumps(schema['default']).strip(chr(34))}`"
    return f"`{_EMPTY[schema['type']]}`" if schema.get("type") in _EMPTY else ""


def _kind(schema: Schema) -> str:
    """Describe the type of a value."""
    if "anyOf" in schema:
        kinds = [_kind(each) for each in schema["anyOf"] if each.get("type") != "null"]
        return " or ".join(kinds) + (", or null" if len(kinds) < len(schema["anyOf"]) else "")
    if "oneOf" in schema:
        return " or ".join(map(_kind, schema["oneOf"]))
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return "any JSON" if name in {"JsonValue", "JsonSent"} else name
    if "enum" in schema:
        return " ".join(f"`{value}`" for value in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    match schema.get("type"):
        case "string":
            return _text(schema)
        case "integer" | "number" as number:
            return _number(number, schema)
        case "array":
            most = f", at most {schema['maxItems']}" if "maxItems" in schema else ""
            return f"list{most}: {_kind(schema['items'])}"
        case "object":
            inner = schema.get("additionalProperties")
            named = isinstance(inner, dict) and _kind(inner) != "any JSON"
            return f"JSON object of: {_kind(inner)}" if named and isinstance(inner, dict) else "JSON object"
        case "boolean":
            return "true or false"
        case _:
            return "any JSON"


def _text(schema: Schema) -> str:
    if "format" in schema:
        return {"date": "day, `YYYY-MM-DD`", "date-time": "time, ISO 8601", "email": "email address"}[schema["format"]]
    least, most = schema.get("minLength", 0), schema.get("maxLength")
    if most is not None:
        return f"{'one line' if _is_line(schema.get('pattern', '')) else 'text'}, {least} to {most} characters"
    return "text, not empty" if least else "text"


def _is_line(pattern: str) -> bool:
    return SINGLE_LINE in pattern or pattern == CODE_LINE


def _number(kind: str, schema: Schema) -> str:
    words = "whole number" if kind == "integer" else "number"
    if "exclusiveMinimum" in schema:
        most = f"up to {_figure(schema['maximum'])}" if "maximum" in schema else ""
        most = most or f"below {_figure(schema['exclusiveMaximum'])}"
        words += f" above {_figure(schema['exclusiveMinimum'])}, {most}"
    elif "maximum" in schema:
        words += f", {_figure(schema['minimum'])} to {_figure(schema['maximum'])}"
    step = schema.get("multipleOf", _CENT)
    return words if step == _CENT else f"{words}, in steps of {Decimal(repr(step)):f}"


def _figure(number: float) -> str:
    if 0 < number < 1:
        return f"{Decimal(repr(number)):f}"
    return f"{number:,.0f}" if abs(number) >= 10_000 else f"{number:.0f}"
