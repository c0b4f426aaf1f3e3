"""Results of pure functions of stored records, computed once for each version of them: the rows of tables."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")

MOST_KEPT = 1_000
"""Results of one function that are kept: the rows of ten pages. They take a few megabytes."""

LARGEST_KEPT = 10_000
"""Maximum characters of the texts of a result that is kept. A record can have a megabyte."""


def once_per_version(function: Callable[P, R]) -> Callable[P, R]:
    """Keep the latest results of a function.

    Its arguments decide the result, so it takes the stored documents themselves, and reads nothing else.
    """
    kept = cast(Callable[P, R], lru_cache(MOST_KEPT)(function))

    @wraps(function)
    def result(*args: P.args, **kw: P.kwargs) -> R:
        size = sum([len(each) for each in args if isinstance(each, str)])
        return kept(*args, **kw) if size <= LARGEST_KEPT else function(*args, **kw)

    return result
