"""Validation and normalization of phone numbers and email addresses.

Callers keep the text as typed. These functions return its meaning or the reason why it is invalid.
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from backend.app.kit.text import shorten

# Each library takes about 25 ms to load, so both are imported only on use.
if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

# phonenumbers ignores everything before the first digit, which may change the meaning. `tel:` is from RFC 3966.
_BEGINS_WITH_NUMBER = re.compile(r"(?:tel:)?[\s+\uff0b(.]*\d", re.IGNORECASE)
# The usual format in Canada and the US. The library takes three times as long to parse it.
_PLAIN = re.compile(r"(?:(\+1)|1)?[ .-]?(?:\(([2-9]\d\d)\)|([2-9]\d\d))[ .-]?([2-9]\d\d)[ .-]?(\d{4})", re.ASCII)
_FRENCH_EXTENSION = re.compile(r"\bposte\b", re.IGNORECASE)
_FICTITIOUS = re.compile(r"[2-9]\d\d555\d{4}|555\d{7}")
_PRIVATE_DOMAIN = re.compile(r"\.(local|invalid)$", re.IGNORECASE)
_MAX_EMAIL = 254


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone number in E.164, and its extension, which E.164 cannot hold."""

    e164: str
    extension: str | None = None


def parse_phone(typed: str, country: str) -> Phone:
    """Parse a phone number of the country (ISO 3166, such as CA), unless it starts with +.

    Letters stand for their keys (1-800-FLOWERS). An extension may follow (x12, ext. 12, poste 12). Raises
    ValueError with a sentence if the number cannot be dialed from another city. Numbers with 555, which North
    America reserves for fiction and directories, count as valid.
    """
    found = _parsed(typed, country)
    if found is None:
        raise ValueError(f"phone '{shorten(typed)}' is not a phone number in {country}; write it like +1 416 555 0123")
    return found


def check_email(typed: str, *, allow_private: bool = True) -> str:
    """Return the address with its domain in lowercase, in Unicode NFC.

    Raises ValueError with a sentence if the syntax is wrong. Deliverability is not checked. With `allow_private`,
    domains reserved for tests and private networks (.test, .local, .invalid) are accepted.
    """
    address = typed.strip()
    private = _PRIVATE_DOMAIN.search(address) if allow_private else None
    if private is None:
        return _normal_email(address, typed, allow_test=allow_private)
    # The library always refuses .local and .invalid, but accepts .test, which has the same form.
    stand_in = _normal_email(_PRIVATE_DOMAIN.sub(".test", address), typed, allow_test=True)
    normal = stand_in.removesuffix("test") + private[1].lower()
    if len(normal) > _MAX_EMAIL:
        raise ValueError(_email_fault(typed, f"it has more than {_MAX_EMAIL} characters"))
    return normal


def _normal_email(address: str, typed: str, *, allow_test: bool) -> str:
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(address, check_deliverability=False, strict=True, test_environment=allow_test)
    except EmailNotValidError as error:
        raise ValueError(_email_fault(typed, str(error))) from None
    return found.normalized


def _parsed(typed: str, country: str) -> Phone | None:
    import phonenumbers

    number = _plain(typed, country) or _any(typed, country)
    if number is None:
        return None
    valid = phonenumbers.is_valid_number_for_region(number, country)  # four times as fast as checking all regions
    if not (valid or phonenumbers.is_valid_number(number) or _is_fictitious(number)):
        return None
    return Phone(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), number.extension or None)


def _plain(typed: str, country: str) -> "PhoneNumber | None":
    import phonenumbers

    found = _PLAIN.fullmatch(typed)
    if found is None or not (found[1] or country in {"CA", "US"}):
        return None
    national = int(f"{found[2] or found[3]}{found[4]}{found[5]}")
    return phonenumbers.PhoneNumber(country_code=1, national_number=national)


def _any(typed: str, country: str) -> "PhoneNumber | None":
    import phonenumbers

    if not _BEGINS_WITH_NUMBER.match(typed.strip()):
        return None
    try:
        return phonenumbers.parse(_FRENCH_EXTENSION.sub("ext", typed), country)
    except phonenumbers.NumberParseException:
        return None


def _is_fictitious(number: "PhoneNumber") -> bool:
    national = str(number.national_number)
    return number.country_code == 1 and _FICTITIOUS.fullmatch(national) is not None


def _email_fault(typed: str, reason: str) -> str:
    reason = reason.strip().rstrip(".")
    return f"email '{shorten(typed)}' is not an email address: {reason[:1].lower()}{reason[1:]}"
