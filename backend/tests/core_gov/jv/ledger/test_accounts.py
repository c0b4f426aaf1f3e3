"""Names of accounts, and their usual sides."""

import pytest

from backend.app.core_gov.jv.ledger.accounts import balance, is_account, kind_of, subaccount_of


@pytest.mark.parametrize(
    ("name", "valid"),
    [
        ("cash", True),
        ("loan:Maple Street", True),
        ("property:deal_1", True),
        ("loan", False),
        ("loan:", False),
        ("cash:p_1", False),
        ("money", False),
        ("", False),
    ],
)
def test_names_of_accounts(name: str, valid: bool) -> None:
    assert is_account(name) is valid


def test_parts_of_a_name() -> None:
    assert (kind_of("loan:A: B"), subaccount_of("loan:A: B")) == ("loan", "A: B")
    assert (kind_of("cash"), subaccount_of("cash")) == ("cash", "")


def test_balances_are_positive_on_the_usual_side() -> None:
    assert balance("cash", 5, 2) == 3
    assert balance("income", 5, 2) == -3
    assert balance("capital_contributed:p_1", 0, 7) == 7
