"""Samples of the service under load: its process, connections and files."""

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from soak.journal import Journal

MB = 1e6


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample of the service. `at` is in seconds since the load began; sizes are in MB (10⁶ bytes).

    `sockets` are open connections, from clients and to PostgreSQL. `connections` is PostgreSQL's own count. `database`
    is the size that PostgreSQL reports, or that of the SQLite file. `wal` is SQLite's write-ahead log.
    """

    at: float
    memory: float
    handles: int
    threads: int
    sockets: int
    connections: int
    database: float
    wal: float
    recent: float
    json_files: float
    requests: int
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True, slots=True)
class DatabaseStatistics:
    """PostgreSQL statistics: connections to the database, and its size in bytes."""

    connections: int = 0
    size: int = 0


class Sampler:
    """Samples one process. `count` queries PostgreSQL, if there is one."""

    def __init__(
        self, pid: int, data_dir: Path, journal: Journal, count: Callable[[], DatabaseStatistics] | None
    ) -> None:
        self._process, self._data_dir, self._journal, self._count = psutil.Process(pid), data_dir, journal, count
        self._begun = time.monotonic()
        self.samples: list[Sample] = []

    def begin(self) -> None:
        """Mark the start of the load."""
        self._begun = time.monotonic()

    def record(self) -> Sample:
        """Return a sample, and add it to `samples`."""
        self.samples.append(sample := self.sample())
        return sample

    def sample(self) -> Sample:
        """Return a sample."""
        counted, pace = self._count() if self._count else None, self._journal.lately()
        with self._process.oneshot():
            memory, threads = self._process.memory_info().rss, self._process.num_threads()
        database = counted.size if counted else _size(self._data_dir / "valhalla.db")
        return Sample(
            at=round(time.monotonic() - self._begun, 1),
            memory=memory / MB,
            handles=self._process.num_fds(),
            threads=threads,
            sockets=sum(each.status == psutil.CONN_ESTABLISHED for each in self._process.net_connections("inet")),
            connections=counted.connections if counted else 0,
            database=database / MB,
            wal=_size(self._data_dir / "valhalla.db-wal") / MB,
            recent=sum(map(_size, self._data_dir.glob("recent/*"))) / MB,
            json_files=sum(map(_size, self._data_dir.glob("*/*.json"))) / MB,
            requests=pace.requests,
            p50_ms=round(pace.p50_ms, 2),
            p99_ms=round(pace.p99_ms, 2),
        )

    def series(self) -> list[Mapping[str, float]]:
        """Return the samples as JSON-compatible dicts."""
        return [asdict(sample) for sample in self.samples]


def _size(path: Path) -> int:
    """Return the size of a file, or 0 if it does not exist."""
    try:
        return path.stat().st_size
    except OSError:
        return 0
