"""SQLAlchemy statements, compiled once and then run on the driver's own connection.

Building and compiling a statement takes five times as long as running it in SQLite. So it is done once per dialect and
cached.
"""

from collections.abc import Callable
from functools import cache
from operator import itemgetter
from typing import Any, Literal

from sqlalchemy import Boolean, Index, Integer, MetaData, Table, Text, bindparam, literal_column
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import ClauseElement, Executable
from sqlalchemy.sql.elements import ColumnClause, ColumnElement
from sqlalchemy.types import JSON

DialectName = Literal["sqlite", "postgresql"]
Params = dict[str, Any]

metadata = MetaData()
"""All tables of all stores, for comparison by Alembic."""

JsonDoc = Text().with_variant(JSON(), "postgresql")
"""A JSON document stored byte for byte: TEXT on SQLite, `json` on PostgreSQL."""


@cache
def _dialect(name: DialectName) -> Dialect:
    """Return a dialect of SQLAlchemy, imported on first use."""
    if name == "sqlite":
        from sqlalchemy.dialects import sqlite

        return sqlite.dialect(paramstyle="named")
    from sqlalchemy.dialects import postgresql

    return postgresql.dialect(paramstyle="pyformat")  # type: ignore[no-untyped-call]


class doc_text(ColumnElement[str]):  # noqa: N801 - reads as a function in statements
    """A document column as text. PostgreSQL would otherwise return parsed JSON."""

    inherit_cache = True
    type = Text()

    def __init__(self, column: ColumnElement[Any]) -> None:
        self.column = column


@compiles(doc_text, "sqlite")
def _sqlite_doc(element: doc_text, compiler: Any, **kw: Any) -> str:
    text: str = compiler.process(element.column, **kw)
    return text


@compiles(doc_text, "postgresql")
def _postgresql_doc(element: doc_text, compiler: Any, **kw: Any) -> str:
    return f"CAST({compiler.process(element.column, **kw)} AS TEXT)"


class bytewise(ColumnElement[str]):  # noqa: N801
    """A text column in byte order: SQLite's default, but not that of a PostgreSQL locale."""

    inherit_cache = True
    type = Text()

    def __init__(self, column: ColumnElement[Any]) -> None:
        self.column = column


@compiles(bytewise, "sqlite")
def _sqlite_order(element: bytewise, compiler: Any, **kw: Any) -> str:
    text: str = compiler.process(element.column, **kw)
    return text


@compiles(bytewise, "postgresql")
def _postgresql_order(element: bytewise, compiler: Any, **kw: Any) -> str:
    return f'{compiler.process(element.column, **kw)} COLLATE "C"'


class one_of(ColumnElement[bool]):  # noqa: N801
    """True if a column is in the JSON list of texts or numbers in the parameter `name`."""

    inherit_cache = True
    type = Boolean()

    def __init__(self, column: ColumnElement[Any], name: str) -> None:
        self.column, self.values = column, bindparam(name, type_=Text())

    def self_group(self, against: object = None) -> "one_of":
        """Return self. SQLAlchemy would otherwise render `= 1` for SQLite, and no index would be used."""
        return self


@compiles(one_of, "sqlite")
def _sqlite_one_of(element: one_of, compiler: Any, **kw: Any) -> str:
    column, values = compiler.process(element.column, **kw), compiler.process(element.values, **kw)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608 - compiled from our own elements


@compiles(one_of, "postgresql")
def _postgresql_one_of(element: one_of, compiler: Any, **kw: Any) -> str:
    column, values = compiler.process(element.column, **kw), compiler.process(element.values, **kw)
    elements = f"json_array_elements_text(CAST({values} AS json))"
    if isinstance(element.column.type, Integer):
        elements = f"CAST({elements} AS BIGINT)"
    return f"{column} IN (SELECT {elements})"


def field(name: str) -> ColumnClause[str]:
    """Return a top-level field of the document as text, in the form that its expression index needs."""
    return literal_column(f"(doc ->> '{name}')", Text())


def field_index(table: Table, name: str) -> Index:
    return Index(f"ix_{table.name}_{name}", field(name), table.c.seq)


class Query:
    """An executable statement: its text for each dialect, and its bound values."""

    __slots__ = ("_compiled", "statement")

    def __init__(self, statement: Executable) -> None:
        self.statement = statement
        self._compiled: dict[str, tuple[str, Params]] = {}

    def text(self, dialect: DialectName) -> tuple[str, Params]:
        found = self._compiled.get(dialect)
        if found is None:
            assert isinstance(self.statement, ClauseElement)
            compiled = self.statement.compile(dialect=_dialect(dialect))
            found = self._compiled[dialect] = (
                str(compiled),
                {k: v for k, v in compiled.params.items() if v is not None},
            )
        return found


class InsertMany:
    """Insertion of many rows into one table.

    PostgreSQL gets all rows as one JSON text, because each further parameter or statement would cost more than the
    row. SQLite inserts them one by one, with values in order: looking up a value by name takes longer than storing it.
    """

    __slots__ = ("_names", "_table", "_text", "values")

    def __init__(self, table: Table, names: tuple[str, ...]) -> None:
        self._table, self._names = table, names
        self.values: Callable[[Params], tuple[Any, ...]] = in_order(names)
        """Function that returns the values of a row in the order of the statement for SQLite."""
        self._text: dict[DialectName, str] = {}

    def text(self, dialect: DialectName) -> str:
        found = self._text.get(dialect)
        if found is None:
            found = self._text[dialect] = self._for_sqlite() if dialect == "sqlite" else self._for_postgresql()
        return found

    def _for_sqlite(self) -> str:
        table, columns, marks = self._table.name, ", ".join(self._names), ", ".join("?" * len(self._names))
        return f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608 - our own names

    def _for_postgresql(self) -> str:
        table, columns, typed = self._table.name, ", ".join(self._names), _typed(self._table, self._names)
        return (
            f"INSERT INTO {table} ({columns}) SELECT {columns} "  # noqa: S608 - our own names
            f"FROM json_to_recordset(CAST(%(rows)s AS json)) AS row_({typed})"
        )


def in_order(names: tuple[str, ...]) -> Callable[[Params], tuple[Any, ...]]:
    """Return a function that returns the values of a row in this order."""
    get = itemgetter(*names)
    return get if len(names) > 1 else lambda row: (get(row),)


def _typed(table: Table, names: tuple[str, ...]) -> str:
    """Return columns with their types on PostgreSQL."""
    return ", ".join(f"{name} {table.c[name].type.compile(_dialect('postgresql'))}" for name in names)


def never_earlier(table: str, name: str, value: str) -> str:
    """Return SQL for the later of the stored and the new value of a time column, because clocks can go back."""
    return f"CASE WHEN {table}.{name} > {value} THEN {table}.{name} ELSE {value} END"


class UpdateMany:
    """Update of many rows of one table by key, sent as in `InsertMany`.

    `updated_at` never goes back.
    """

    __slots__ = ("_key", "_names", "_table", "_text")

    def __init__(self, table: Table, key: str, names: tuple[str, ...]) -> None:
        self._table, self._key, self._names = table, key, names
        self._text: dict[DialectName, str] = {}

    def text(self, dialect: DialectName) -> str:
        found = self._text.get(dialect)
        if found is None:
            found = self._text[dialect] = self._for_sqlite() if dialect == "sqlite" else self._for_postgresql()
        return found

    def _for_sqlite(self) -> str:
        table, key = self._table.name, self._key
        return f"UPDATE {table} SET {_assigned(table, self._names, ':')} WHERE {key} = :{key}"  # noqa: S608

    def _for_postgresql(self) -> str:
        table, key, typed = self._table.name, self._key, _typed(self._table, (self._key, *self._names))
        return (
            f"UPDATE {table} SET {_assigned(table, self._names, 'row_.')} "  # noqa: S608 - our own names
            f"FROM json_to_recordset(CAST(%(rows)s AS json)) AS row_({typed}) WHERE {table}.{key} = row_.{key}"
        )


def _assigned(table: str, names: tuple[str, ...], source: str) -> str:
    values = {name: f"{source}{name}" for name in names}
    if "updated_at" in values:
        values["updated_at"] = never_earlier(table, "updated_at", values["updated_at"])
    return ", ".join(f"{name} = {value}" for name, value in values.items())
