"""Contact details of a partner: their verified forms. Pure functions."""

from typing import Any, NamedTuple

from backend.app.core_gov.jv.schemas import PartnerRecord
from backend.app.kit.contact_details import check_email, parse_phone, verify_email, verify_phone
from backend.app.kit.fields import fault_of_document
from backend.app.kit.text import without_format

VERSION = 1
"""Version of the verified forms. Increase it to verify stored contact details again."""

CONTACT_FIELDS = frozenset({"email", "phone", "country"})
_DEFAULT_COUNTRY = "CA"


class Contacts(NamedTuple):
    """Verified forms, as fields of a partner, and warnings about what is not verified."""

    fields: dict[str, str | None]
    warnings: tuple[str, ...]


def contacts_of(partner: dict[str, Any]) -> Contacts:
    """Return the verified forms of a partner's email address and phone number."""
    email = verify_email("email", partner.get("email"))
    phone = verify_phone("phone", partner.get("phone"), partner.get("country") or _DEFAULT_COUNTRY)
    forms = {"phone_e164": phone.e164, "email_normalized": email.normalized, "phone_extension": phone.extension}
    return Contacts(forms, (*email.warnings, *phone.warnings))


def derive(found: dict[str, Any]) -> dict[str, Any]:
    """Return the verified forms that a stored partner has or gets; empty if the document is not valid.

    A number that an earlier version verified stays.
    """
    if fault_of_document(PartnerRecord, found):
        return {}
    forms = contacts_of(found).fields | ({"phone_e164": found["phone_e164"]} if found.get("phone_e164") else {})
    return {name: form for name, form in forms.items() if form != found.get(name)}


def email_form(typed: str) -> str:
    """Return the normalized form of an email address, or the text itself."""
    try:
        return check_email(typed)
    except ValueError:
        return typed.strip()


def phone_form(typed: str) -> str:
    """Return the E.164 form of a phone number, or the text itself."""
    try:
        return parse_phone(typed, _DEFAULT_COUNTRY).e164
    except ValueError:
        return without_format(typed).strip()
