"""The population stability index: zero without a change, by hand for a known one, larger for a larger one."""

from dataclasses import replace

import numpy as np
import pytest

from backend.app.core_gov.valuation.drift import CharacteristicDrift, drift_between, population_stability_index
from backend.tests.core_gov.valuation.made_up_market import a_market


def test_index_is_the_formula() -> None:
    """Bins of known and of unknown values have shares of 90.5 and 10.5 in 101.5, against 50.5 and 50.5."""
    known, half = np.full(100, np.nan), np.full(100, np.nan)
    known[:90], half[:50] = 2.0, 2.0
    expected = (50.5 - 90.5) / 101.5 * np.log(50.5 / 90.5) + (50.5 - 10.5) / 101.5 * np.log(50.5 / 10.5)
    assert population_stability_index(known, half) == pytest.approx(expected)
    assert population_stability_index(known, known) == 0.0


def test_changed_characteristic_comes_first() -> None:
    before, after = a_market(400), a_market(400, seed=2)
    grown = replace(after, living_sqft=after.living_sqft * 1.6)
    drift = drift_between(before, grown)
    assert (drift[0].name, drift[0].band) == ("living_sqft", "large drift")
    assert {each.band for each in drift[1:]} <= {"stable", "some drift"}
    assert "view" not in [each.name for each in drift]  # never known


@pytest.mark.parametrize(
    ("index", "band"), [(0.0999, "stable"), (0.1, "some drift"), (0.25, "some drift"), (0.2501, "large drift")]
)
def test_bands_are_the_usual_ones(index: float, band: str) -> None:
    assert CharacteristicDrift("beds", index).band == band
