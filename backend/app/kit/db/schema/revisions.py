"""The revision that a database states, and the one that its schema matches."""

import re

from sqlalchemy import text

from backend.app.kit.db.migrate import HEAD
from backend.app.kit.db.schema.description import REVISIONS, VERSION_TABLE, Schema, all_tables, expected
from backend.app.kit.db.schema.differences import Difference, differences
from backend.app.kit.db.schema.reading import read, table_columns
from backend.app.kit.db.sql import DialectName, Query
from backend.app.kit.db.tx import Tx
from backend.app.kit.errors import StoreUnavailable

_FORM = re.compile(r"\d{4}")
_COLUMN = "version_num"
_noted = Query(text(f"SELECT {_COLUMN} FROM {VERSION_TABLE}"))  # noqa: S608 - our own names


class BadRevision(StoreUnavailable):
    """`alembic_version` does not hold exactly one Valhalla revision. The detail is one sentence."""


def current(tx: Tx) -> str | None:
    """Return the revision that the database states; None if it has no Valhalla table. Raises BadRevision.

    A revision above `HEAD` belongs to a newer version.
    """
    return compared(tx)[0]


def compared(tx: Tx) -> tuple[str | None, list[Difference]]:
    """Return the revision like `current`, and how the schema differs from it, without objects that others added."""
    revision = _stated(tx)
    if revision not in REVISIONS:
        return revision, []
    found = read(tx)
    differing = relevant(differences(expected(revision, tx.dialect), found))
    if differing and (shown := shown_by(found, tx.dialect)) is not None:
        raise _bad(f"the table {VERSION_TABLE} holds {revision}, but the schema is exactly that of {shown}")
    return revision, differing


def _stated(tx: Tx) -> str | None:
    columns = table_columns(tx)
    ours = columns.keys() & all_tables()
    if _COLUMN not in columns.get(VERSION_TABLE, ()):
        if ours or VERSION_TABLE in columns:
            what = f"has no column {_COLUMN}" if VERSION_TABLE in columns else "is missing"
            raise _bad(f"the table {VERSION_TABLE} {what}")
        return None
    found = tx.all(_noted)
    if not found and not ours:
        return None
    if len(found) != 1:
        raise _bad(f"the table {VERSION_TABLE} {f'has {len(found)} rows instead of one' if found else 'is empty'}")
    revision = found[0][0]
    if (
        not isinstance(revision, str)
        or not _FORM.fullmatch(revision)
        or (revision <= HEAD and revision not in REVISIONS)
    ):
        raise _bad(f"the table {VERSION_TABLE} holds {str(revision)[:40]!a}, which is not a revision of Valhalla")
    if not ours:
        raise _bad(f"the table {VERSION_TABLE} holds {revision}, but the database has no Valhalla tables")
    return revision


def _is_revision(found: str) -> bool:
    return found in REVISIONS or (_FORM.fullmatch(found) is not None and found > HEAD)


def _bad(what: str) -> BadRevision:
    return BadRevision(f"{what}: run `valhalla doctor`")


def shown_by(found: Schema, dialect: DialectName) -> str | None:
    """Return the revision that matches this schema exactly, ignoring foreign objects; None if there is none."""
    for revision in reversed(REVISIONS):
        if not relevant(differences(expected(revision, dialect), found)):
            return revision
    return None


def nearest(found: Schema, dialect: DialectName) -> tuple[str, list[Difference]]:
    """Return the revision with the fewest differences, and the differences."""
    compared = [(revision, relevant(differences(expected(revision, dialect), found))) for revision in REVISIONS]
    return min(compared, key=lambda each: len(each[1]))


def relevant(found: list[Difference]) -> list[Difference]:
    """Return the differences without objects that others have added."""
    return [each for each in found if each.kind not in {"not ours", "trigger added"}]
