"""Accounts of a joint venture's books. A name is the kind, and after a colon the partner, deal or loan."""

from typing import Literal, get_args

SingleAccount = Literal["cash", "income", "expense", "fees_payable", "withholding_payable", "clearing"]
"""Accounts that an agreement has once."""

SubAccount = Literal[
    "property",
    "receivable",
    "loan",
    "distributions_payable",
    "capital_contributed",
    "capital_returned",
    "profit_allocated",
]
"""Accounts of a deal (property), a loan, or a partner (the others)."""

SINGLE_ACCOUNTS: tuple[str, ...] = get_args(SingleAccount)
SUB_ACCOUNTS: tuple[str, ...] = get_args(SubAccount)

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


def account(kind: SubAccount, of: str) -> str:
    return f"{kind}:{of}"


def kind_of(name: str) -> str:
    """Return the kind of an account."""
    return name.partition(":")[0]


def subaccount_of(name: str) -> str:
    """Return the part of an account's name after the colon: a partner, deal or loan; empty if it has none."""
    return name.partition(":")[2]


def is_account(name: str) -> bool:
    kind, colon, of = name.partition(":")
    return kind in SUB_ACCOUNTS and bool(of) if colon else kind in SINGLE_ACCOUNTS


def balance(name: str, debit: int, credit: int) -> int:
    """Return the cents on an account, positive on its usual side."""
    return credit - debit if kind_of(name) in CREDITED else debit - credit
