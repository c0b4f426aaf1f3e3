"""Store locations, from settings and from URLs on the command line."""

from pathlib import Path

from pydantic import ValidationError

from backend.app.core_gov.audit.chain import HEAD_KEY, START
from backend.app.kit import clock
from backend.app.kit.archive.stores import JsonLocation, PostgresLocation, SqliteLocation, StoreLocation
from backend.app.kit.db import state
from backend.app.kit.errors import BadInput
from backend.app.kit.ids import new_id
from backend.app.kit.json_mirror import change_log
from backend.app.settings import Settings
from backend.app.store_tables import TABLES

_DATABASE = "valhalla.db"
_WAYS = "sqlite:///path/to/valhalla.db, json:///path/to/directory or postgresql://user:password@host:5432/database"


def location_of(settings: Settings) -> StoreLocation:
    """Return the location of the store that the settings name."""
    if settings.database_url:
        return PostgresLocation(settings.database_url)
    return SqliteLocation(settings.sqlite_path.absolute())


def store_files(settings: Settings) -> list[Path]:
    """Return the files of a store, which no command may overwrite. Some may not exist yet."""
    root, database = settings.data_dir_absolute, settings.sqlite_path.absolute()
    return [
        *(database.with_name(f"{database.name}{part}") for part in ("", "-wal", "-shm", "-journal")),
        *(root / table.file for table in TABLES),
        *root.glob(".*"),
        *(root / change_log.FOLDER).glob("*"),
        settings.feeds_file or root / "feeds.toml",
        settings.providers_file or root / "providers.toml",
    ]


def location_at(url: str) -> StoreLocation:
    """Return the location that a URL names. `sqlite:` also accepts a data directory. Raises BadInput."""
    kind, colon, rest = url.partition(":")
    if kind.startswith("postgres"):
        return PostgresLocation(_postgres_url(url))
    path = Path("/" + rest.lstrip("/") if rest.startswith("///") else rest).expanduser()
    if not colon or not rest or rest.strip("/") == "" or kind not in {"sqlite", "json"} or str(path).startswith("//"):
        raise BadInput(f"the URL is not that of a store; write it as {_WAYS}")
    path = path.absolute()
    if kind == "json":
        new = {state.STORE_ID: new_id("store"), state.ADOPTED: clock.now(), HEAD_KEY: str(START)}
        return JsonLocation(path, new)
    return SqliteLocation(path if path.suffix == ".db" else path / _DATABASE)


def _postgres_url(url: str) -> str:
    try:
        found = Settings(database_url=url).database_url
    except ValidationError as error:
        reason = error.errors(include_input=False)[0]["msg"].removeprefix("Value error, ")
        raise BadInput(f"the PostgreSQL URL is wrong: {reason}") from None
    assert found is not None
    return found
