"""The OpenAPI document, which takes a second to build, once for all tests of a process."""

from typing import Any, TypeAlias

from backend.app.main import create_app

Node: TypeAlias = dict[str, Any]

DOCUMENT: Node = create_app().openapi()
SCHEMAS: dict[str, Node] = DOCUMENT["components"]["schemas"]
