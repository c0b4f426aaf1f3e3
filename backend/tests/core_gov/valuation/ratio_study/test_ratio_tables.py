"""Ratio statistics compared with published tables and another program."""

import numpy as np
import pytest

from backend.app.core_gov.valuation.ratio_study import bootstrap, statistics
from backend.tests.core_gov.valuation.ratio_study.ratio_samples import (
    IAAO_1_1,
    IAAO_1_4,
    IAAO_D_2,
    QUINTOS,
    generated,
    measures_of,
    table,
)
from backend.tests.promises import promise

# Golden tables


@promise("Ratio study", "Ratio statistics match published tables (IAAO, Quintos) and an independent package.")
@pytest.mark.parametrize(
    ("text", "cod", "prd", "prb"),
    [(IAAO_1_1, "29.8", "0.98", "0.232"), (IAAO_1_4, "14.5", "0.98", "0.135"), (IAAO_D_2, "7.8", "1.056", "-0.011")],
    ids=["1-1", "1-4", "D-2"],
)
def test_measures_match_the_iaao_tables(text: str, cod: str, prd: str, prb: str) -> None:
    """All digits printed in the Standard on Ratio Studies (2013) match."""
    found = measures_of(*table(text))
    for name, printed in (("cod", cod), ("prd", prd), ("prb", prb)):
        value, digits = found[name].value, len(printed.partition(".")[2])
        assert value is not None
        assert f"{value:.{digits}f}" == printed, name


def test_level_matches_the_first_iaao_table() -> None:
    found = measures_of(*table(IAAO_1_1))
    assert [round(found[name].value or 0, 3) for name in ("median_ratio", "mean_ratio", "weighted_mean_ratio")] == [
        0.864,
        0.900,
        0.915,
    ]


@promise("Ratio study", "Ratio statistics match published tables (IAAO, Quintos) and an independent package.")
def test_kakwani_indices_match_quintos() -> None:
    """Three sales have the same price; the indices do not depend on their order."""
    values, prices = table(QUINTOS)
    ki, mki = statistics.kakwani_indices(values, prices)
    assert (round(ki, 2), round(mki, 2)) == (-0.06, 0.79)
    assert statistics.kakwani_indices(values[::-1], prices[::-1]) == pytest.approx((ki, mki), rel=1e-12)


@promise("Ratio study", "Ratio statistics match published tables (IAAO, Quintos) and an independent package.")
def test_measures_match_assesspy() -> None:
    """The figures are those of assesspy 2.0.2 (Cook County Assessor's Office) for `generated()`, seed 11."""
    found = measures_of(*generated())
    expected = {
        "median_ratio": 1.005081263839294,
        "cod": 7.688314018777658,
        "prd": 1.0258137352180627,
        "prb": -0.044944159824685456,
        "mki": 0.9354845965367852,
        "ki": -0.02148335801102641,
    }
    assert {name: found[name].value for name in expected} == pytest.approx(expected, rel=1e-9)
    regression = found["prb"].regression
    assert regression is not None
    assert (regression.low, regression.high) == pytest.approx((-0.053943900260469795, -0.03594441938890112), rel=1e-7)
    assert found["prb"].p_value == pytest.approx(6.790357545972508e-21, rel=1e-6)


def test_outliers_match_assesspy() -> None:
    values, prices = generated()
    assert [int(statistics.outliers(values / prices, fences).sum()) for fences in (3, 1.5)] == [0, 3]


# The bootstrap


@promise(
    "Ratio study",
    "A study has bootstrap intervals, price tiers, areas, trimming, sales-chasing tests and interval coverage.",
)
def test_bootstrap_intervals_match_assesspy() -> None:
    """assesspy 2.0.2, boot_ci with 1,000 resamples of its own: as near as two such draws are to each other."""
    found = bootstrap.resample(*generated()).intervals()
    for name, low, high in (
        ("cod", 7.1925, 8.1678),
        ("prd", 1.0210, 1.0310),
        ("prb", -0.0536, -0.0358),
        ("mki", 0.9243, 0.9469),
    ):
        interval = found[name]
        assert interval is not None
        assert [interval.low, interval.high] == pytest.approx([low, high], abs=0.12 * (high - low)), name


def test_resample_measures_equal_sample_measures() -> None:
    values, prices = table(QUINTOS)  # with equal prices, and every resample has equal sales
    order = np.lexsort((values, prices))
    drawn = np.random.Generator(np.random.PCG64(7)).integers(0, len(values), size=(20, len(values)))
    found = bootstrap.resample(values, prices, resamples=20, seed=7)
    for place, rows in enumerate(drawn):
        value, price = values[order][rows], prices[order][rows]
        assert found.median_ratio[place] == pytest.approx(np.median(value / price), rel=1e-12)
        assert found.cod[place] == pytest.approx(statistics.coefficient_of_dispersion(value / price), rel=1e-9)
        assert found.prd[place] == pytest.approx(statistics.price_related_differential(value, price), rel=1e-9)
        assert found.prb[place] == pytest.approx(statistics.price_related_bias(value, price).slope, rel=1e-7)
        assert found.mki[place] == pytest.approx(statistics.kakwani_indices(value, price)[1], rel=1e-9)


def test_mostly_undefined_resamples_have_no_interval() -> None:
    prices = np.full(30, 3e5)
    prices[0] = 4e5  # about one resample in three does not have it
    found = bootstrap.resample(prices * np.linspace(0.9, 1.1, 30), prices, 200).intervals()
    assert found["mki"] is None
    assert found["prb"] is not None  # values differ, so that the market values do
    assert found["cod"] is not None
