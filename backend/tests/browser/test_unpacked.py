"""Unpacking of a browser into the cache: once, by one process at a time, and never half."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from backend.tests.browser.unpacked import CannotUnpack, Way, unpacked


class Attempts:
    """A way to unpack a script that acts as a browser. Attempts have these outcomes in turn, and then the last one."""

    def __init__(self, name: str, outcomes: Iterable[str] = ("works",)) -> None:
        self.way = Way(name, "chromium", self.unpack)
        self.count = 0
        self._outcomes = list(outcomes)

    def unpack(self, folder: Path) -> None:
        self.count += 1
        outcome = self._outcomes.pop(0) if len(self._outcomes) > 1 else self._outcomes[0]
        assert list(folder.iterdir()) == []
        script = folder / "chromium"
        script.write_text(f"#!/bin/sh\necho 'Chromium 1'\nexit {int(outcome == 'does not start')}\n")
        script.chmod(0o755)
        if outcome == "refuses":
            raise CannotUnpack("no network")
        if outcome == "interrupted":
            raise KeyboardInterrupt


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PYTEST_XDIST_TESTRUNUID", "run 1")
    return tmp_path / "cache"


def test_browser_is_unpacked_once(cache: Path) -> None:
    first = Attempts("first")
    for _ in range(2):
        assert unpacked(cache, (first.way,)).executable == cache / "first" / "chromium"
    assert first.count == 1


def test_processes_take_turns(cache: Path) -> None:
    first = Attempts("first")
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: unpacked(cache, (first.way,)).executable, range(4)))
    assert (set(found), first.count) == ({cache / "first" / "chromium"}, 1)


def test_interrupted_attempt_starts_over(cache: Path) -> None:
    """One that ended with the process leaves a folder behind, which is not used either."""
    first = Attempts("first", ["interrupted", "works"])
    with pytest.raises(KeyboardInterrupt):
        unpacked(cache, (first.way,))
    (cache / "first.part").mkdir()
    (cache / "first.part" / "chromium").write_text("half")
    assert unpacked(cache, (first.way,)).runs()
    assert sorted(path.name for path in cache.iterdir()) == ["first", "lock"]


def test_next_way_is_tried_if_the_browser_of_the_first_does_not_start(cache: Path) -> None:
    first, second = Attempts("first", ["does not start"]), Attempts("second")
    assert unpacked(cache, (first.way, second.way)).executable == cache / "second" / "chromium"
    assert unpacked(cache, (first.way, second.way)).executable == cache / "second" / "chromium"
    assert (first.count, second.count) == (1, 1)


def test_failure_is_remembered_for_this_test_run_only(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = Attempts("first", ["refuses", "works"]), Attempts("second", ["refuses"])
    for _ in range(2):
        with pytest.raises(CannotUnpack, match=r"^first: no network; second: no network$"):
            unpacked(cache, (first.way, second.way))
    assert (first.count, second.count) == (1, 1)
    monkeypatch.setenv("PYTEST_XDIST_TESTRUNUID", "run 2")
    assert unpacked(cache, (first.way, second.way)).executable == cache / "first" / "chromium"


def test_cache_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CannotUnpack, match=r"file/cache cannot be used: Not a directory$"):
        unpacked(tmp_path / "file" / "cache", ())
