"""The text index of the search agrees with the records."""

from collections.abc import Iterator
from contextlib import ExitStack

from backend.app.backups.store_urls import location_of
from backend.app.doctor.findings import Finding, Remedy, bad, note, ok
from backend.app.kit.db import Ctx, ReadSnapshot
from backend.app.kit.db.schema import repair
from backend.app.kit.search import filling
from backend.app.kit.search.check import faults_of_index
from backend.app.kit.text import counted
from backend.app.settings import Settings
from backend.app.store_tables import TABLES

SUBJECT = "text index"
_FIX = Remedy("text index", "makes it anew from the records")


def check(snapshot: ReadSnapshot) -> Iterator[Finding]:
    """Yield the finding on the index. Reads every record."""
    if not filling.is_complete(snapshot, TABLES):
        yield note(SUBJECT, "it is not complete, or was made by another version", "the next start completes it")
        return
    faults = faults_of_index(snapshot, TABLES)
    if faults.none:
        yield ok(SUBJECT, "every record is found by its words")
        return
    found = [counted(faults.wrong, "records", "are not found by a search")] if faults.wrong else []
    if faults.extra:
        found.append("1 entry has no record" if faults.extra == 1 else f"{faults.extra:,} entries have no record")
    found += ["the words of SQLite's full-text table differ from the entries"] if faults.words_differ else []
    yield bad(SUBJECT, "; ".join(found), None, _FIX)


def forget(settings: Settings, ctx: Ctx) -> list[str]:
    """Have the next opening make the index anew. Raises StartError and AppError."""
    database = settings.database_url or settings.sqlite_path.absolute()
    with ExitStack() as held:
        held.enter_context(location_of(settings).held())
        filling.forget(held.enter_context(repair.changing(database, ctx)))
    return ["the text index was made anew"]
