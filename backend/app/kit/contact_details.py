"""Validation and normalization of phone numbers and email addresses.

Callers keep the text as typed. The functions return its verified form, or the reason why there is none.
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from sqlalchemy import Index, func, select, text

from backend.app.kit.db import Query, Tx
from backend.app.kit.records import RecordTable
from backend.app.kit.text import plain_separators, shorten, without_format

# Each library takes about 25 ms to load, so both are imported only on use.
if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

# phonenumbers ignores everything before the first digit, which may change the meaning.
_BEGINS_WITH_NUMBER = re.compile(r"[\s+\uff0b(.]*\d")
# The usual format in Canada and the US. The library takes three times as long to parse it.
_PLAIN = re.compile(r"(?:(\+1)|1)?[ .-]?(?:\(([2-9]\d\d)\)|([2-9]\d\d))[ .-]?([2-9]\d\d)[ .-]?(\d{4})", re.ASCII)
_EXTENSION = re.compile(
    r"(?<=\d)[\s,;.-]*(?:\bposte\b|\bloc(?:al)?\b|\bext?n\b|\bext(?:ension)?\b(?=\W*(?:no|[#(]))|"
    r"p(?=[. ]*\d{1,6}\W*\Z))[\s.:#no\u00b0(]*(?=\d)",
    re.IGNORECASE,
)
_SECOND_NUMBER = 10
"""Digits after a separator that are a second phone number, not an extension."""

# Digits that were left out, as in "416-234-XXXX". In a word such as FOXX, the letters stand for their keys.
_LEFT_OUT = re.compile(r"(?<![^\W\d_])(?:x{2,}|n{3,})(?![^\W\d_])", re.IGNORECASE)
_URI = re.compile(r"\A(?:tel|callto|sms|smsto|whatsapp)\s*:(?:\s*//)?", re.IGNORECASE)
_TELEPHONE_SIGNS = "\u260e\u260f\u2706\U0001f4de\U0001f4f1\U0001f4f2\ufe0f "
# Words before or after a number that name its kind, as in "Cell: 416 ..." and "(416) ... (work)". Not a fax number.
_KIND = (
    r"\b(?:cell?(?:ular|phone)?|cellulaire|mob(?:ile)?|portable|tel(?:ephone)?|t\u00e9l(?:\u00e9phone)?|ph(?:one)?|home|"
    r"domicile|maison|r\u00e9s(?:idence)?|residence|work|office|bur(?:eau)?|business|bus|travail|main|direct|day|"
    r"evening|primary|alt(?:ernate)?|line|ligne|toll|free|sans|frais|call|text|sms|whatsapp|[chmoptw])"
    r"(?:\b|(?=[1-9]\s*:))"
)
_NUMBER_WORD = r"\b(?:number|num|no|numero|num\u00e9ro)\b"
_BEFORE = re.compile(
    rf"[(\[]?{_KIND}(?:[\s/&.-]*(?:{_KIND}|{_NUMBER_WORD}))*(?:[\s#]*[1-9](?=\s*:))?[)\]]?"
    r"[\s.:#\u00b0-]*(?=[+(\d\uff0b])",
    re.IGNORECASE,
)
_AFTER = re.compile(rf"(?<=\d)[\s,;/-]*[(\[]?{_KIND}(?:[\s/&.-]*{_KIND})*[)\]]?\.?\Z", re.IGNORECASE)
_FICTITIOUS = re.compile(r"[2-9]\d\d555\d{4}|555\d{7}")
_MAILTO = re.compile(r"\Amailto:\s*", re.IGNORECASE)
_PRIVATE_DOMAIN = re.compile(r"\.(local|invalid)$", re.IGNORECASE)
_MAX_EMAIL = 254


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone number in E.164, and its extension, which E.164 cannot hold."""

    e164: str
    extension: str | None = None


def parse_phone(typed: str, country: str) -> Phone:
    """Parse a phone number of the country (ISO 3166, such as CA), unless it starts with +.

    Letters stand for their keys (1-800-FLOWERS). The kind of number may come first or last (Cell: ..., ... (work)),
    and an extension may follow (x12, ext. 12, poste 12). Raises ValueError with a sentence if the number cannot be
    dialed from another city. Numbers with 555, which North America reserves for fiction and directories, count as
    valid.
    """
    found = _parsed(typed, country)
    if found is None:
        raise ValueError(_phone_fault(typed, country))
    return found


def parse_sms_number(typed: str, country: str) -> Phone:
    """Parse a phone number like `parse_phone`. Raises ValueError also if it cannot receive text messages.

    Canadian numbers such as 310-1234 can be dialed without an area code, but have no area code to send a text to.
    """
    found = parse_phone(typed, country)
    if found.e164.startswith("+1") and len(found.e164) != len("+14165550123"):
        raise ValueError(f"phone '{shorten(typed)}' has no area code, so it cannot receive text messages")
    return found


def _phone_fault(typed: str, country: str) -> str:
    if _number_text(typed)[:1] in {"+", "\uff0b"}:
        return f"phone '{shorten(typed)}' is not a valid number of the country code after the +"
    return f"phone '{shorten(typed)}' is not a phone number in {country}; write it like +1 416 555 0123"


def _number_text(typed: str) -> str:
    """Return a typed phone number with plain spaces and hyphens, without format characters and the kind before it."""
    plain = plain_separators(without_format(typed)).strip().lstrip(_TELEPHONE_SIGNS)
    if _URI.match(plain):
        plain = unquote(_URI.sub("", plain).partition("?")[0]).strip()
    plain = plain.replace("[", "(").replace("]", ")")
    return _BEFORE.sub("", plain, count=1) if _BEFORE.match(plain) else plain


def check_email(typed: str, *, allow_private: bool = True) -> str:
    """Return the address in Unicode NFC, with its domain in ASCII (IDNA) and lowercase. `mailto:` is dropped.

    Raises ValueError with a sentence if the syntax is wrong. Deliverability is not checked. With `allow_private`,
    domains reserved for tests and private networks (.test, .local, .invalid) are accepted.
    """
    address = _MAILTO.sub("", typed.strip())
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
    return f"{found.local_part}@{found.ascii_domain}"


@dataclass(frozen=True, slots=True)
class VerifiedPhone:
    """Verified forms of a typed phone number, null if it cannot be verified, and the warnings."""

    e164: str | None = None
    extension: str | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VerifiedEmail:
    """Verified form of a typed email address, null if it cannot be verified, and the warnings."""

    normalized: str | None = None
    warnings: tuple[str, ...] = ()


def verify_phone(field: str, typed: str | None, country: str, *, sms: bool = False) -> VerifiedPhone:
    """Return the verified forms of a phone number in a field of a record."""
    if typed is None:
        return VerifiedPhone()
    try:
        found = parse_sms_number(typed, country) if sms else parse_phone(typed, country)
    except ValueError as error:
        return VerifiedPhone(warnings=(_unverified(field, error),))
    reach = f"a text message reaches {found.e164}, not the extension {found.extension}"
    return VerifiedPhone(found.e164, found.extension, (reach,) if sms and found.extension else ())


def verify_email(field: str, typed: str | None) -> VerifiedEmail:
    """Return the verified form of an email address in a field of a record."""
    if typed is None:
        return VerifiedEmail()
    try:
        return VerifiedEmail(check_email(typed))
    except ValueError as error:
        return VerifiedEmail(warnings=(_unverified(field, error),))


def _unverified(field: str, error: ValueError) -> str:
    return f"{field} is not verified, and was kept as typed: {error}"


def _parsed(typed: str, country: str) -> Phone | None:
    number = _number_text(typed)
    return _valid(number, country) or (_valid(_AFTER.sub("", number), country) if _AFTER.search(number) else None)


def _valid(typed: str, country: str) -> Phone | None:
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

    if not _BEGINS_WITH_NUMBER.match(typed.strip()) or _LEFT_OUT.search(typed):
        return None
    try:
        found = phonenumbers.parse(_EXTENSION.sub(" ext ", typed), country)
    except phonenumbers.NumberParseException:
        return None
    return None if len(found.extension or "") >= _SECOND_NUMBER else found


def _is_fictitious(number: "PhoneNumber") -> bool:
    national = str(number.national_number)
    return number.country_code == 1 and _FICTITIOUS.fullmatch(national) is not None


def _email_fault(typed: str, reason: str) -> str:
    reason = reason.strip().rstrip(".")
    return f"email '{shorten(typed)}' is not an email address: {reason[:1].lower()}{reason[1:]}"


# Records with contact details that are not verified


def add_verification_filters(table: RecordTable[Any], unverified: str) -> None:
    """Add the conditions `verified` and `unverified` to the filters of a table, and an index for the latter.

    `unverified`: SQL condition, which both databases read.
    """
    where = text(unverified)
    Index(f"ix_{table.name}_unverified", table.table.c.seq, sqlite_where=where, postgresql_where=where)
    table.conditions |= {"unverified": text(f"({unverified})"), "verified": text(f"NOT ({unverified})")}


def by_verification(filters: dict[str, Any]) -> dict[str, Any]:
    """Return the filters with `verified`, true or false, as one of the two conditions."""
    if (verified := filters.get("verified")) is None:
        return filters
    others = {name: value for name, value in filters.items() if name != "verified"}
    return {**others, "verified" if verified else "unverified": True}


def count_unverified(tx: Tx, table: RecordTable[Any]) -> int:
    """Return the number of records of a table with a contact detail that is not verified."""
    where = table.conditions.get("unverified")
    row = None if where is None else tx.one(Query(select(func.count()).select_from(table.table).where(where)))
    return int(row[0]) if row else 0
