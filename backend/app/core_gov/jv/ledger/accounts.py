"""Accounts of a joint venture's books. A name is the kind, and after a colon the partner, deal or loan."""

from typing import Literal, get_args

Alone = Literal["cash", "income", "expense", "fees_payable", "withholding_payable", "clearing"]
"""Accounts that an agreement has once."""

Several = Literal[
    "property",
    "receivable",
    "loan",
    "distributions_payable",
    "capital_contributed",
    "capital_returned",
    "profit_allocated",
]
"""Accounts of a deal (property), a loan, or a partner (the others)."""

ALONE: tuple[str, ...] = get_args(Alone)
SEVERAL: tuple[str, ...] = get_args(Several)

CASH, INCOME, EXPENSE = "cash", "income", "expense"

CREDITED = frozenset(
    {
        "income",
        "fees_payable",
        "withholding_payable",
        "loan",
        "distributions_payable",
        "capital_contributed",
    }
)
"""Kinds whose balance is usually a credit."""

NEVER_NEGATIVE = frozenset({"cash", "property", "loan", "distributions_payable", "capital_contributed"})
"""Kinds whose balance never falls below zero."""


def account(kind: Several, of: str) -> str:
    return f"{kind}:{of}"


def kind_of(name: str) -> str:
    """Return the kind of an account."""
    return name.partition(":")[0]


def whose(name: str) -> str:
    """Return the partner, deal or loan of an account; empty if it has none."""
    return name.partition(":")[2]


def is_account(name: str) -> bool:
    kind, colon, of = name.partition(":")
    return kind in SEVERAL and bool(of) if colon else kind in ALONE


def balance(name: str, debit: int, credit: int) -> int:
    """Return the cents on an account, positive on its usual side."""
    return credit - debit if kind_of(name) in CREDITED else debit - credit
