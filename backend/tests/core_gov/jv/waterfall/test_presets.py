"""Named terms work for one or several investors, and for a sponsor that invests, too."""

import pytest

from backend.app.core_gov.jv.waterfall.flows import Contribution
from backend.app.core_gov.jv.waterfall.presets import PRESETS
from backend.app.core_gov.jv.waterfall.terms import faults
from backend.app.core_gov.jv.waterfall.waterfall import distribute
from backend.tests.core_gov.jv.waterfall.terms_of_two import GP, LP, START, YEAR_LATER, paid_in


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("investors", [(LP,), (LP, "other"), (LP, GP)], ids=str)
def test_presets_have_no_fault_and_divide_everything(name: str, investors: tuple[str, ...]) -> None:
    agreed = PRESETS[name].terms(investors, (GP,))
    assert list(faults(agreed)) == []
    flows = [Contribution(START, partner, 100_000) for partner in investors]
    assert sum(distribute(agreed, flows, YEAR_LATER, 777_777).by_partner.values()) == 777_777


@pytest.mark.parametrize(
    ("name", "lp", "gp"),
    [
        ("european_catch_up", 180_000, 20_000),
        ("preferred_split", 108_000 + 64_400, 27_600),
        ("irr_hurdles", 108_000 + 4_000 + 6_000 + 0.6 * (200_000 - 108_000 - 5_000 - 6_000 / 0.7), None),
        ("pari_passu", 200_000, 0),
    ],
)
def test_thousand_doubles_in_a_year(name: str, lp: float, gp: int | None) -> None:
    """Only the investor pays in: 2,000 after a year."""
    agreed = PRESETS[name].terms((LP,), (GP,))
    found = distribute(agreed, paid_in(1_000), YEAR_LATER, 200_000).by_partner
    assert found[LP] == pytest.approx(lp, abs=1)
    assert gp is None or found.get(GP, 0) == gp
