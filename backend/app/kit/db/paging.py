"""Pages of list responses, bounded in rows and in bytes, reading little more than is returned.

SQLite produces rows only as they are fetched. PostgreSQL sends small documents with the first statement. Larger ones
follow in separate statements, each of which stops where the page is full.
"""

import base64
import binascii
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import closing
from itertools import chain, takewhile
from operator import itemgetter
from sys import getsizeof
from typing import Any, TypeVar

from sqlalchemy import BigInteger, Select, Table, Text, bindparam, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.elements import ColumnElement, TextClause

from backend.app.kit.db.sql import Query, doc_text, one_of
from backend.app.kit.db.tx import Tx
from backend.app.kit.errors import BadInput

MAX_RESPONSE = 8_000_000
"""Maximum bytes of a list response, unless its first item alone is larger."""

_ROOM = MAX_RESPONSE - 500
"""Bytes of a response available to items, including a comma after each; the rest is for the envelope."""

_MAX_BYTES_PER_CHARACTER = 4
"""Maximum bytes of a character in UTF-8."""

_PORTION = 24
"""Rows read at once from SQLite, and so the most that are read in excess."""

_SMALL = 16_000
"""Maximum bytes of a document sent with the first statement: 500 of them fill a response."""

_PART = 32
"""Rows per follow-up statement on PostgreSQL if some documents are not small."""

_LAST = itemgetter(-1)

_BEFORE = "before"
"""Parameter with the row number where the previous page ended; no filter has this name."""

Row = tuple[Any, ...]
R = TypeVar("R", bound=Row)


def fitting(portions: Iterable[Sequence[R]], limit: int) -> tuple[list[R], bool]:
    """Return the first rows, at most `limit`, whose last columns fit in a response, and whether more follow.

    At least one row is returned, if there is one. An empty portion means that more rows follow but do not fit.
    """
    taken: list[R] = []
    sure = _ROOM // _MAX_BYTES_PER_CHARACTER
    portions = iter(portions)
    for portion in portions:
        taken += portion
        sure -= sum(map(len, map(_LAST, portion))) + len(portion)
        if sure < 0:
            return _measured(chain([taken], portions), limit)
        if len(taken) > limit or not portion:
            return taken[:limit], True
    return taken, False


def _measured(portions: Iterable[Sequence[R]], limit: int) -> tuple[list[R], bool]:
    """Compute `fitting` in exact bytes. Most pages are small enough that counting characters suffices."""
    taken: list[R] = []
    left = _ROOM
    for portion in portions:
        for row in portion:
            left -= size_of(row[-1]) + 1
            if len(taken) == limit or (taken and left < 0):
                return taken, True
            taken.append(row)
        if not portion:
            return taken, True
    return taken, False


_OVERHEAD = 80
"""Maximum size of a Python string object without its characters, in bytes."""


def size_of(text: str) -> int:
    """Return the larger of the UTF-8 and in-memory sizes in bytes. With an emoji, every character takes 4 in memory."""
    return len(text) if text.isascii() else max(len(text.encode()), getsizeof(text) - _OVERHEAD)


class ListStatement:
    """A SELECT of rows of a table, newest first. Parameters: `limit`, and those of its conditions.

    `columns` start with `seq`, the row number. `large` is the column that may be large, and comes last. `order` is a
    column of another table that the conditions make equal to `seq`, if rows are to be found by its index.
    """

    def __init__(
        self,
        table: Table,
        columns: Sequence[ColumnElement[Any]],
        large: ColumnElement[Any],
        conditions: Iterable[ColumnElement[bool] | TextClause],
        order: ColumnElement[Any] | None = None,
    ) -> None:
        seq, where = columns[0], list(conditions)
        newest = (seq if order is None else order).desc()

        def listed(*last: ColumnElement[Any]) -> Query:
            statement: Select[Any] = select(*columns, *last).select_from(table).where(*where)
            return Query(statement.order_by(newest).limit(bindparam("limit")))

        self._all = listed(doc_text(large))
        self._small = listed(_if_small(large))
        self._large = _that_fit(table, seq, large)

    def portions(self, tx: Tx, params: dict[str, Any]) -> Generator[list[Row]]:
        """Return the rows in lists for `fitting`, read lazily. Close the generator to stop early."""
        if tx.dialect == "sqlite":
            return tx.portions(self._all, _PORTION, **params)
        return self._in_parts(tx, tx.all(self._small, **params))

    def _in_parts(self, tx: Tx, rows: list[Row]) -> Generator[list[Row]]:
        if all(row[-1] is not None for row in rows):
            yield from [rows] if rows else []
            return
        left = _ROOM
        for at in range(0, len(rows), _PART):
            part = self._whole(tx, rows[at : at + _PART], left)
            yield part
            if len(part) < len(rows[at : at + _PART]):
                yield []
                return
            left -= sum(size_of(row[-1]) for row in part)

    def _whole(self, tx: Tx, rows: list[Row], left: int) -> list[Row]:
        """Return the rows with their large documents, as far as these fit into `left` bytes."""
        numbers = [row[0] for row in rows if row[-1] is None]
        found = dict(tx.all(self._large, seqs=f"{numbers}", left=left)) if numbers else {}
        whole = ((*row[:-1], found.get(row[0]) if row[-1] is None else row[-1]) for row in rows)
        return list(takewhile(lambda row: row[-1] is not None, whole))


def _that_fit(table: Table, seq: ColumnElement[Any], large: ColumnElement[Any]) -> Query:
    """Build the query for the row numbers and large columns of rows preceded by fewer than `left` bytes."""
    size = func.octet_length(doc_text(large))
    before = (func.sum(size).over(order_by=seq.desc()) - size).label("before")
    measured = select(seq.label("seq"), large.label("large"), before).where(one_of(seq, "seqs")).subquery("measured")
    fits = measured.c.before < bindparam("left", type_=BigInteger)
    return Query(select(measured.c.seq, doc_text(measured.c.large)).where(fits))


class Documents:
    """Documents of rows that another statement has found, read in its order."""

    def __init__(self, table: Table) -> None:
        seq, doc = table.c.seq, table.c.doc
        self._all = Query(select(seq, doc_text(doc)).where(one_of(seq, "seqs")))
        self._small = Query(select(seq, _if_small(doc)).where(one_of(seq, "seqs")))

    def portions(self, tx: Tx, seqs: Sequence[int]) -> Generator[list[tuple[int, str]]]:
        """Return numbers and documents in lists for `fitting`, read lazily. Close the generator to stop early."""
        if tx.dialect == "sqlite":
            for at in range(0, len(seqs), _PORTION):
                yield self._read(tx, self._all, seqs[at : at + _PORTION])
            return
        small = dict(self._read(tx, self._small, seqs))
        part: list[tuple[int, str]] = []
        for seq in seqs:
            doc = small.get(seq)
            if doc is not None:
                part.append((seq, doc))
                continue
            yield [*part, *self._read(tx, self._all, [seq])]
            part = []
        if part:
            yield part

    def _read(self, tx: Tx, query: Query, seqs: Sequence[int]) -> list[tuple[int, str]]:
        found = dict(tx.all(query, seqs=f"{[*seqs]}")) if seqs else {}
        return [(seq, found[seq]) for seq in seqs if seq in found]


def page(
    tx: Tx, listing: ListStatement, params: dict[str, Any], limit: int, shown: Callable[[Row], Row] | None = None
) -> tuple[list[Row], bool]:
    """Return the rows of a page, mapped by `shown` if it is given, and whether more follow."""
    with closing(listing.portions(tx, {**params, "limit": limit + 1})) as portions:
        if shown is None:
            return fitting(portions, limit)
        return fitting((list(map(shown, portion)) for portion in portions), limit)


class FilteredList:
    """Rows of a table, newest first, by the filters that a request gives.

    `condition` returns the condition of a filter, with a parameter of the same name. `columns` and `large` are those of
    `ListStatement`.
    """

    def __init__(
        self,
        table: Table,
        columns: Sequence[ColumnElement[Any]],
        large: ColumnElement[Any],
        condition: Callable[[str], ColumnElement[bool]],
    ) -> None:
        self._table, self._columns, self._large, self._condition = table, columns, large, condition
        self._statements: dict[tuple[str, ...], ListStatement] = {}

    def page(
        self,
        tx: Tx,
        filters: Mapping[str, Any],
        limit: int,
        cursor: str | None,
        shown: Callable[[Row], Row] | None = None,
    ) -> tuple[list[Row], str | None]:
        """Return the rows of a page, mapped by `shown`, and the next cursor. A filter of None is not applied."""
        given = {name: value for name, value in filters.items() if value is not None}
        statement = self._statement(tuple(given), after_first_page=cursor is not None)
        if cursor is not None:
            given[_BEFORE] = decode_cursor(cursor)
        rows, more = page(tx, statement, given, limit, shown)
        return rows, encode_cursor(rows[-1][0]) if more else None

    def _statement(self, names: tuple[str, ...], *, after_first_page: bool) -> ListStatement:
        key = (*names, _BEFORE) if after_first_page else names
        if key not in self._statements:
            where = [self._condition(name) for name in names]
            where += [self._columns[0] < bindparam(_BEFORE)] if after_first_page else []
            self._statements[key] = ListStatement(self._table, self._columns, self._large, where)
        return self._statements[key]


def encode_cursor(seq: int) -> str:
    return base64.urlsafe_b64encode(b"s%d" % seq).decode().rstrip("=")


def decode_cursor(cursor: str) -> int:
    """Return the row number encoded in a cursor by `encode_cursor`. Raises BadInput."""
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        seq = int(raw[1:]) if raw[:1] == b"s" and raw[1:].isdigit() else -1
    except (binascii.Error, ValueError):
        seq = -1
    if not 0 <= seq < 2**63 or encode_cursor(seq) != cursor:
        raise BadInput.field("cursor", "cursor is not a next_cursor of this list")
    return seq


class _if_small(ColumnElement[str]):  # noqa: N801
    """A column as text if its stored size is small, tested without reading it; otherwise NULL."""

    inherit_cache = True
    type = Text()

    def __init__(self, column: ColumnElement[Any]) -> None:
        self.column = column


@compiles(_if_small, "postgresql")
def _postgresql_if_small(element: _if_small, compiler: Any, **kw: Any) -> str:
    column = compiler.process(element.column, **kw)
    size = f"pg_column_size({column})"
    return f"CASE WHEN {size} <= {_SMALL} AND pg_column_compression({column}) IS NULL THEN CAST({column} AS TEXT) END"
