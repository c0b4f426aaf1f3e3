"""Pages of a record table's list: filtered, sorted, and counted."""

import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, Table, bindparam, func, literal_column, select

from backend.app.kit.db import paging
from backend.app.kit.db.paging import Documents, ListStatement, decode_cursor, encode_cursor, fitting
from backend.app.kit.db.sql import Query
from backend.app.kit.db.tx import Tx
from backend.app.kit.lists import position
from backend.app.kit.lists.keys import ListKeys
from backend.app.kit.lists.position import Position
from backend.app.kit.lists.statements import Condition, DocumentCondition, ListShape, ListStatements
from backend.app.kit.lists.tags import TagTable

MAX_COUNT = 10_000
"""Largest exact count of a list."""

MAX_TAGGED = 2_000
"""Maximum number of records with a tag that are found by it and then sorted. More are faster to read in order."""

_ALL = 2**62
"""A number that no list reaches."""


@dataclass(frozen=True, slots=True)
class Count:
    """Number of matching records. `exceeded`: there are more than `number`, the largest that was counted."""

    number: int
    exceeded: bool


@dataclass(frozen=True, slots=True)
class Found:
    """Documents of a page, and the position of the next one; None on the last page."""

    docs: list[str]
    next_position: str | None
    count: Count | None = None


class RecordList:
    """The list of a record table. `condition` returns a condition on documents; `indexed`: filters with an index."""

    def __init__(
        self,
        records: Table,
        keys: ListKeys | None,
        condition: DocumentCondition,
        indexed: frozenset[str],
        tags: TagTable | None = None,
    ) -> None:
        self._records, self._keys, self._condition, self._indexed = records, keys, condition, indexed
        self._tags = tags
        self._plain: dict[tuple[str, ...], ListStatement] = {}
        self._plain_counts: dict[tuple[str, ...], Query] = {}
        self._documents = Documents(records)
        self._keyed = None if keys is None else ListStatements(records, keys, condition)

    def page(
        self, tx: Tx, filters: Mapping[str, Any], limit: int, cursor: str | None, *, sort: str | None, count: bool
    ) -> Found:
        """Return the records after the cursor that match all filters: `limit`, or as many as fit a response.

        `sort`: a field that the table declares, with a hyphen before it for descending order; None for newest first.
        """
        given = {name: value for name, value in filters.items() if value is not None}
        if self._keyed is None or (sort is None and not self._needs_keys(given)):
            found = self._plain_page(tx, given, limit, cursor)
        else:
            found = self._keyed_page(tx, self._keyed, given, sort, limit, cursor)
        if not count:
            return found
        is_whole = cursor is None and found.next_position is None
        return replace(found, count=Count(len(found.docs), False) if is_whole else self._count(tx, given, MAX_COUNT))

    def count_all(self, tx: Tx, filters: Mapping[str, Any]) -> int:
        """Return the number of all records that match. Takes time linear in it."""
        given = {name: value for name, value in filters.items() if value is not None}
        return self._count(tx, given, _ALL).number

    def values(self, tx: Tx, filters: Mapping[str, Any], fields: tuple[str, ...]) -> list[tuple[Any, ...]]:
        """Return number and keys of all records that match, in no order. The table must have typed columns."""
        assert self._keyed is not None
        given = {name: value for name, value in filters.items() if value is not None}
        shape, params = self._shape(tx, self._keyed, given, None)
        return tx.all(self._keyed.values(shape, fields), **params)

    def documents(self, tx: Tx, seqs: list[int]) -> dict[int, str]:
        """Return documents by row number."""
        return {seq: doc for portion in self._documents.portions(tx, seqs) for seq, doc in portion}

    # Newest first, by single values: one statement on the record table

    def _plain_page(self, tx: Tx, given: dict[str, Any], limit: int, cursor: str | None) -> Found:
        if cursor is not None:
            given = {**given, "before": decode_cursor(cursor)}
        names = tuple(given)
        rows, more = paging.page(tx, self._plain.get(names) or self._plain_statement(names), given, limit)
        return Found([row[1] for row in rows], encode_cursor(rows[-1][0]) if more else None)

    def _plain_statement(self, names: tuple[str, ...]) -> ListStatement:
        """Return the statement of a page. Records with a tag are read from the index on tags, in its order."""
        r = self._records
        seq = self._tags.table.c.seq if self._tags is not None and "tag" in names else r.c.seq
        conditions = [
            seq < bindparam("before") if name == "before" else self._plain_condition(name, names) for name in names
        ]
        statement = self._plain[names] = ListStatement(r, [r.c.seq], r.c.doc, conditions, seq)
        return statement

    def _plain_condition(self, name: str, names: tuple[str, ...]) -> Condition:
        """Return a condition that may use an index, unless another one names a record.

        Without statistics, SQLite takes an index of a status, which thousands of records share, for as good as that of
        another record, which a few share.
        """
        indexed = name == "tag" or _names_a_record(name) or not any(map(_names_a_record, names))
        return self._condition(name, False, indexed)

    def _needs_keys(self, given: dict[str, Any]) -> bool:
        assert self._keyed is not None
        return any(isinstance(value, list) or self._keyed.needs_keys(name) for name, value in given.items())

    # Sorted, by ranges, or by several values: rows from the table of keys, then their documents

    def _keyed_page(
        self, tx: Tx, keyed: ListStatements, given: dict[str, Any], sort: str | None, limit: int, cursor: str | None
    ) -> Found:
        shape, params = self._shape(tx, keyed, given, sort)
        if cursor is not None:
            after = self._position(shape, cursor)
            shape = replace(shape, after="null" if after.key is None and shape.sort else "key")
            params |= {"after_seq": after.seq} | ({"after_key": after.key} if after.key is not None else {})
        rows = tx.all(keyed.rows(shape), limit=limit + 1, **params)
        place = dict(rows)
        with closing(self._documents.portions(tx, [*place])) as portions:
            taken, more = fitting(portions, limit)
        if not more and len(rows) <= limit:
            return Found([doc for _, doc in taken], None)
        last = taken[-1][0] if more else rows[limit - 1][0]  # keys without a record, deleted by hand, are skipped
        following = encode_cursor(last) if shape.sort is None else position.encode(Position(place[last], last))
        return Found([doc for _, doc in taken], following)

    def _shape(
        self, tx: Tx, keyed: ListStatements, given: dict[str, Any], sort: str | None
    ) -> tuple[ListShape, dict[str, Any]]:
        """Return the shape of the statement, and its parameters."""
        params: dict[str, Any] = {name: self._parameter(keyed, name, value) for name, value in given.items()}
        several = frozenset(name for name, value in given.items() if isinstance(value, list))
        descending = sort is None or sort.startswith("-")
        shape = ListShape(sort.removeprefix("-") if sort else None, descending, tuple(sorted(given)), several)
        selective = self._selective(tx, keyed, shape, params)
        if selective is not None:
            return selective
        return self._grouped(shape, params, given) if sort else (shape, params)

    def _selective(
        self, tx: Tx, keyed: ListStatements, shape: ListShape, params: dict[str, Any]
    ) -> tuple[ListShape, dict[str, Any]] | None:
        """Return the shape that reads the rows of one condition and sorts them, if few rows match it."""
        assert self._keys is not None
        group = self._keys.group
        if group is not None:
            params = {**params, "all_groups": json.dumps(group.keys)}
        for name in self._candidates(keyed, shape, "" if group is None else group.field):
            found = replace(shape, selective=name)
            most = MAX_TAGGED if name == "tag" else MAX_COUNT
            row = tx.one(keyed.matches(found), limit=most + 1, **params)
            if row is not None and row[0] <= most:
                return found, params
        return None

    def _candidates(self, keyed: ListStatements, shape: ListShape, group: str) -> list[str]:
        """Return the conditions that few rows may match: those with an index of their own first.

        Without one, counting the matches of a range reads the narrow table of keys in order. That takes a tenth of
        visiting the rows in the order of another sort, which is what a range without matches would do. The newest rows
        that contain a text are found by reading the table of keys anyway.
        """
        limited = {name: column for name in shape.names if (column := keyed.column_of(name)) is not None}
        if shape.sort is None:
            limited = {name: column for name, column in limited.items() if column.matches != "part"}
        ranges = {each.field: name for name, each in limited.items() if each.field != shape.sort}
        ordered = sorted(ranges.values(), key=lambda name: not limited[name].sorts)
        return [*(name for name in shape.names if name in self._indexed and name != group), *ordered]

    def _grouped(
        self, shape: ListShape, params: dict[str, Any], given: dict[str, Any]
    ) -> tuple[ListShape, dict[str, Any]]:
        """Return the shape that reads the rows of each group in order and merges them."""
        assert self._keys is not None
        group = self._keys.group
        if group is None:
            return shape, params
        wanted = given.get(group.field)
        groups = group.keys if wanted is None else wanted if isinstance(wanted, list) else [wanted]
        names = tuple(name for name in shape.names if name != group.field)
        params = {name: value for name, value in params.items() if name != group.field}
        params |= {f"group_{number}": value for number, value in enumerate(groups)}
        return replace(shape, names=names, groups=len(groups)), params

    def _parameter(self, keyed: ListStatements, name: str, value: Any) -> Any:
        if (match := keyed.match_of(name)) is not None:
            keys = [match.kind.key(each) for each in value] if isinstance(value, list) else match.kind.key(value)
            return json.dumps(keys) if isinstance(keys, list) else keys
        if isinstance(value, list):
            return json.dumps(value)
        column = keyed.limit_of(name)
        return column.kind.limit(value) if column is not None and column.kind.limit is not None else value

    def _position(self, shape: ListShape, cursor: str) -> Position:
        assert self._keys is not None
        if shape.sort is None:
            return Position(None, decode_cursor(cursor))
        return position.decode(cursor, self._keys.columns[shape.sort].kind.type.python_type)

    # Counts

    def _count(self, tx: Tx, given: dict[str, Any], most: int) -> Count:
        if self._keyed is not None and self._needs_keys(given):
            shape, params = self._shape(tx, self._keyed, given, None)
            row = tx.one(self._keyed.count(shape), limit=most + 1, **params)
        else:
            row = tx.one(self._plain_count(tuple(given)), limit=most + 1, **given)
        number = int(row[0]) if row else 0
        return Count(min(number, most), number > most)

    def _plain_count(self, names: tuple[str, ...]) -> Query:
        found = self._plain_counts.get(names)
        if found is None:
            conditions = [self._plain_condition(name, names) for name in names]
            matching: Select[Any] = select(literal_column("1")).select_from(self._records).where(*conditions)
            inner = matching.limit(bindparam("limit"))
            found = self._plain_counts[names] = Query(select(func.count()).select_from(inner.subquery("matching")))
        return found


def _names_a_record(name: str) -> bool:
    return name.endswith("_id")
