"""Brings a database to the schema this version needs, by Alembic, one process at a time."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine
from sqlalchemy.engine import Connection

from backend.app.kit.errors import StartError

MIGRATIONS = Path(__file__).parents[3] / "migrations"
HEAD = "0001"
"""The newest revision; a test compares it with the files, so that starting need not read them."""


def config(connection: Connection | None = None) -> Config:
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made


def sqlalchemy_url(database: Path | str) -> str:
    """The URL that SQLAlchemy wants: a path is SQLite, anything else PostgreSQL by psycopg 3."""
    if isinstance(database, Path):
        return f"sqlite:///{database}"
    return "postgresql+psycopg://" + database.split("://", 1)[1]


def upgrade(database: Path | str, current: str | None) -> bool:
    """Migrates unless the schema is current; returns whether there was anything to do.

    Raises StartError when the database was made by a newer version.
    """
    if current == HEAD:
        return False
    if current is not None and current > HEAD:
        raise StartError(f"the database has schema {current}, made by a newer Valhalla than this one ({HEAD})")
    engine = create_engine(sqlalchemy_url(database))
    try:
        with engine.begin() as connection:
            command.upgrade(config(connection), "head")
    finally:
        engine.dispose()
    return True
