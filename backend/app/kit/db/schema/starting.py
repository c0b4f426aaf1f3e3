"""Schema check when a store is opened. It takes a few milliseconds."""

import structlog

from backend.app.kit.db.schema.description import REVISIONS, expected
from backend.app.kit.db.schema.differences import Difference, differences
from backend.app.kit.db.schema.reading import read
from backend.app.kit.db.schema.revisions import compared, relevant
from backend.app.kit.db.tx import Tx
from backend.app.kit.errors import StoreUnavailable
from backend.app.kit.text import list_names

log = structlog.get_logger("database")


def require_stated(tx: Tx) -> str | None:
    """Return the revision that the database states, like `revisions.current`, if the schema is usable."""
    revision, found = compared(tx)
    _require(found)
    return revision


def require(tx: Tx, revision: str | None) -> None:
    """Raise StoreUnavailable if a table, column or uniqueness constraint of this revision is missing.

    Other differences are logged: a missing index makes the service slow, a missing trigger makes it unsafe.
    """
    if revision in REVISIONS:
        _require(relevant(differences(expected(revision, tx.dialect), read(tx))))


def _require(found: list[Difference]) -> None:
    unusable = [each for each in found if each.unusable]
    if unusable:
        first = list_names([each.sentence for each in unusable], 1, 300)
        raise StoreUnavailable(f"{first}: run `valhalla doctor`")
    for each in found:
        log.error("the schema differs", difference=each.sentence, remedy="run `valhalla doctor`")
