"""Table of balances. They are added up as entries are posted, and can be computed again from the lines."""

import json
from collections.abc import Iterable, Mapping

from sqlalchemy import BigInteger, Column, Index, Table, Text, bindparam, func, select, text

from backend.app.core_gov.jv.ledger.store import ledger_entries, ledger_lines
from backend.app.kit.db import Query, Tx, metadata, one_of

ledger_balances = Table(
    "ledger_balances",
    metadata,
    Column("agreement_id", Text, primary_key=True),
    Column("account", Text, primary_key=True),
    Column("debit", BigInteger, nullable=False),
    Column("credit", BigInteger, nullable=False),
)
_e, _l, _s = ledger_entries.c, ledger_lines.c, ledger_balances.c
Index("ix_ledger_balances_account", _s.account, _s.agreement_id)

_add_balance = Query(
    text(
        "INSERT INTO ledger_balances (agreement_id, account, debit, credit) "
        "VALUES (:agreement_id, :account, :debit, :credit) ON CONFLICT (agreement_id, account) "
        "DO UPDATE SET debit = ledger_balances.debit + excluded.debit, "
        "credit = ledger_balances.credit + excluded.credit"
    ).bindparams(bindparam("debit", type_=BigInteger()), bindparam("credit", type_=BigInteger()))
)
_balances = Query(
    select(_s.account, _s.debit, _s.credit).where(_s.agreement_id == bindparam("agreement_id")).order_by(_s.account)
)
_balance = Query(
    select(_s.debit, _s.credit).where(_s.agreement_id == bindparam("agreement_id"), _s.account == bindparam("account"))
)
_some = Query(
    select(_s.account, _s.debit, _s.credit).where(
        _s.agreement_id == bindparam("agreement_id"), one_of(_s.account, "accounts")
    )
)
_of_account = Query(select(_s.agreement_id, _s.account, _s.debit, _s.credit).where(one_of(_s.account, "accounts")))
_sums = Query(
    select(_e.agreement_id, _l.debit, _l.credit, func.sum(_l.cents))
    .join(ledger_lines, _l.entry_id == _e.id)
    .group_by(_e.agreement_id, _l.debit, _l.credit)
)
_all_balances = Query(select(_s.agreement_id, _s.account, _s.debit, _s.credit))
_clear_balances = Query(ledger_balances.delete())


def add_to_balances(tx: Tx, agreement_id: str, amounts: Mapping[str, tuple[int, int]]) -> None:
    for account, (debit, credit) in sorted(amounts.items()):
        tx.run(_add_balance, agreement_id=agreement_id, account=account, debit=debit, credit=credit)


def balances(tx: Tx, agreement_id: str) -> dict[str, tuple[int, int]]:
    """Return the debit and credit of each account."""
    return {row[0]: (row[1], row[2]) for row in tx.all(_balances, agreement_id=agreement_id)}


def balance_of(tx: Tx, agreement_id: str, account: str) -> tuple[int, int]:
    row = tx.one(_balance, agreement_id=agreement_id, account=account)
    return (row[0], row[1]) if row else (0, 0)


def balances_of(tx: Tx, agreement_id: str, accounts: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Return the debit and credit of some accounts of an agreement; those without lines are missing."""
    rows = tx.all(_some, agreement_id=agreement_id, accounts=json.dumps(list(accounts)))
    return {row[0]: (row[1], row[2]) for row in rows}


def balances_of_accounts(tx: Tx, accounts: Iterable[str]) -> list[tuple[str, str, int, int]]:
    """Return agreement, account, debit and credit of accounts in all agreements."""
    return [(row[0], row[1], row[2], row[3]) for row in tx.all(_of_account, accounts=json.dumps(list(accounts)))]


def summed_lines(tx: Tx) -> dict[tuple[str, str], tuple[int, int]]:
    """Return debit and credit by agreement and account, added up from all lines."""
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for agreement_id, debit, credit, cents in tx.all(_sums):
        each = found.get((agreement_id, debit), (0, 0))
        found[agreement_id, debit] = (each[0] + int(cents), each[1])
        each = found.get((agreement_id, credit), (0, 0))
        found[agreement_id, credit] = (each[0], each[1] + int(cents))
    return found


def stored_balances(tx: Tx) -> dict[tuple[str, str], tuple[int, int]]:
    return {(row[0], row[1]): (row[2], row[3]) for row in tx.all(_all_balances)}


def rewrite_balances(tx: Tx) -> None:
    """Compute all balances again from the lines."""
    tx.run(_clear_balances)
    for (agreement_id, account), (debit, credit) in sorted(summed_lines(tx).items()):
        tx.run(_add_balance, agreement_id=agreement_id, account=account, debit=debit, credit=credit)
