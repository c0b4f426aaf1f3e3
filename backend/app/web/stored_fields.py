"""Stored records as templates read them."""

from typing import Any

from backend.app.kit.fields import Record, load


def fields_of(model: type[Record], doc: str) -> dict[str, Any]:
    """Return the fields of a stored record. Those that its version did not have are None."""
    return dict.fromkeys(model.model_fields) | load(doc)
