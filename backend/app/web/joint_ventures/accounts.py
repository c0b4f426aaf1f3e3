"""Accounts of the books in words, and the addresses of their entries. Pure functions."""

from collections.abc import Mapping

from backend.app.core_gov.jv.ledger.accounts import Several, account, kind_of, whose
from backend.app.web.formats import url

Names = Mapping[str, str]
"""Names of partners and deals by id."""

_WORDS = {
    "cash": "Cash",
    "income": "Income",
    "expense": "Expenses",
    "fees_payable": "Fees owed",
    "withholding_payable": "Withholding tax owed",
    "clearing": "Clearing",
    "property": "Property at cost: {whose}",
    "receivable": "Owed by {whose}",
    "loan": "Loan: {whose}",
    "distributions_payable": "Distributions owed to {whose}",
    "capital_contributed": "Capital contributed by {whose}",
    "capital_returned": "Capital returned to {whose}",
    "profit_allocated": "Profit of {whose}",
}


def account_name(name: str, names: Names) -> str:
    """Return an account in words, with the name of its partner or deal."""
    of = whose(name)
    return _WORDS.get(kind_of(name), name).format(whose=names.get(of, of))


def ledger_url(agreement_id: str, **filters: str | None) -> str:
    """Return the address of the entries of an agreement that match the filters."""
    return url(f"/app/agreements/{agreement_id}/ledger", filters)


def entries_on(agreement_id: str, kind: Several, of: str) -> str:
    """Return the address of the entries on the account of a partner, deal or loan."""
    return ledger_url(agreement_id, account=account(kind, of))


def entry_url(agreement_id: str, entry_id: str) -> str:
    """Return the address of one entry."""
    return ledger_url(agreement_id, entry=entry_id) + f"#{entry_id}"
