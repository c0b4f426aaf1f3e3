import os
import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine

from backend.app.kit.ids import new_id, new_request_id


@pytest.mark.parametrize("prefix", ["dr", "sl", "p", "lnk", "pr", "deal", "ct", "ev"])
def test_id_has_its_prefix(prefix: str) -> None:
    assert re.fullmatch(rf"{prefix}_[0-9a-f]{{32}}", new_id(prefix))


def test_ids_sort_by_creation_time() -> None:
    made = []
    for moment in (1, 1_700_000_000, 1_700_000_000.5, 4_000_000_000):
        with time_machine.travel(moment, tick=False):
            made.append(new_id("dr"))
    assert made == sorted(made)


def test_id_contains_the_milliseconds() -> None:
    before = time.time_ns() // 1_000_000
    made = int(new_id("dr")[3:15], 16)
    assert before <= made <= time.time_ns() // 1_000_000


def test_ids_of_several_threads_are_unique() -> None:
    with ThreadPoolExecutor(8) as pool:
        made = [each for batch in pool.map(lambda _: [new_id("dr") for _ in range(2000)], range(8)) for each in batch]
    assert len(set(made)) == len(made)


def test_request_ids_are_unique() -> None:
    made = {new_request_id() for _ in range(1000)}
    assert len(made) == 1000
    assert all(re.fullmatch(r"[0-9a-f]{16}", each) for each in made)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_forked_process_makes_other_ids() -> None:
    """Forked workers with the same seed would make the same identifiers."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, new_request_id().encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        assert pipe.read() != new_request_id()
