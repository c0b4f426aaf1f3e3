"""What is sampled of the service while it works: its process, its connections, its files."""

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from soak.journal import Journal

MB = 1e6


@dataclass(frozen=True, slots=True)
class Sample:
    """The service at one moment; `at` is in seconds since the load began, sizes are in MB (10⁶ bytes).

    `sockets` are those of its clients and to PostgreSQL; `connections` is how many PostgreSQL counts, `database` the
    size that it tells, or that of the file of SQLite; `wal` is the write-ahead log of SQLite.
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
class Counted:
    """What PostgreSQL tells of itself: connections to the database, and its size in bytes."""

    connections: int = 0
    size: int = 0


class Watcher:
    """Takes samples of one process; `count` asks PostgreSQL, where there is one."""

    def __init__(self, pid: int, data_dir: Path, journal: Journal, count: Callable[[], Counted] | None) -> None:
        self._process, self._data_dir, self._journal, self._count = psutil.Process(pid), data_dir, journal, count
        self._begun = time.monotonic()
        self.samples: list[Sample] = []

    def begin(self) -> None:
        """The load begins now."""
        self._begun = time.monotonic()

    def take(self) -> Sample:
        """Samples now, and keeps it."""
        self.samples.append(sample := self.look())
        return sample

    def look(self) -> Sample:
        counted, pace = self._count() if self._count else None, self._journal.lately()
        with self._process.oneshot():
            memory, threads = self._process.memory_info().rss, self._process.num_threads()
        database = counted.size if counted else _size(self._data_dir / "valhalla.db")
        return Sample(
            at=round(time.monotonic() - self._begun, 1),
            memory=memory / MB,
            handles=self._process.num_fds(),
            threads=threads,
            sockets=sum(line.status == psutil.CONN_ESTABLISHED for line in self._process.net_connections("inet")),
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
        """The samples, for programs."""
        return [asdict(sample) for sample in self.samples]


def _size(path: Path) -> int:
    """0 for a file that is not there, or has just been dropped."""
    try:
        return path.stat().st_size
    except OSError:
        return 0
