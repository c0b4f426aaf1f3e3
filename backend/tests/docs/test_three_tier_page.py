"""Every calculation on the page of the three-tier joint venture is right, to the digits that it shows."""

import re
from decimal import Decimal

from backend.tests.docs.calculations import calculations, is_right
from backend.tests.harness import ROOT
from backend.tests.promises import promise

TEXT = (ROOT / "docs" / "jv" / "three_tier_jv.md").read_text(encoding="utf-8")


@promise("Documentation", "Every calculation on the page of the three-tier joint venture is recomputed.")
def test_every_calculation_is_right() -> None:
    found = list(calculations(TEXT))
    assert len(found) > 30
    assert [line for line in found if not is_right(line)] == []


def test_a_wrong_calculation_is_found() -> None:
    assert is_right("1,000 × 8 % × 334 / 365 = 73.21")
    assert not is_right("1,000 × 8 % × 334 / 365 = 73.20")
    assert not is_right("2024-02-01 to 2024-12-31: 335 days")


def test_every_amount_of_a_response_is_derived() -> None:
    """Amounts with cents that responses show are results or terms of a calculation."""
    derived = {Decimal(each.replace(",", "")) for line in calculations(TEXT) for each in re.findall(r"[\d,.]*\d", line)}
    derived |= {each.quantize(Decimal("0.01")) for each in derived}
    shown = set(re.findall(r'"(?:amount|needed|paid|still_needed|preferred_owed|promote)": ([\d]+\.\d+)', TEXT))
    assert [each for each in sorted(shown) if Decimal(each) not in derived] == []
