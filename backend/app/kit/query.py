"""Query parameters shared by operations."""

import re
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

_INTEGER = re.compile(r"-?[0-9]{1,18}")


def _integer(text: object) -> object:
    """Raise ValueError for `1.0`, ` 1` and `1_0`, which Pydantic would accept as integers."""
    if isinstance(text, str) and not _INTEGER.fullmatch(text):
        raise ValueError("must be a valid integer")
    return text


Integer = Annotated[int, BeforeValidator(_integer)]
"""An integer, in query text."""


_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")


def _number(text: object) -> object:
    if isinstance(text, str) and not _NUMBER.fullmatch(text):
        raise ValueError("must be a number such as 12.5")
    return text


Number = Annotated[float, BeforeValidator(_number)]
"""A number with or without decimals, in query text."""


def _yes_or_no(text: object) -> object:
    if isinstance(text, str) and text not in {"true", "false"}:
        raise ValueError("must be true or false")
    return text


YesNo = Annotated[bool, BeforeValidator(_yes_or_no)]
"""`true` or `false`."""


class QueryFields(BaseModel):
    """The query parameters of an operation; they come as text, so numbers are read from it."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class ListQuery(QueryFields):
    """The query parameters that every list has."""

    limit: Integer = Field(
        default=100,
        ge=1,
        le=500,
        description="At most so many items; fewer if they are large",
    )
    cursor: str | None = Field(
        default=None, min_length=1, max_length=200, description="`next_cursor` of the page before"
    )

    @property
    def filters(self) -> dict[str, str | None]:
        return {name: getattr(self, name) for name in self.model_fields_set if name not in {"limit", "cursor"}}
