"""Documents that this version would not write, because they were edited by hand or written by a version with looser
rules; and contact details that could not be verified, and so cannot be used to send messages.
"""

import json
from collections.abc import Iterator

from backend.app.bootstrap import unverified_contacts
from backend.app.doctor.findings import Finding, bad, note, ok
from backend.app.kit.archive.tables import ArchiveTable, of_records
from backend.app.kit.db import ReadSnapshot
from backend.app.kit.errors import BadInput
from backend.app.kit.text import shorten
from backend.app.store_tables import TABLES

SUBJECT = "documents"
MAX_NAMED = 20
"""Most documents of a table that are reported one by one."""

_REMEDY = (
    "--fix does not change it, and backups contain it; correct it with a PATCH of the wrong field, or in the database "
    "while no process has it open"
)


def check(snapshot: ReadSnapshot) -> Iterator[Finding]:
    """Yield a finding for each invalid document, with its file, id and fault."""
    good = True
    for table in map(of_records, TABLES):
        count = 0
        for key, fault in _invalid(snapshot, table):
            good, count = False, count + 1
            if count <= MAX_NAMED:
                yield bad(SUBJECT, f"{table.file}: {key} is not valid: {fault}", _REMEDY)
        if count > MAX_NAMED:
            more = f"{table.file}: {count - MAX_NAMED:,} more are not valid"
            yield bad(SUBJECT, more, "`valhalla verify` of a backup counts all of them")
    if good:
        yield ok(SUBJECT, "every record is valid in this version")


def _invalid(snapshot: ReadSnapshot, table: ArchiveTable) -> Iterator[tuple[str, str]]:
    for chunk in snapshot.stream(table.query(table.shape.columns)):
        for key, doc in chunk:
            if fault := _fault(table, key, doc):
                yield key, fault


def _fault(table: ArchiveTable, key: str, doc: object) -> str | None:
    raw = doc if isinstance(doc, bytes) else str(doc).encode("utf-8", "backslashreplace")
    try:
        found, fault = table.check(raw)
    except BadInput as error:
        return error.detail.replace("the body", "it")
    if fault is None and found[table.shape.key[0]] != key:
        return f"its {table.shape.key[0]} is {shorten(json.dumps(found[table.shape.key[0]]), 80)}"
    return fault and shorten(fault, 300)


def check_contacts(snapshot: ReadSnapshot) -> Iterator[Finding]:
    """Yield a note with the number of unverified phone numbers and email addresses."""
    for file, count in unverified_contacts(snapshot).items():
        kind = "records have" if count > 1 else "record has"
        sentence = f"{file}: {count:,} {kind} a phone number or an email address that is not verified"
        yield note("contacts", sentence, "list them with `verified=false`, and correct them with a PATCH")
