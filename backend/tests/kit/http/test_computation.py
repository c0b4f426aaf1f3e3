"""Computations of requests: those that wait at the same time are computed together."""

import asyncio
import threading
from collections.abc import Coroutine, Sequence
from typing import Any, cast

from backend.app.kit.db import Database
from backend.app.kit.errors import Conflict
from backend.app.kit.http.computation import MAX_TOGETHER, Computations

DB = cast(Database, object())


class Doubling:
    """Computation that doubles numbers, and refuses negative ones. The first batch waits until `more` is set."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.started, self.more = threading.Event(), threading.Event()

    def __call__(self, db: Database, items: Sequence[int]) -> list[int | Exception]:
        assert db is DB
        self.batches.append([*items])
        self.started.set()
        if len(self.batches) == 1:
            assert self.more.wait(60)
        return [2 * item if item >= 0 else Conflict(f"{item} is negative") for item in items]


async def results_of(computation: Doubling, numbers: Sequence[int], cancel: int | None = None) -> list[Any]:
    computations = Computations()
    waiting: list[Coroutine[Any, Any, int]] = [
        computations.together(DB, computation, "doubles", number) for number in numbers
    ]
    tasks = [asyncio.create_task(each) for each in waiting]
    assert await asyncio.to_thread(computation.started.wait, 60)
    if cancel is not None:
        tasks[cancel].cancel()
    computation.more.set()
    return await asyncio.gather(*tasks, return_exceptions=True)


def test_those_that_wait_are_computed_together() -> None:
    computation = Doubling()
    numbers = range(MAX_TOGETHER + 5)
    assert asyncio.run(results_of(computation, numbers)) == [2 * number for number in numbers]
    assert [number for batch in computation.batches for number in batch] == [*numbers]
    assert max(map(len, computation.batches)) == MAX_TOGETHER
    assert len(computation.batches) <= 3


def test_each_gets_its_own_error() -> None:
    first, bad, last = asyncio.run(results_of(Doubling(), [1, -2, 3]))
    assert (first, last) == (2, 6)
    assert isinstance(bad, Conflict)
    assert bad.detail == "-2 is negative"


def test_canceled_caller_does_not_cancel_the_others() -> None:
    first, canceled, last = asyncio.run(results_of(Doubling(), [1, 2, 3], cancel=1))
    assert (first, last) == (2, 6)
    assert isinstance(canceled, asyncio.CancelledError)


def test_failure_of_the_computation_reaches_everyone_and_the_next_one_works() -> None:
    async def run() -> list[int]:
        computations = Computations()

        def fail(db: Database, items: Sequence[int]) -> list[int | Exception]:
            raise ZeroDivisionError

        tasks = [computations.together(DB, fail, "doubles", number) for number in range(3)]
        found = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(each) for each in found] == [ZeroDivisionError] * 3
        computation = Doubling()
        computation.more.set()
        return [await computations.together(DB, computation, "doubles", 4), await computations.run(abs, -5)]

    assert asyncio.run(run()) == [8, 5]


def test_other_computations_are_made_apart() -> None:
    async def run() -> list[list[int]]:
        computations, computation = Computations(), Doubling()
        computation.more.set()
        waiting = [computations.together(DB, computation, key, place) for place, key in enumerate(("a", "b"))]
        await asyncio.gather(*waiting)
        return computation.batches

    assert sorted(asyncio.run(run())) == [[0], [1]]
