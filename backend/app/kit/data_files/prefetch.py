"""Pipelining: work on one item while the next is produced."""

from collections.abc import Callable, Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")


def prefetched(work: Callable[[A], B], items: Iterable[A]) -> Generator[B, None, None]:
    """Yield the results of `work` in order. The next item is produced while the worker processes the last one."""
    with ThreadPoolExecutor(1) as thread:
        before = None
        for item in items:
            at_work = thread.submit(work, item)
            if before is not None:
                yield before.result()
            before = at_work
        if before is not None:
            yield before.result()
