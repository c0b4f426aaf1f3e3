"""Lines of the ledger that a document posts. Pure functions of the document alone."""

from collections.abc import Callable, Iterator
from typing import Any

from backend.app.core_gov.jv.ledger.accounts import CASH, EXPENSE, INCOME, account
from backend.app.core_gov.jv.ledger.entry import JournalLine
from backend.app.kit.cents import cents_of

Document = dict[str, Any]
Lines = Iterator[JournalLine]


def lines_of(kind: str, document: Document) -> tuple[JournalLine, ...]:
    """Return the lines of a document that is not a reversal. Amounts of zero post nothing."""
    return tuple(line for line in _POSTED[kind](document) if line.cents)


def _nothing(document: Document) -> Lines:
    yield from ()


def _contribution(document: Document) -> Lines:
    yield JournalLine(CASH, account("capital_contributed", document["partner_id"]), cents_of(document["amount"]))


def _distribution(document: Document) -> Lines:
    """Capital that is returned, and profit, become owed to the partner. A negative correction is posted reversed."""
    for tier in (*document["tiers"], *document["corrections"]):
        of_capital = tier["kind"] == "return_of_capital"
        for each in tier["amounts"]:
            partner, cents = each["partner_id"], cents_of(each["amount"])
            from_account = account("capital_returned" if of_capital else "profit_allocated", partner)
            line = JournalLine(from_account, account("distributions_payable", partner), abs(cents))
            yield line.reversed() if cents < 0 else line


def _payment(document: Document) -> Lines:
    for each in document["amounts"]:
        yield JournalLine(account("distributions_payable", each["partner_id"]), CASH, cents_of(each["amount"]))


def _transaction(document: Document) -> Lines:
    cents, property_ = cents_of(document["amount"]), account("property", document["deal_id"])
    loan = account("loan", document["loan"]) if document["loan"] else ""
    match document["kind"]:
        case "purchase":
            yield JournalLine(property_, CASH, cents)
        case "sale":
            cost = cents_of(document["cost"])
            yield JournalLine(CASH, property_, min(cents, cost))
            if cents > cost:
                yield JournalLine(CASH, INCOME, cents - cost)
            else:
                yield JournalLine(EXPENSE, property_, cost - cents)
        case "loan_draw":
            yield JournalLine(CASH, loan, cents)
        case "loan_payoff":
            yield JournalLine(loan, CASH, cents)
            yield JournalLine(EXPENSE, CASH, cents_of(document["interest"] or 0))
        case "income":
            yield JournalLine(CASH, INCOME, cents)
        case "expense":
            yield JournalLine(EXPENSE, CASH, cents)
        case "write_off":
            yield JournalLine(EXPENSE, property_, cents)


_POSTED: dict[str, Callable[[Document], Lines]] = {
    "agreement": _nothing,
    "amendment": _nothing,
    "commitment": _nothing,
    "contribution": _contribution,
    "distribution": _distribution,
    "payment": _payment,
    "transaction": _transaction,
    "period": _nothing,
}
"""Lines by kind of document. A reversal exchanges those of the entry that it reverses."""
