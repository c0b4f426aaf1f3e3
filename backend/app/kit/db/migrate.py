"""Brings a database to the schema this version needs, by Alembic, one process at a time."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL, Connection, Engine, make_url

from backend.app.kit.errors import StartError

MIGRATIONS = Path(__file__).parents[3] / "migrations"
HEAD = "0003"
"""The newest revision; a test compares it with the files, so that starting need not read them."""


def config(connection: Connection | None = None) -> Config:
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made


def sqlalchemy_url(database: Path | str) -> URL:
    """The URL that SQLAlchemy wants: a path is SQLite, anything else PostgreSQL by psycopg 3."""
    if isinstance(database, Path):
        return URL.create("sqlite", database=str(database))
    return make_url("postgresql+psycopg://" + database.split("://", 1)[1])


def upgrade(database: Path | str, current: str | None, to: str = "head") -> bool:
    """Migrates unless the schema is current, `to` an older one if need be; returns whether there was anything to do.

    Raises StartError when the database was made by a newer version.
    """
    if current == HEAD:
        return False
    if current is not None and current > HEAD:
        raise StartError(f"the database has schema {current}, made by a newer Valhalla than this one ({HEAD})")
    engine = create_engine(sqlalchemy_url(database))
    if engine.dialect.name == "sqlite":
        _whole_or_not_at_all(engine)
    try:
        with engine.begin() as connection:
            command.upgrade(config(connection), to)
    finally:
        engine.dispose()
    return True


def _whole_or_not_at_all(engine: Engine) -> None:
    """Has SQLite begin when SQLAlchemy says so: its driver would commit each CREATE TABLE by itself."""

    def no_transactions_of_its_own(driver: Any, record: object) -> None:
        driver.isolation_level = None

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    event.listen(engine, "connect", no_transactions_of_its_own)
    event.listen(engine, "begin", begin)
