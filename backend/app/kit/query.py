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
        default=None, min_length=1, max_length=200, description="`next_cursor` of the previous page"
    )

    @property
    def filters(self) -> dict[str, str | None]:
        return {name: getattr(self, name) for name in self.model_fields_set if name not in {"limit", "cursor"}}
