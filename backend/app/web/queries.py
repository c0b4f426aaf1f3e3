"""Query parameters of pages."""

from typing import Any

from pydantic import model_validator

from backend.app.kit.query import QueryFields


class PageQuery(QueryFields):
    """Query of a page. A form sends its empty fields too, which count as not given."""

    @model_validator(mode="before")
    @classmethod
    def _without_empty(cls, values: Any) -> Any:
        return {name: value for name, value in values.items() if value != ""} if isinstance(values, dict) else values

    @property
    def given(self) -> dict[str, Any]:
        """The parameters as they were given, for links that change one of them."""
        return {name: getattr(self, name) for name in sorted(self.model_fields_set) if getattr(self, name) is not None}
