"""Finding entries by words and identifiers, newest record first.

The newest entries are read and compared directly: whatever many records have, such as a single letter, is found there.
If they do not suffice, the index finds the rest, which is then rare enough to be sorted.
"""

from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import text

from backend.app.kit.db import Query, Tx
from backend.app.kit.db.sql import DialectName
from backend.app.kit.search.index import ENTRIES, VECTOR, WORDS
from backend.app.kit.search.typed import TypedSearch

NEWEST = 2000
"""Entries that are read and compared directly."""

_ALL = 2**62
"""A row number above all others."""


class FoundEntry(NamedTuple):
    """A record that was found: number of its entry, name of its table, and row number there."""

    number: int
    kind: str
    seq: int


def by_identifier(tx: Tx, search: TypedSearch, kinds: tuple[str, ...] | None, limit: int) -> list[FoundEntry]:
    """Return the newest records with an identifier that the whole text may be, in any spelling."""
    match = _OR[tx.dialect].join(_term(f"={key}", tx.dialect) for key in search.identifiers)
    return _of_each(kinds, limit, lambda kind: _indexed(tx, match, kind, _ALL, limit))


def by_words(tx: Tx, search: TypedSearch, kinds: tuple[str, ...] | None, limit: int) -> list[FoundEntry]:
    """Return the newest records that have all words, or an identifier, of which the search is the beginning."""
    return _of_each(kinds, limit, lambda kind: _by_words(tx, search, kind, limit))


def _of_each(kinds: tuple[str, ...] | None, limit: int, find: Any) -> list[FoundEntry]:
    found: list[FoundEntry] = [each for kind in kinds for each in find(kind)] if kinds is not None else find(None)
    return sorted(found, reverse=True)[:limit]


def _by_words(tx: Tx, search: TypedSearch, kind: str | None, limit: int) -> list[FoundEntry]:
    given = {} if kind is None else {"kind": kind}
    row = tx.one(_oldest_of_newest(kind is not None), newest=NEWEST, **given)
    floor = row[0] if row else 0
    parts: dict[str, Any] = {f"part_{number}": f" {word}" for number, word in enumerate(search.words)}
    parts |= {f"start_{number}": f" ={start}" for number, start in enumerate(search.identifier_starts)}
    newest = _newest(tx.dialect, len(search.words), len(search.identifier_starts), kind is not None)
    found = [FoundEntry(*row) for row in tx.all(newest, floor=floor, limit=limit, **parts, **given)]
    if len(found) == limit or not floor:
        return found
    return found + _indexed(tx, _beginnings(search, tx.dialect), kind, floor, limit - len(found))


def _beginnings(search: TypedSearch, dialect: DialectName) -> str:
    """Return the search as an expression of FTS5, or as a tsquery."""
    words = _AND[dialect].join(_term(word, dialect, begins=True) for word in search.words)
    starts = [_term(f"={start}", dialect, begins=True) for start in search.identifier_starts]
    return _OR[dialect].join([f"({words})", *starts])


_AND: dict[DialectName, str] = {"sqlite": " AND ", "postgresql": " & "}
_OR: dict[DialectName, str] = {"sqlite": " OR ", "postgresql": " | "}


def _term(word: str, dialect: DialectName, *, begins: bool = False) -> str:
    """Return a quoted word. Normalized words contain no quotes."""
    if dialect == "sqlite":
        return f'"{word}"*' if begins else f'"{word}"'
    return f"'{word}':*" if begins else f"'{word}'"


def _indexed(tx: Tx, match: str, kind: str | None, floor: int, limit: int) -> list[FoundEntry]:
    given = {} if kind is None else {"kind": kind}
    query = _matching(tx.dialect, kind is not None)
    return [FoundEntry(*row) for row in tx.all(query, match=match, floor=floor, limit=limit, **given)]


@cache
def _oldest_of_newest(of_kind: bool) -> Query:
    by, where = ("seq", "WHERE kind = :kind ") if of_kind else ("number", "")
    return Query(text(f"SELECT {by} FROM {ENTRIES} {where}ORDER BY {by} DESC LIMIT 1 OFFSET :newest"))  # noqa: S608


@cache
def _newest(dialect: DialectName, words: int, starts: int, of_kind: bool) -> Query:
    has = "instr" if dialect == "sqlite" else "strpos"
    condition = " AND ".join(f"{has}(words, :part_{number}) > 0" for number in range(words))
    identifiers = "".join(f" OR {has}(words, :start_{number}) > 0" for number in range(starts))
    by, of = ("seq", " AND kind = :kind") if of_kind else ("number", "")
    return Query(
        text(
            f"SELECT number, kind, seq FROM {ENTRIES} WHERE {by} > :floor{of} AND ({condition}{identifiers}) "  # noqa: S608
            f"ORDER BY {by} DESC LIMIT :limit"
        )
    )


@cache
def _matching(dialect: DialectName, of_kind: bool) -> Query:
    by, of = ("seq", " AND kind = :kind") if of_kind else ("number", "")
    if dialect == "sqlite":
        return Query(
            text(
                f"SELECT e.number, e.kind, e.seq FROM {WORDS} CROSS JOIN {ENTRIES} e ON e.number = {WORDS}.rowid "  # noqa: S608
                f"WHERE {WORDS} MATCH :match AND e.{by} <= :floor{of} ORDER BY {WORDS}.rowid DESC LIMIT :limit"
            )
        )
    # Materialized, because the planner would otherwise read all entries by number until enough match.
    return Query(
        text(
            f"WITH found AS MATERIALIZED (SELECT number, kind, seq FROM {ENTRIES} "  # noqa: S608
            f"WHERE {VECTOR} @@ CAST(:match AS tsquery)) "
            f"SELECT number, kind, seq FROM found WHERE {by} <= :floor{of} ORDER BY number DESC LIMIT :limit"
        )
    )
