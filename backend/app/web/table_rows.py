"""Rows of tables, rendered once for each version of the records that they show."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import ParamSpec, cast

from markupsafe import Markup

P = ParamSpec("P")

MOST_KEPT = 1_000
"""Rows of one table that are kept: ten pages. They take a few megabytes."""

LARGEST_KEPT = 10_000
"""Maximum characters of the texts of a row that is kept. A record can have a megabyte."""


def rendered_once(render: Callable[P, Markup]) -> Callable[P, Markup]:
    """Keep the latest rows that a function has rendered.

    Its arguments decide the row, so it takes the stored documents themselves, and reads nothing else.
    """
    kept = cast(Callable[P, Markup], lru_cache(MOST_KEPT)(render))

    @wraps(render)
    def row(*shown: P.args, **named: P.kwargs) -> Markup:
        size = sum(len(each) for each in shown if isinstance(each, str))
        return kept(*shown, **named) if size <= LARGEST_KEPT else render(*shown, **named)

    return row
