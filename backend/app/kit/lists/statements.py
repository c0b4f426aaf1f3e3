"""Statements that find the rows of a sorted or filtered list, without their documents.

An index of a sort starts with the group, such as the status. So the rows of each group are read in order, as many as a
page can have, and merged: one index serves the sort within one group, within some, and within all. Rows without a key
come last in both directions, and are read separately, because a comparison with NULL is never true.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlalchemy import Integer, Select, Table, bindparam, func, literal_column, select, tuple_, union_all
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.elements import ColumnElement, TextClause
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import FromClause

from backend.app.kit.db.sql import Query, one_of
from backend.app.kit.lists.columns import ListColumn
from backend.app.kit.lists.keys import ListKeys

Condition = ColumnElement[bool] | TextClause
DocumentCondition = Callable[[str, bool, bool], Condition]
"""Returns the condition of a filter: its name, whether it has several values, and whether its index is to be used."""

After = Literal["", "key", "null"]


@dataclass(frozen=True, slots=True)
class ListShape:
    """What decides the text of a statement; all values are parameters.

    `sort`: field; None for newest first. `names`: conditions, `several`: those with a list of values. `groups`: number
    of groups that are read separately; 0 to read all rows at once. `selective`: a condition that few rows match, found
    by an index of its own; empty if there is none. `after`: whether the position before the page has a key.
    """

    sort: str | None
    descending: bool
    names: tuple[str, ...]
    several: frozenset[str] = frozenset()
    groups: int = 0
    selective: str = ""
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


class position_in(FunctionElement[int]):  # noqa: N801
    """Position of the second text in the first, from 1; 0 if it is not in it."""

    inherit_cache = True
    type = Integer()


@compiles(position_in, "sqlite")
def _sqlite_position(element: position_in, compiler: Any, **kw: Any) -> str:
    return f"instr({compiler.process(element.clauses, **kw)})"


@compiles(position_in, "postgresql")
def _postgresql_position(element: position_in, compiler: Any, **kw: Any) -> str:
    return f"strpos({compiler.process(element.clauses, **kw)})"


class ListStatements:
    """Statements on the keys of a record table. `condition` returns a condition on documents."""

    def __init__(self, records: Table, keys: ListKeys, condition: DocumentCondition) -> None:
        self._records, self._keys, self._condition = records, keys, condition
        self._rows: dict[ListShape, Query] = {}
        self._counts: dict[ListShape, Query] = {}
        self._values: dict[tuple[ListShape, tuple[str, ...]], Query] = {}
        self._matches: dict[ListShape, Query] = {}

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

    def matches(self, shape: ListShape) -> Query:
        """Return the statement for the number of rows that match the selective condition, at most `limit`."""
        found = self._matches.get(shape)
        if found is None:
            on_keys = self.column_of(shape.selective) is not None
            alone = shape if on_keys else replace(shape, names=(shape.selective,))
            inner = self._matching(alone).limit(bindparam("limit")).subquery("matching")
            found = self._matches[shape] = Query(select(func.count()).select_from(inner))
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
        ordered = unindexed(key) if shape.selective else key
        place, after = tuple_(key, seq), tuple_(bindparam("after_key", type_=key.type), bindparam("after_seq"))
        order = (ordered.desc(), seq.desc()) if shape.descending else (ordered.asc(), seq.asc())
        found = []
        if shape.after != "null":
            keyed = self._selected(shape, seq, key.label("key"), literal_column("0").label("last"), group=group)
            keyed = keyed.where(ordered.is_not(None))
            if shape.after:
                keyed = keyed.where(place < after if shape.descending else place > after)
            found.append(keyed.order_by(*order).limit(bindparam("limit")).subquery())
        rest = self._selected(shape, seq, key.label("key"), literal_column("1").label("last"), group=group)
        rest = rest.where(ordered.is_(None))
        if shape.after == "null":
            rest = rest.where(seq < bindparam("after_seq") if shape.descending else seq > bindparam("after_seq"))
        found.append(rest.order_by(order[1]).limit(bindparam("limit")).subquery())
        return found

    def _selected(self, shape: ListShape, *columns: ColumnElement[Any], group: int | None = None) -> Select[Any]:
        """Select from the keys, joined with the records if a condition is on documents."""
        k, r = self._keys.table, self._records
        own = [
            self._own(k, name, shape, indexed=self._in_order(name, shape)) for name in shape.names if self._is_own(name)
        ]
        others = [self._other(name, shape) for name in shape.names if not self._is_own(name)]
        if group is not None and self._keys.group is not None:
            own.append(k.c[self._keys.group.field] == bindparam(f"group_{group}"))
        if shape.selective:
            own.append(k.c.seq.in_(self._matching(shape)))
            others = [] if self.column_of(shape.selective) is None else others
        source = k.join(r, r.c.seq == k.c.seq) if others else k
        return select(*columns).select_from(source).where(*own, *others)

    def _matching(self, shape: ListShape) -> Select[Any]:
        """Select the numbers of the rows that match the selective condition, by its index if it has one."""
        column = self.column_of(shape.selective)
        if column is None:
            names = [name for name in shape.names if not self._is_own(name)]
            return select(self._records.c.seq).where(*(self._other(name, shape) for name in names))
        alone = self._keys.table.alias("alone")
        found = select(alone.c.seq)
        if self._keys.group is not None and column.sorts:
            found = found.where(one_of(alone.c[self._keys.group.field], "all_groups"))
        same = [
            name for name in shape.names if (each := self.column_of(name)) is not None and each.field == column.field
        ]
        return found.where(*(self._own(alone, name, shape, indexed=True) for name in same))

    def _other(self, name: str, shape: ListShape) -> Condition:
        """Return a condition on documents. SQLite uses an index only for the selective one."""
        return self._condition(name, name in shape.several, name == shape.selective)

    def _is_own(self, name: str) -> bool:
        """Return whether a condition is on a key column."""
        return self.needs_keys(name) or (self._keys.group is not None and name == self._keys.group.field)

    def needs_keys(self, name: str) -> bool:
        """Return whether a condition is on a typed column, even with a single value."""
        return self.column_of(name) is not None

    def limit_of(self, name: str) -> ListColumn | None:
        """Return the column that `min_x` or `max_x` limits; None for other names."""
        return self._keys.columns.get(name[4:]) if name.startswith(("min_", "max_")) else None

    def match_of(self, name: str) -> ListColumn | None:
        """Return the column whose text a parameter matches; None for other names."""
        column = self._keys.columns.get(name)
        return column if column is not None and column.matches else None

    def column_of(self, name: str) -> ListColumn | None:
        """Return the typed column that a condition is on; None if it is on the group or on documents."""
        return self.limit_of(name) or self.match_of(name)

    def _own(self, keys: FromClause, name: str, shape: ListShape, *, indexed: bool = False) -> ColumnElement[bool]:
        """Return a condition on a key column. Only with `indexed`, SQLite may use its index."""
        column = self.column_of(name)
        key = keys.c[name if column is None else column.name]
        compared = key if indexed else unindexed(key)
        if column is not None and name.startswith(("min_", "max_")):
            limit = bindparam(name, type_=key.type)
            return compared >= limit if name.startswith("min_") else compared <= limit
        if column is not None and column.matches == "part":
            return position_in(compared, bindparam(name)) > 0
        return one_of(compared, name) if name in shape.several else compared == bindparam(name)

    def _in_order(self, name: str, shape: ListShape) -> bool:
        """Return whether a range narrows the index of the sort. Any other condition would make SQLite leave it."""
        column = self.limit_of(name)
        return column is not None and column.field == shape.sort and not shape.selective
