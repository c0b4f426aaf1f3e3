"""Check of the ledger of joint ventures against its documents, and its repair: what is missing is added."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict

from backend.app.backups.store_urls import location_of
from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.jv.documents import rebuild
from backend.app.core_gov.jv.ledger import service as ledger
from backend.app.doctor.findings import Finding, Remedy, bad, note, ok
from backend.app.kit.db import Ctx, Tx
from backend.app.kit.db.schema import repair
from backend.app.kit.text import counted
from backend.app.settings import Settings

SUBJECT = "ledger"
_FIX = Remedy("ledger", "adds what is missing, and changes no entry")
_SHOWN = 20


def check(tx: Tx) -> Iterator[Finding]:
    """Yield differences between documents, entries and balances, and why agreements are blocked."""
    found = list(rebuild.faults(tx))
    for fault in found[:_SHOWN]:
        if fault.missing:
            yield bad(SUBJECT, fault.sentence, None, _FIX)
        else:
            yield bad(SUBJECT, fault.sentence, "put the document back into its JSON file, or restore a backup")
    if len(found) > _SHOWN:
        yield bad(SUBJECT, counted(len(found) - _SHOWN, "more faults", "more faults were found"), None, _FIX)
    for books in ledger.blocked_books(tx):
        remedy = "docs/jv/wrong_posting.md says how to unblock it"
        yield note(SUBJECT, f"nothing can be posted to the agreement {books.agreement_id}: {books.blocked}", remedy)
    if not found:
        yield ok(SUBJECT, "every entry is what its document says, and every balance is the sum of its lines")


def repair_ledger(settings: Settings, ctx: Ctx) -> list[str]:
    """Add missing entries, and compute balances anew that are wrong. Raises StartError and AppError."""
    database = settings.database_url or settings.sqlite_path.absolute()
    with ExitStack() as held:
        held.enter_context(location_of(settings).held())
        tx = held.enter_context(repair.changing(database, ctx))
        done = rebuild.complete(tx)
        if not done.is_nothing:
            audit.record_act(tx, "ledger.completed", "store", None, asdict(done))
    return [f"added {done.entries} entries and {done.lines} lines, and computed {done.balances} balances anew"]
