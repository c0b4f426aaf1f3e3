"""Contact details that could not be verified, and so cannot be used to send messages."""

from collections.abc import Iterator

from backend.app.bootstrap import unverified_contacts
from backend.app.doctor.findings import Finding, note
from backend.app.kit.db import ReadSnapshot

SUBJECT = "contacts"


def check(snapshot: ReadSnapshot) -> Iterator[Finding]:
    """Yield a note with the number of unverified phone numbers and email addresses."""
    for file, count in unverified_contacts(snapshot).items():
        kind = "records have" if count > 1 else "record has"
        sentence = f"{file}: {count:,} {kind} a phone number or an email address that is not verified"
        yield note(SUBJECT, sentence, "list them with `verified=false`, and correct them with a PATCH")
