"""Query parameters of pages."""

from typing import Any

from pydantic import model_validator

from backend.app.kit.query import QueryFields


class PageQuery(QueryFields):
    """Query of a page. A form sends its empty fields too, which count as not given."""

    @model_validator(mode="before")
    @classmethod
    def _without_empty(cls, values: Any) -> Any:
        if not isinstance(values, dict):
            return values
        filled = {name: _filled(value) for name, value in values.items()}
        return {name: value for name, value in filled.items() if value not in ("", [])}

    @property
    def given(self) -> dict[str, Any]:
        """The parameters as they were given, for links that change one of them."""
        found = ((name, getattr(self, name)) for name in sorted(self.model_fields_set))
        return {name: _as_typed(value) for name, value in found if value is not None}


def _as_typed(value: Any) -> Any:
    """Return a value as people type it: 3 instead of 3.0, true instead of True."""
    if isinstance(value, bool):
        return str(value).lower()
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _filled(value: Any) -> Any:
    return [each for each in value if each != ""] if isinstance(value, list) else value
