"""Recipient of a message: its text, and the verified forms that its channel needs. Pure functions."""

from typing import Any, NamedTuple

from backend.app.core_gov.comms.schemas import DraftRecord, SendLogRecord
from backend.app.kit.contact_details import check_email, parse_phone, verify_email, verify_phone
from backend.app.kit.errors import BadInput
from backend.app.kit.fields import fault_of_document
from backend.app.kit.text import single_line, without_format

PHONE_CHANNELS = ("sms", "call")
EMAIL_CHANNEL = "email"
_COUNTRY = "CA"  # default for numbers without a country code; Canada and the US share one numbering plan


class Recipient(NamedTuple):
    """Fields of a draft, and warnings about forms that are not verified."""

    fields: dict[str, str | None]
    warnings: tuple[str, ...]


def recipient_of(channel: str, to: str | None) -> Recipient:
    """Return `to` as it is stored, with its verified forms. Raises BadInput if it is not a single line.

    Text that does not fit the channel is kept; its verified form is null then.
    """
    return verified(channel, None if to is None else _line(channel, to))


def verified(channel: str, to: str | None) -> Recipient:
    """Return the verified forms of a stored recipient."""
    found: dict[str, str | None] = {"to": to, "to_e164": None, "to_email": None, "to_extension": None}
    if channel in PHONE_CHANNELS:
        phone = verify_phone("to", to, _COUNTRY, sms=channel == "sms")
        return Recipient(found | {"to_e164": phone.e164, "to_extension": phone.extension}, phone.warnings)
    if channel == EMAIL_CHANNEL:
        email = verify_email("to", to)
        return Recipient(found | {"to_email": email.normalized}, email.warnings)
    return Recipient(found, ())


def spellings(typed: str) -> list[str]:
    """Return what a recipient may be stored as: the text itself, and its verified forms for comparison."""
    found = {typed: None}
    for form in (_phone, _email_lowered_by_sqlite, _email_lowered_by_postgresql):
        try:
            found[form(typed)] = None
        except ValueError:
            continue
    return list(found)


def phone_form(typed: str) -> str:
    """Return the E.164 form of a typed phone number, or the text itself. A + in a query may have become a space."""
    try:
        return _phone(typed)
    except ValueError:
        return typed


def email_form(typed: str) -> str:
    """Return the normalized form of a typed email address, or the text itself."""
    try:
        return check_email(typed)
    except ValueError:
        return typed


def _phone(typed: str) -> str:
    return parse_phone(typed, _COUNTRY).e164


def _email_lowered_by_sqlite(typed: str) -> str:
    return check_email(typed).encode().lower().decode()  # only ASCII letters


def _email_lowered_by_postgresql(typed: str) -> str:
    return check_email(typed).lower()


def _line(channel: str, to: str) -> str:
    try:
        return single_line(without_format(to) if channel in PHONE_CHANNELS else to)
    except ValueError as error:
        raise BadInput.field("to", f"to {error}") from None


VERSION = 1
"""Version of the verified forms. Increase it to verify stored recipients again."""


def derive(model: type[DraftRecord] | type[SendLogRecord], found: dict[str, Any]) -> dict[str, Any]:
    """Return the verified forms that a stored document has or gets; empty if the document is not valid.

    A number that an earlier version verified stays, because the message may have been sent to it.
    """
    if fault_of_document(model, found):
        return {}
    forms = verified(found.get("channel", "sms"), found.get("to")).fields
    forms |= {"to_e164": found["to_e164"]} if found.get("to_e164") else {}
    return {name: form for name, form in forms.items() if form != found.get(name)}
