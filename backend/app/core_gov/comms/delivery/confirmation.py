"""Confirmation of an opt-out: one text, at any hour, within five minutes of the stop word.

It is sent only if the sender has a text for it, because Twilio confirms stop words by default.
"""

from datetime import timedelta

from backend.app.core_gov.comms import service as comms
from backend.app.core_gov.comms.delivery import service
from backend.app.core_gov.comms.gate.rules import shipped_rules
from backend.app.core_gov.comms.recipient import verified
from backend.app.core_gov.comms.schemas import DraftCreate
from backend.app.core_gov.comms.senders.senders_file import Sender
from backend.app.kit import clock
from backend.app.kit.db import Tx


def confirm_opt_out(tx: Tx, sender: Sender, address: str, stop_at: str) -> None:
    """Send the confirmation of an opt-out that was just stored; nothing if it is too old or the sender has no text.

    Nothing is sent to a short code, which is no phone number. `address` is where the stop word came from, `stop_at`
    when it was sent (UTC).
    """
    text = sender.table.opt_out_confirmation
    until = clock.later(stop_at, timedelta(minutes=shipped_rules().confirmation_minutes))
    if text is None or until <= tx.now or verified("sms", address).fields["to_e164"] is None:
        return
    stored = comms.create_draft(tx, DraftCreate(channel="sms", to=address, body=text, status="ready"))
    service.send_confirmation(tx, stored, sender, stop_at, until)
