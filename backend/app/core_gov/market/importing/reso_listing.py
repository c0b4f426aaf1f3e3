"""Which closed listings of a RESO feed or file are no sales of a property: pure rules.

A market holds sales of homes, land, farms and commercial property. The type of a sale tells them apart, so a comparison
can leave others out. No sale is a lease, whose ClosePrice is a rent, and the sale of a business.
"""

import re
from collections.abc import Mapping
from typing import Any

from backend.app.core_gov.market.importing.converters import number, text_of
from backend.app.kit.text import shorten, words_of

_TYPE = "PropertyType"
_FIELDS = (_TYPE, "TransactionType", "SaleOrLeaseIndicator", "MlsStatus", "ListingAgreement")
"""Fields that say whether a listing was for sale or for lease."""

CONSULTED = frozenset({*_FIELDS, "PropertySubType", "LeaseAmount", "LeaseTerm", "MlgCanView"})

_SUBTYPE_LEASE = re.compile(
    r"(lease|rental)s?$|.*\b(residential|commercial|for|long term|short term) (lease|rent|rental)s?\b"
    r"|(?!.*\bland lease).*\blease$"
)

_LEASE = re.compile(
    r"\b(sub)?leas(e|es|ed|ing)\b|\brent(s|ed|al|als|ing)?\b|\b(r?lse|coml|leas|rnt|rntl|rntd|lsd)\b"
    r"|\b(bail|baux|louer|loue|louee|louees|location|locations|locatif|locative)\b|\b(arrendamiento|alquiler)\b"
)
_LEASE_TYPE = re.compile(r"lease(?!hold)|rental")
_INVESTMENT = re.compile(r"\b(income|investment|revenus?)\b")
_LEASE_CODES = {_TYPE: frozenset({"clse", "ls"}), "TransactionType": frozenset({"l"})}
"""Codes that mean a lease in one field and something else in others."""
_SALE = re.compile(r"\b(sale|sales|sold|sell|vente|ventes|vendre|vendu|vendue|venta)\b")
_BUSINESS = frozenset({
    "business", "business opportunity", "business opportunities", "buso", "occasion daffaires",
    "oportunidad de negocio",
})  # fmt: skip
_NO = frozenset({"false", "f", "no", "n", "0"})
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def why_no_sale(record: Mapping[str, Any]) -> str | None:
    """Return the reason why a closed listing is no sale of a property; None if it may be one.

    Every field may be a display name (`Residential Lease`), a lookup value (`ResidentialLease`) or a list of them. A
    text that names both a sale and a lease decides nothing.
    """
    for field in _FIELDS:
        stated, words = _stated(record, field)
        if field == _TYPE and words in _BUSINESS:
            return f"{field} is {shorten(stated)}: the sale of a business is not the sale of a property"
        coded = words in _LEASE_CODES.get(field, ())
        lease = coded or _LEASE.search(words) or (field == _TYPE and _LEASE_TYPE.search(words))
        if lease and not _SALE.search(words) and not (field == _TYPE and _INVESTMENT.search(words)):
            return f"{field} is {shorten(stated)}: a lease is not a sale"
    stated, words = _stated(record, "PropertySubType")
    if _SUBTYPE_LEASE.match(words) and not _SALE.search(words):
        return f"PropertySubType is {shorten(stated)}: a lease is not a sale"
    if _is_rent(record.get("ClosePrice"), record.get("LeaseAmount")):
        return "ClosePrice is the LeaseAmount: a lease is not a sale"
    term, kind = _stated(record, "LeaseTerm")[0], _stated(record, _TYPE)[0]
    if term and not kind:
        return f"LeaseTerm is {shorten(term)}, and there is no {_TYPE}: a lease is not a sale"
    return None


def _is_rent(price: Any, rent: Any) -> bool:
    """Return whether a price is the asked rent, or near it: landlords and tenants negotiate, too."""
    try:
        amounts = [number(_AMOUNT_SIGNS.sub("", text_of(each))) for each in (price, rent)]
    except ValueError:
        return False
    return all(amounts) and 0 < (amounts[0] or 0) <= 2 * (amounts[1] or 0)


_AMOUNT_SIGNS = re.compile(r"[$\s]")


def _stated(record: Mapping[str, Any], field: str) -> tuple[str, str]:
    """Return the text of a field, and its words without case and accents."""
    stated = text_of(record.get(field) or "").strip()
    return stated, " ".join(words_of(_CAMEL.sub(" ", stated)))


def why_hidden(record: Mapping[str, Any]) -> str | None:
    """Return the reason why a listing must no longer be shown; None if it may be."""
    shown = record.get("MlgCanView")
    if shown is False or shown == 0 or (isinstance(shown, str) and shown.strip().casefold() in _NO):
        return "the feed no longer shows it (MlgCanView is false)"
    return None


def why_not_wanted(record: Mapping[str, Any]) -> str | None:
    """Return the reason why a market does not hold a closed listing; None if it does."""
    return why_hidden(record) or why_no_sale(record)
