import json

import numpy as np
import pytest

from backend.app.core_gov.valuation.calibration.intervals import (
    Calibration,
    calibrate,
    calibration_of,
    confidence,
    cross_fitted_sizes,
    sampling_corrected,
)
from backend.app.kit.arrays import Bools, Floats
from backend.tests.promises import promise


def errors(count: int, seed: int) -> tuple[dict[str, Floats], Floats]:
    """Return errors that grow with a known feature, and an uninformative feature."""
    rng = np.random.default_rng(seed)
    hard = rng.normal(size=count)
    features = {"level": rng.normal(size=count), "hard": hard, "idle": rng.normal(size=count)}
    return features, rng.normal(0.01, 0.1 * np.exp(0.5 * hard))


def inside(calibration: Calibration, features: dict[str, Floats], error: Floats) -> Bools:
    bounds = np.log(calibration.bounds(np.zeros(len(error)), calibration.size(features, len(error))))
    held: Bools = (error[:, None] >= bounds[:, :, 0]) & (error[:, None] <= bounds[:, :, 1])
    return held


@promise(
    "Valuation",
    "Intervals of 50, 80 and 90 % cover sale prices as often as stated; each value has an FSD and a confidence.",
)
def test_intervals_have_nominal_coverage_for_hard_homes_too() -> None:
    calibration = calibrate(*errors(3000, 1))
    features, error = errors(6000, 2)
    held = inside(calibration, features, error)
    np.testing.assert_allclose(held.mean(axis=0), [0.5, 0.8, 0.9], atol=0.03)
    for third in np.array_split(np.argsort(features["hard"]), 3):
        np.testing.assert_allclose(held[third].mean(axis=0), [0.5, 0.8, 0.9], atol=0.05)


@promise(
    "Valuation",
    "Intervals of 50, 80 and 90 % cover sale prices as often as stated; each value has an FSD and a confidence.",
)
def test_fsd_is_the_standard_deviation_of_the_percentage_error() -> None:
    rng = np.random.default_rng(5)
    error = rng.normal(0, 0.1, 4000)
    calibration = calibrate({}, error)
    fsd = calibration.fsd * calibration.size({}, 1)[0]
    assert fsd == pytest.approx(np.std(np.expm1(-error)), rel=0.02)


def test_few_residuals_give_one_size_and_wide_intervals() -> None:
    features, error = errors(30, 3)
    calibration = calibrate(features, error)
    assert calibration.sizes.names == ()
    fresh, later = errors(2000, 4)
    assert inside(calibration, fresh, later)[:, 2].mean() > 0.8


def test_zero_residuals_still_give_an_interval() -> None:
    calibration = calibrate({"level": np.zeros(200)}, np.zeros(200))
    bounds = calibration.bounds(np.zeros(1), calibration.size({"level": np.zeros(1)}, 1))
    assert np.isfinite(bounds).all()
    assert calibration.fsd >= 0


def test_unknown_feature_counts_as_average() -> None:
    features, error = errors(1000, 6)
    features["hard"][::3] = np.nan
    calibration = calibrate(features, error)
    lost = {"level": np.zeros(1), "hard": np.full(1, np.nan), "idle": np.zeros(1)}
    assert 0.02 <= calibration.size(lost, 1)[0] <= 1.0


def test_sampling_error_of_the_subset_is_corrected() -> None:
    features, error = errors(6000, 7)
    alone = calibrate(features, error)
    lucky = np.flatnonzero(np.abs(error) < np.quantile(np.abs(error), 0.9))
    chosen = {name: values[lucky] for name, values in features.items()}
    better = 0.9 * error[lucky]
    together = calibrate(chosen, better)
    same = calibration_of(alone.sizes, cross_fitted_sizes(features, error)[lucky], error[lucky])
    corrected = sampling_corrected(together, alone, same)
    assert corrected.fsd * corrected.size(features, 6000).mean() == pytest.approx(
        0.9 * alone.fsd * alone.size(features, 6000).mean(), rel=0.12
    )
    assert corrected.high[2] > together.high[2]


def test_sizes_are_predicted_from_other_blocks() -> None:
    features, error = errors(400, 9)
    size = cross_fitted_sizes(features, error)
    other = error.copy()
    other[:80] *= 5
    assert np.array_equal(cross_fitted_sizes(features, other)[:80], size[:80])
    assert not np.array_equal(cross_fitted_sizes(features, other)[80:], size[80:])


def test_few_residuals_and_many_features_do_not_undercover() -> None:
    held = []
    for seed in range(12):
        rng = np.random.default_rng(seed)
        idle = {str(name): rng.normal(size=4000) for name in range(12)}
        error = rng.standard_t(4, size=4000) * 0.1
        calibration = calibrate({name: values[:150] for name, values in idle.items()}, error[:150])
        held.append(
            inside(calibration, {name: values[150:] for name, values in idle.items()}, error[150:]).mean(axis=0)
        )
    np.testing.assert_allclose(np.mean(held, axis=0), [0.5, 0.8, 0.9], atol=0.02)


def test_json_round_trip_is_exact() -> None:
    features, error = errors(500, 8)
    calibration = calibrate(features, error)
    back = Calibration.from_json(json.loads(json.dumps(calibration.to_json())))
    assert np.array_equal(back.size(features, 500), calibration.size(features, 500))
    assert back.to_json() == calibration.to_json()


@pytest.mark.parametrize(
    ("fsd", "word"), [(0.05, "high"), (0.13, "high"), (0.131, "medium"), (0.2, "medium"), (0.3, "low")]
)
def test_confidence_class_of_an_fsd(fsd: float, word: str) -> None:
    assert confidence(fsd) == word
