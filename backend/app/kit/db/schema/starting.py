"""Schema check when a store is opened. It takes a few milliseconds."""

import structlog

from backend.app.kit.db.schema.description import REVISIONS, expected
from backend.app.kit.db.schema.differences import differences
from backend.app.kit.db.schema.reading import read
from backend.app.kit.db.schema.revisions import relevant
from backend.app.kit.db.tx import Tx
from backend.app.kit.errors import StoreUnavailable
from backend.app.kit.text import list_names

log = structlog.get_logger("database")


def require(tx: Tx, revision: str | None) -> None:
    """Raise StoreUnavailable if a table, column or uniqueness constraint of this revision is missing.

    Other differences are logged: a missing index makes the service slow, a missing trigger makes it unsafe.
    """
    if revision not in REVISIONS:
        return
    found = relevant(differences(expected(revision, tx.dialect), read(tx)))
    unusable = [each for each in found if each.unusable]
    if unusable:
        first = list_names([each.sentence for each in unusable], 1, 300)
        raise StoreUnavailable(f"{first}: run `valhalla doctor`")
    for each in found:
        log.error("the schema differs", difference=each.sentence, remedy="run `valhalla doctor`")
