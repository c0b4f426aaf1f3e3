"""Lines that documents post."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from backend.app.core_gov.jv.documents.lines import lines_of
from backend.app.core_gov.jv.ledger.accounts import is_account
from backend.app.core_gov.jv.ledger.entry import JournalLine, moved

CENTS = st.integers(1, 10**12).map(lambda cents: cents / 100 if cents % 100 else cents // 100)


def transaction(kind: str, amount: float, **fields: Any) -> dict[str, Any]:
    return {"kind": kind, "deal_id": "deal_1", "amount": amount, "cost": None, "interest": None, "loan": None} | fields


def test_sale_above_below_and_at_cost() -> None:
    def of(amount: float, cost: float) -> tuple[JournalLine, ...]:
        return lines_of("transaction", transaction("sale", amount, cost=cost))

    assert of(10, 7) == (JournalLine("cash", "property:deal_1", 700), JournalLine("cash", "income", 300))
    assert of(7, 10) == (JournalLine("cash", "property:deal_1", 700), JournalLine("expense", "property:deal_1", 300))
    assert of(7, 7) == (JournalLine("cash", "property:deal_1", 700),)


def test_negative_correction_is_posted_reversed() -> None:
    amounts = [{"partner_id": "p_1", "amount": -0.5}, {"partner_id": "p_2", "amount": 0.5}]
    tier = {"kind": "split", "amounts": amounts}
    assert lines_of("distribution", {"tiers": [], "corrections": [tier]}) == (
        JournalLine("distributions_payable:p_1", "profit_allocated:p_1", 50),
        JournalLine("profit_allocated:p_2", "distributions_payable:p_2", 50),
    )


@given(
    st.sampled_from(["purchase", "sale", "loan_draw", "loan_payoff", "income", "expense", "write_off"]), CENTS, CENTS
)
def test_lines_are_valid_and_balanced(kind: str, amount: float, other: float) -> None:
    lines = lines_of("transaction", transaction(kind, amount, cost=other, interest=other, loan="Maple"))
    assert all(line.cents > 0 and line.debit != line.credit for line in lines)
    assert all(is_account(account) for line in lines for account in (line.debit, line.credit))
    totals = moved(lines).values()
    assert sum(debit for debit, _ in totals) == sum(credit for _, credit in totals)
