"""Parameters of a run, and the stores to measure."""

from dataclasses import dataclass
from pathlib import Path

from backend.app.settings import Settings
from bench.servers import Postgres


@dataclass(frozen=True, slots=True)
class Run:
    """Parameters common to all sections: directory, databases and load."""

    directory: Path
    databases: tuple[str, ...]
    seconds: float
    connections: int
    postgres: Postgres | None


class BenchStore:
    """A store to measure: its directory, database and settings."""

    def __init__(self, run: Run, database: str, size: int, purpose: str = "") -> None:
        self.database, self.size = database, size
        self.name = f"{database}, {size:,} records"
        self.directory = run.directory / f"{purpose}{database}-{size}"
        self.directory.mkdir()
        self.data_dir = self.directory / "data"
        self.log = self.directory / "server.log"
        self.environment = {"VALHALLA_DATA_DIR": str(self.data_dir), "VALHALLA_LOG_FORMAT": "json"}
        self.url: str | None = None
        self._postgres = run.postgres
        if database == "postgresql":
            assert run.postgres is not None
            self.url = run.postgres.new_database(f"bench_{purpose}{size}")
            self.environment["VALHALLA_DATABASE_URL"] = self.url

    @property
    def settings(self) -> Settings:
        return Settings(data_dir=self.data_dir, database_url=self.url)

    def tidy(self) -> None:
        """Vacuum the database, as autovacuum would do in time."""
        if self.url is not None and self._postgres is not None:
            self._postgres.tidy(self.url)

    def database_mb(self) -> float:
        """Return the size of the database on disk (MB), on PostgreSQL without its write-ahead log."""
        if self.url is not None and self._postgres is not None:
            return self._postgres.size_mb(self.url)
        return sum(path.stat().st_size for path in self.data_dir.glob("valhalla.db*")) / 1e6

    def database_cpu_s(self) -> float:
        """Return the CPU time of the database server (seconds). 0 on SQLite, which has no server."""
        return self._postgres.cpu_s() if self.url is not None and self._postgres is not None else 0.0
