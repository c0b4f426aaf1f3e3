"""Service of the ledger: posting of entries to the books of an agreement, one unit at a time."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, NoReturn

from backend.app.core_gov.jv.ledger import store
from backend.app.core_gov.jv.ledger.accounts import CASH, NEVER_NEGATIVE, balance, kind_of, subaccount_of
from backend.app.core_gov.jv.ledger.balances import store as sums
from backend.app.core_gov.jv.ledger.entry import JournalEntry, moved
from backend.app.core_gov.jv.ledger.store import Books
from backend.app.core_gov.jv.waterfall.trace import money
from backend.app.kit import clock
from backend.app.kit.db import Tx
from backend.app.kit.errors import BadInput, Conflict, NotFound

TABLES = (*store.TABLES, sums.ledger_balances)
"""Tables of the ledger, in the order of their references."""


def open_books(tx: Tx, agreement_id: str, currency: str) -> Books:
    """Create the books of a new agreement."""
    books = Books(agreement_id, currency, 0, None, None)
    store.add_books(tx, books)
    return books


def lock_books(tx: Tx, agreement_id: str) -> Books:
    """Return the books of an agreement, locked until the unit ends. Raises NotFound."""
    books = store.lock_books(tx, agreement_id)
    if books is None:
        raise NotFound("agreement")
    return books


def books_of(tx: Tx, agreement_id: str) -> Books:
    """Return the books of an agreement. Raises NotFound."""
    books = store.find_books(tx, agreement_id)
    if books is None:
        raise NotFound("agreement")
    return books


def check_open(books: Books, posted_on: str) -> None:
    """Raise Conflict if the books are blocked or closed on a day, BadInput if the day is in the future."""
    if books.blocked:
        raise Conflict(f"the agreement is blocked: {books.blocked}")
    if posted_on > clock.today():
        raise BadInput.field("posted_on", f"posted_on {posted_on} is after today")
    if books.closed_through is not None and posted_on <= books.closed_through:
        raise Conflict(
            f"the books are closed through {books.closed_through}; choose a later posted_on, or reopen the period"
        )


def post(tx: Tx, books: Books, entry: JournalEntry) -> Books:
    """Post an entry to locked books. Raises Conflict if an account would fall below zero."""
    _add(tx, entry)
    _check_balances(tx, entry)
    after = replace(books, revision=books.revision + 1)
    store.put_books(tx, after)
    return after


def _add(tx: Tx, entry: JournalEntry) -> None:
    store.add_entry(tx, entry)
    sums.add_to_balances(tx, entry.agreement_id, moved(entry.lines))


def post_again(tx: Tx, books: Books, entry: JournalEntry) -> None:
    """Post an entry that was posted before, of a document from a JSON file: its rules were checked then."""
    _add(tx, entry)
    store.put_books(tx, replace(books, revision=books.revision + 1))


def _check_balances(tx: Tx, entry: JournalEntry) -> None:
    checked = [account for account in moved(entry.lines) if kind_of(account) in NEVER_NEGATIVE]
    returned = {f"capital_returned:{subaccount_of(each)}" for each in checked if kind_of(each) == "capital_contributed"}
    if not checked:
        return
    found = sums.balances_of(tx, entry.agreement_id, [*checked, *returned])
    left = {account: balance(account, *found.get(account, (0, 0))) for account in (*checked, *returned)}
    for account in checked:
        cents = left[account]
        if kind_of(account) == "capital_contributed":
            cents -= left[f"capital_returned:{subaccount_of(account)}"]
        if cents < 0:
            refuse(account, -cents)


_MISSING = {
    "cash": "the cash is short by {missing}",
    "property": "the cost of {name} on the books is short by {missing}",
    "loan": "the loan {name} is paid off by {missing} too much",
    "distributions_payable": "{name} is owed {missing} less; reverse the payment first",
    "capital_contributed": "{name} would have {missing} more capital returned than contributed; reverse the "
    "distribution first",
}


def refuse(account: str, missing: int) -> NoReturn:
    """Raise Conflict: an account would be short of cents."""
    raise Conflict(_MISSING[kind_of(account)].format(name=subaccount_of(account), missing=money(missing)))


def close_through(tx: Tx, books: Books, through: str | None) -> Books:
    """Set the last closed day of locked books."""
    after = replace(store.find_books(tx, books.agreement_id) or books, closed_through=through)
    store.put_books(tx, after)
    return after


def block(tx: Tx, agreement_id: str, reason: str | None) -> None:
    """Block the books of an agreement, or unblock them if the reason is None."""
    store.put_books(tx, replace(lock_books(tx, agreement_id), blocked=reason))


def add_parties(tx: Tx, agreement_id: str, partners: Iterable[str], deals: Iterable[str] = ()) -> None:
    """Note who signed an agreement, and which deals it covers."""
    for partner in partners:
        store.add_party(tx, agreement_id, "partner", partner)
    for deal in deals:
        store.add_party(tx, agreement_id, "deal", deal)


def cents_on(tx: Tx, agreement_id: str, account: str) -> int:
    """Return the balance of an account in cents, positive on its usual side."""
    return balance(account, *sums.balance_of(tx, agreement_id, account))


def balances(tx: Tx, agreement_id: str) -> dict[str, int]:
    """Return the balances of all accounts in cents, positive on their usual side."""
    found = sums.balances(tx, agreement_id)
    return {account: balance(account, *amounts) for account, amounts in found.items()}


def available_cash(tx: Tx, agreement_id: str) -> int:
    """Return the cents of cash on the books that are not yet owed to partners."""
    found = balances(tx, agreement_id)
    owed = sum(cents for account, cents in found.items() if kind_of(account) == "distributions_payable")
    return found.get(CASH, 0) - owed


def open_balances_of_partner(tx: Tx, partner_id: str) -> list[str]:
    """Return the agreements in which a partner has capital, or is owed a distribution."""
    accounts = [f"{kind}:{partner_id}" for kind in _OF_PARTNER]
    found: dict[str, dict[str, int]] = {}
    for agreement_id, account, debit, credit in sums.balances_of_accounts(tx, accounts):
        found.setdefault(agreement_id, {})[kind_of(account)] = balance(account, debit, credit)
    return sorted(agreement_id for agreement_id, each in found.items() if _is_open(each))


_OF_PARTNER = ("capital_contributed", "capital_returned", "distributions_payable", "receivable")


def _is_open(amounts: dict[str, int]) -> bool:
    capital = amounts.get("capital_contributed", 0) - amounts.get("capital_returned", 0)
    return any((capital, amounts.get("distributions_payable", 0), amounts.get("receivable", 0)))


def faults(tx: Tx) -> list[dict[str, Any]]:
    """Return balances that differ from the sums of the lines."""
    lines, stored = sums.summed_lines(tx), sums.stored_balances(tx)
    return [
        {"agreement_id": key[0], "account": key[1], "stored": stored.get(key), "lines": lines.get(key)}
        for key in sorted(lines.keys() | stored.keys())
        if lines.get(key, (0, 0)) != stored.get(key, (0, 0))
    ]


def blocked_books(tx: Tx) -> list[Books]:
    """Return the books to which nothing can be posted."""
    return [books for books in store.every_books(tx) if books.blocked]


def rewrite_wrong_balances(tx: Tx) -> int:
    """Compute all balances again from the lines if any is wrong. Returns the number of wrong ones."""
    wrong = len(faults(tx))
    if wrong:
        sums.rewrite_balances(tx)
    return wrong


def correct_revisions(tx: Tx) -> None:
    """Set the revision of all books to the number of their entries."""
    counts = store.entry_counts(tx)
    for books in store.every_books(tx):
        if books.revision != counts.get(books.agreement_id, 0):
            store.put_books(tx, replace(books, revision=counts.get(books.agreement_id, 0)))
