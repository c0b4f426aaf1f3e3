"""Checks of sending: senders, rules of the company, holds, and deliveries that need a person. They send nothing."""

from collections.abc import Iterator
from datetime import date

from backend.app.core_gov.comms.consent.import_csv import date_of_last_list
from backend.app.core_gov.comms.delivery import hold
from backend.app.core_gov.comms.delivery import service as deliveries
from backend.app.core_gov.comms.gate.rules_file import rules_in_force
from backend.app.core_gov.comms.senders.senders_file import Sender, usable_senders
from backend.app.doctor.findings import Finding, bad, note, ok
from backend.app.kit import clock
from backend.app.kit.db import Tx
from backend.app.kit.errors import BadInput
from backend.app.kit.text import counted
from backend.app.settings import Settings

SUBJECT = "senders"

LIST_DAYS = 31
"""Greatest age of a do-not-call list in Canada (Unsolicited Telecommunications Rules, part II)."""


def check(settings: Settings) -> Iterator[Finding]:
    """Yield what is wrong with the senders and with the rules of the company."""
    found, faults = usable_senders(settings)
    secret_faults = {each.name: fault for each in found.values() if (fault := _secret_fault(each))}
    for fault in (*faults, *secret_faults.values()):
        yield bad(SUBJECT, fault, "correct it; `valhalla senders check` checks it again")
    if working := [name for name in found if name not in secret_faults]:
        yield ok(SUBJECT, f"{', '.join(working)}: defined; `valhalla senders check` asks whether they work")
    try:
        rules_in_force(settings)
    except BadInput as error:
        yield bad("rules", f"{error.detail}; nothing is sent", "correct the file")


def _secret_fault(sender: Sender) -> str | None:
    if sender.table.kind == "manual":
        return None
    try:
        sender.api_key_secret()
    except BadInput as error:
        return error.detail
    return None


def _check_list(tx: Tx) -> Iterator[Finding]:
    """Yield a note if the do-not-contact list that was imported last is too old for Canada."""
    listed_on = date_of_last_list(tx)
    if listed_on is None:
        return
    age = (date.fromisoformat(clock.today()) - date.fromisoformat(listed_on)).days
    if age > LIST_DAYS:
        what = f"the last do-not-contact list is {age} days old; in Canada it may be {LIST_DAYS}"
        yield note("opt-outs", what, "import a newer one with `valhalla import opt-outs`")


def check_deliveries(tx: Tx) -> Iterator[Finding]:
    """Yield why nothing is sent, and deliveries that wait for a person."""
    if (found := hold.stopped(tx)) is not None:
        yield note("sending", f"stopped by {found.by}: {found.reason}", "an administrator resumes it")
    if (found := hold.held(tx)) is not None:
        yield note("sending", f"held since {found.since}, because {found.reason}", "`valhalla senders release`")
    yield from _check_list(tx)
    counts = deliveries.count_by_state(tx)
    if uncertain := counts.get("uncertain", 0):
        what = counted(uncertain, "messages", "are uncertain: nobody knows whether the provider sent them")
        yield note("deliveries", what, "settle them: docs/sending.md says how")
    if held := counts.get("held", 0):
        yield note("deliveries", counted(held, "messages", "are held for a decision"), "release or cancel them")
