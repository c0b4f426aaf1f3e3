"""Statements that find the rows of a sorted or filtered list, without their documents.

An index of a sort starts with the group, such as the status. So the rows of each group are read in order, as many as a
page can have, and merged: one index serves the sort within one group, within some, and within all. Rows without a key
come last in both directions, and are read separately, because a comparison with NULL is never true.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Select, Table, bindparam, func, literal_column, select, tuple_, union_all
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.elements import ColumnElement, TextClause

from backend.app.kit.db.sql import Query, one_of
from backend.app.kit.lists.columns import ListColumn
from backend.app.kit.lists.keys import ListKeys

Condition = ColumnElement[bool] | TextClause
After = Literal["", "key", "null"]


@dataclass(frozen=True, slots=True)
class ListShape:
    """What decides the text of a statement; all values are parameters.

    `sort`: field; None for newest first. `names`: conditions, `several`: those with a list of values. `groups`: number
    of groups that are read separately; 0 to read all rows at once. `after`: whether the position before the page has a
    key.
    """

    sort: str | None
    descending: bool
    names: tuple[str, ...]
    several: frozenset[str] = frozenset()
    groups: int = 0
    after: After = ""


class unindexed(ColumnElement[Any]):  # noqa: N801
    """An expression that SQLite must not use an index for. PostgreSQL decides by its statistics."""

    inherit_cache = True

    def __init__(self, element: ColumnElement[Any]) -> None:
        self.element, self.type = element, element.type


@compiles(unindexed, "sqlite")
def _sqlite_unindexed(element: unindexed, compiler: Any, **kw: Any) -> str:
    return f"+{compiler.process(element.element, **kw)}"


@compiles(unindexed, "postgresql")
def _postgresql_unindexed(element: unindexed, compiler: Any, **kw: Any) -> str:
    text: str = compiler.process(element.element, **kw)
    return text


class ListStatements:
    """Statements on the keys of a record table. `condition` returns a condition on documents, by name of a filter."""

    def __init__(self, records: Table, keys: ListKeys, condition: Callable[[str, bool], Condition]) -> None:
        self._records, self._keys, self._condition = records, keys, condition
        self._rows: dict[ListShape, Query] = {}
        self._counts: dict[ListShape, Query] = {}
        self._values: dict[tuple[ListShape, tuple[str, ...]], Query] = {}

    def rows(self, shape: ListShape) -> Query:
        """Return the statement for the number and key of each row of a page. Parameters: `limit`, and the values."""
        found = self._rows.get(shape)
        if found is None:
            found = self._rows[shape] = Query(self._newest(shape) if shape.sort is None else self._sorted(shape))
        return found

    def count(self, shape: ListShape) -> Query:
        """Return the statement for the number of matching rows, at most `limit`."""
        found = self._counts.get(shape)
        if found is None:
            inner = self._selected(shape, literal_column("1")).limit(bindparam("limit")).subquery("matching")
            found = self._counts[shape] = Query(select(func.count()).select_from(inner))
        return found

    def values(self, shape: ListShape, fields: tuple[str, ...]) -> Query:
        """Return the statement for the number of each matching row, and its keys of some fields."""
        found = self._values.get((shape, fields))
        if found is None:
            k = self._keys.table.c
            selected = self._selected(shape, k.seq, *(k[self._keys.columns[field].name] for field in fields))
            found = self._values[shape, fields] = Query(selected)
        return found

    def _newest(self, shape: ListShape) -> Select[Any]:
        seq = self._keys.table.c.seq
        found = self._selected(shape, seq, literal_column("NULL"))
        found = found.where(seq < bindparam("after_seq")) if shape.after else found
        return found.order_by(seq.desc()).limit(bindparam("limit"))

    def _sorted(self, shape: ListShape) -> Select[Any]:
        assert shape.sort is not None
        column = self._keys.columns[shape.sort]
        groups = range(shape.groups) if shape.groups else [None]
        parts = [part for group in groups for part in self._parts(shape, column, group)]
        found = union_all(*(select(part) for part in parts)).subquery("found")
        seq, key, last = found.c.seq, found.c.key, found.c.last
        order = (key.desc(), seq.desc()) if shape.descending else (key.asc(), seq.asc())
        return select(seq, key).order_by(last, *order).limit(bindparam("limit"))

    def _parts(self, shape: ListShape, column: ListColumn, group: int | None) -> list[Any]:
        """Return the rows of a group with a key, and those without one, each with as many rows as a page."""
        k = self._keys.table.c
        key, seq = k[column.name], k.seq
        place, after = tuple_(key, seq), tuple_(bindparam("after_key", type_=key.type), bindparam("after_seq"))
        order = (key.desc(), seq.desc()) if shape.descending else (key.asc(), seq.asc())
        found = []
        if shape.after != "null":
            keyed = self._selected(shape, seq, key.label("key"), literal_column("0").label("last"), group=group)
            keyed = keyed.where(key.is_not(None))
            if shape.after:
                keyed = keyed.where(place < after if shape.descending else place > after)
            found.append(keyed.order_by(*order).limit(bindparam("limit")).subquery())
        rest = self._selected(shape, seq, key.label("key"), literal_column("1").label("last"), group=group)
        rest = rest.where(key.is_(None))
        if shape.after == "null":
            rest = rest.where(seq < bindparam("after_seq") if shape.descending else seq > bindparam("after_seq"))
        found.append(rest.order_by(order[1]).limit(bindparam("limit")).subquery())
        return found

    def _selected(self, shape: ListShape, *columns: ColumnElement[Any], group: int | None = None) -> Select[Any]:
        """Select from the keys, joined with the records if a condition is on documents."""
        k, r = self._keys.table, self._records
        own = [self._own(shape, name) for name in shape.names if self._is_own(name)]
        others = [self._condition(name, name in shape.several) for name in shape.names if not self._is_own(name)]
        if group is not None and self._keys.group is not None:
            own.append(k.c[self._keys.group.field] == bindparam(f"group_{group}"))
        source = k.join(r, r.c.seq == k.c.seq) if others else k
        return select(*columns).select_from(source).where(*own, *others)

    def _is_own(self, name: str) -> bool:
        """Return whether a condition is on a key column."""
        return self.needs_keys(name) or (self._keys.group is not None and name == self._keys.group.field)

    def needs_keys(self, name: str) -> bool:
        """Return whether a condition is on a typed column, even with a single value."""
        return self.limit_of(name) is not None or self.match_of(name) is not None

    def limit_of(self, name: str) -> ListColumn | None:
        """Return the column that `min_x` or `max_x` limits; None for other names."""
        return self._keys.columns.get(name[4:]) if name.startswith(("min_", "max_")) else None

    def match_of(self, name: str) -> ListColumn | None:
        """Return the column whose text a parameter matches; None for other names."""
        column = self._keys.columns.get(name)
        return column if column is not None and column.matches else None

    def _own(self, shape: ListShape, name: str) -> ColumnElement[bool]:
        if (column := self.limit_of(name)) is not None:
            return self._limited(shape, name, column)
        match = self.match_of(name)
        key = unindexed(self._keys.table.c[name if match is None else match.name])
        if match is not None and match.matches == "part":
            return func.replace(key, bindparam(name), "") != key
        return one_of(key, name) if name in shape.several else key == bindparam(name)

    def _limited(self, shape: ListShape, name: str, column: ListColumn) -> ColumnElement[bool]:
        key = self._keys.table.c[column.name]
        # Only the range of the sort itself narrows its index; another would make SQLite leave it.
        compared = key if column.field == shape.sort else unindexed(key)
        limit = bindparam(name, type_=key.type)
        return compared >= limit if name.startswith("min_") else compared <= limit
