"""Limits that the parser sets for every request, stated in the OpenAPI document."""

from typing import Any

_NO_NUL = r"^[^\u0000]*$"
"""Pattern of any text: a NUL cannot be stored."""

_CENT = 0.01

PATH_SEGMENT = {"minLength": 1, "pattern": r"^[^\u0000/]+$"}

_JSON_SENT: dict[str, Any] = {
    "description": "Any JSON value up to 32 levels deep: text without NUL, and numbers within 64 bits",
    "anyOf": [
        {"type": ["null", "boolean"]},
        {"type": "number", "minimum": -(2**63), "maximum": 2**63 - 1},
        {"type": "string", "pattern": _NO_NUL},
        {"type": "array", "items": {"$ref": "#/components/schemas/JsonSent"}},
        {
            "type": "object",
            "additionalProperties": {"$ref": "#/components/schemas/JsonSent"},
            "propertyNames": {"pattern": _NO_NUL},
        },
    ],
}


def add_limits(document: dict[str, Any], schemas: dict[str, Any]) -> None:
    """State what the parser refuses in any request: NUL in text, integers of more than 64 bits.

    In responses, `multipleOf` is removed from amounts: validators that divide floats would refuse 68500.55.
    """
    if "JsonValue" in schemas:
        schemas["JsonSent"] = _JSON_SENT
    found: set[str] = set()
    for methods in document["paths"].values():
        for operation in methods.values():
            _limit(operation.get("requestBody", {}), schemas, found)
            for parameter in operation.get("parameters", ()):
                _limit(parameter["schema"] if parameter["in"] == "query" else {}, schemas, found)
    for name in schemas.keys() - found:
        _drop_cents(schemas[name])


def _limit(node: Any, schemas: dict[str, Any], found: set[str]) -> None:
    """Add the limits to a schema and to those that it refers to. `found`: names of schemas that have been visited."""
    for child in node if isinstance(node, list) else ():
        _limit(child, schemas, found)
    if not isinstance(node, dict):
        return
    name = str(node.get("$ref", "")).rsplit("/", 1)[-1]
    if name == "JsonValue":
        node["$ref"] = "#/components/schemas/JsonSent"
    elif name and name not in found:
        found.add(name)
        _limit(schemas[name], schemas, found)
    if node.get("type") == "string" and not node.keys() & {"enum", "const", "format", "pattern"}:
        node["pattern"] = _NO_NUL
    if node.get("type") == "object" and "additionalProperties" in node and "properties" not in node:
        node.setdefault("propertyNames", {"pattern": _NO_NUL})
    for key, child in node.items():
        if key not in {"example", "examples", "default", "enum", "propertyNames"}:
            _limit(list(child.values()) if key == "properties" else child, schemas, found)


def _drop_cents(node: Any) -> None:
    if isinstance(node, dict) and node.get("multipleOf") == _CENT:
        del node["multipleOf"]
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        _drop_cents(child)
