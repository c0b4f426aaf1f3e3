"""Accounts of the books in words, and the addresses of their entries. Pure functions."""

from collections.abc import Mapping

from backend.app.core_gov.jv.ledger.accounts import SubAccount, account, kind_of, subaccount_of
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
    "property": "Property at cost: {name}",
    "receivable": "Owed by {name}",
    "loan": "Loan: {name}",
    "distributions_payable": "Distributions owed to {name}",
    "capital_contributed": "Capital contributed by {name}",
    "capital_returned": "Capital returned to {name}",
    "profit_allocated": "Profit of {name}",
}


def account_name(name: str, names: Names) -> str:
    """Return an account in words, with the name of its partner or deal."""
    of = subaccount_of(name)
    return _WORDS.get(kind_of(name), name).format(name=names.get(of, of))


def ledger_url(agreement_id: str, **filters: str | None) -> str:
    """Return the address of the entries of an agreement that match the filters."""
    return url(f"/app/agreements/{agreement_id}/ledger", filters)


def entries_on(agreement_id: str, kind: SubAccount, of: str) -> str:
    """Return the address of the entries on the account of a partner, deal or loan."""
    return ledger_url(agreement_id, account=account(kind, of))


def entry_url(agreement_id: str, entry_id: str) -> str:
    """Return the address of one entry."""
    return ledger_url(agreement_id, entry=entry_id) + f"#{entry_id}"
