"""Query parameters shared by operations."""

import re
from math import isfinite
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from backend.app.kit.strict_json import is_exact

_INTEGER = re.compile(r"-?[0-9]{1,18}")


def _integer(text: object) -> object:
    """Raise ValueError for `1.0`, ` 1` and `1_0`, which Pydantic would accept as integers."""
    if isinstance(text, str) and not _INTEGER.fullmatch(text):
        raise ValueError("must be a valid integer")
    return text


Integer = Annotated[int, BeforeValidator(_integer)]
"""An integer, in query text."""


_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+ -]?[0-9]+)?")
_MAX_DIGITS = 400


def _number(text: object) -> object:
    """Raise ValueError unless the text is a JSON number that a 64-bit float represents exactly, as in a body."""
    if not isinstance(text, str):
        return text
    if len(text) > _MAX_DIGITS or not _NUMBER.fullmatch(text):
        raise ValueError("must be a number such as 12.5")
    text = text.replace(" ", "+")  # a plus sign that was not percent-encoded, as in 1e+5
    number = float(text)
    if not isfinite(number):
        raise ValueError("is too large for a number")
    if not is_exact(text, number):
        raise ValueError("cannot be represented exactly as a 64-bit float; write it with fewer digits")
    return number


Number = Annotated[float, BeforeValidator(_number)]
"""A JSON number, in query text."""


def _boolean(text: object) -> object:
    if isinstance(text, str) and text not in {"true", "false"}:
        raise ValueError("must be true or false")
    return text


YesNo = Annotated[bool, BeforeValidator(_boolean)]
"""`true` or `false`."""


class QueryFields(BaseModel):
    """Query parameters of an operation. Numbers are parsed from text."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class ListQuery(QueryFields):
    """Query parameters of every list."""

    limit: Integer = Field(
        default=100,
        ge=1,
        le=500,
        description="Maximum number of items; a page of large items has fewer",
    )
    cursor: str | None = Field(
        default=None,
        min_length=1,
        max_length=200,
        description="`next_cursor` of the previous page, with the same filters",
        json_schema_extra={"pattern": "^[A-Za-z0-9_-]+[.][A-Za-z0-9_-]{11}$"},
    )

    noun: ClassVar[str] = "list"

    @property
    def filters(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.model_fields_set if name not in {"limit", "cursor"}}
