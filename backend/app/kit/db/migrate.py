"""Migration of a database to the schema of this version with Alembic."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL, Connection, Engine

from backend.app.kit.errors import StartError

# Most openings need neither of them, and each takes a tenth of a second to load.
if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parents[3] / "migrations"
HEAD = "0009"
"""Newest revision. A test compares it with the migration files, so startup need not read them."""


def config(connection: Connection | None = None) -> "Config":
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made


def engine_for(database: Path | str) -> Engine:
    """Return an SQLAlchemy engine: SQLite for a path, PostgreSQL with psycopg 3 otherwise.

    psycopg reads the URL, as for every other connection: SQLAlchemy takes a `+` in a parameter for a space.
    """
    if isinstance(database, Path):
        return create_engine(URL.create("sqlite", database=str(database)))
    import psycopg

    return create_engine("postgresql+psycopg://", creator=partial(psycopg.connect, database))


def upgrade(database: Path | str, current: str | None, to: str = "head") -> bool:
    """Migrate to revision `to` unless the schema is current. Return whether a migration ran.

    Raises StartError if the database was made by a newer version.
    """
    if current == HEAD:
        return False
    if current is not None and current > HEAD:
        raise StartError(f"the database has schema {current}, made by a newer Valhalla than this one ({HEAD})")
    from alembic import command

    engine = engine_for(database)
    if engine.dialect.name == "sqlite":
        _make_atomic(engine)
    try:
        with engine.begin() as connection:
            command.upgrade(config(connection), to)
    finally:
        engine.dispose()
    return True


def _make_atomic(engine: Engine) -> None:
    """Make migrations atomic: SQLAlchemy sends BEGIN, because the driver would commit each CREATE TABLE separately."""

    def disable_implicit_transactions(driver: Any, record: object) -> None:
        driver.isolation_level = None

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    event.listen(engine, "connect", disable_implicit_transactions)
    event.listen(engine, "begin", begin)
