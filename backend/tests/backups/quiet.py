"""Progress bars that show nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

from backend.app.kit.output.progress import ReportProgress


@contextmanager
def quiet(label: str) -> Iterator[ReportProgress]:
    def report(done: int, total: int) -> None:
        assert 0 <= done <= total

    yield report
