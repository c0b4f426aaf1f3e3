import base64
import json
import zlib

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingRegressor

from backend.app.core_gov.valuation.boosting.members import fitted_trees
from backend.app.core_gov.valuation.model import trees
from backend.app.core_gov.valuation.model.trees import Forest, exported
from backend.app.kit.arrays import Floats
from backend.tests.promises import promise


@pytest.fixture(scope="module")
def data() -> tuple[Floats, Floats]:
    rng = np.random.default_rng(3)
    matrix = rng.normal(size=(600, 5))
    matrix[:, 3] = np.round(matrix[:, 3])
    matrix[rng.random((600, 5)) < 0.1] = np.nan
    matrix[rng.random(600) < 0.9, 4] = np.nan
    wanted = np.nan_to_num(matrix[:, 0]) ** 2 + np.nan_to_num(matrix[:, 3], nan=2.0) + rng.normal(0, 0.1, 600)
    return matrix, wanted


@pytest.fixture(scope="module")
def members(data: tuple[Floats, Floats]) -> list[HistGradientBoostingRegressor]:
    made = (
        HistGradientBoostingRegressor(loss=loss, max_iter=20, max_leaf_nodes=9, early_stopping=False, random_state=seed)
        for seed, loss in enumerate(("absolute_error", "squared_error", "absolute_error"))
    )
    return [one.fit(*data) for one in made]


@pytest.fixture(scope="module")
def forest(members: list[HistGradientBoostingRegressor]) -> Forest:
    return exported([fitted_trees(member, np.zeros((1, 5))) for member in members], 5)


@promise("Valuation", "Predictions do not depend on the library that trained the model.")
def test_predictions_equal_scikit_learn(
    data: tuple[Floats, Floats], members: list[HistGradientBoostingRegressor], forest: Forest
) -> None:
    fresh = np.random.default_rng(4).normal(size=(300, 5)) * 3
    fresh[::7, 2] = np.nan
    for matrix in (data[0], fresh):
        theirs = np.stack([member.predict(matrix) for member in members], axis=1)
        np.testing.assert_allclose(forest.predict(matrix), theirs, rtol=0, atol=1e-12)
        for number in range(3):
            np.testing.assert_allclose(forest.predict_member(matrix, number), theirs[:, number], rtol=0, atol=1e-12)


def test_value_on_a_threshold_goes_left_as_in_scikit_learn(
    members: list[HistGradientBoostingRegressor], forest: Forest
) -> None:
    cuts = forest.thresholds[0]
    matrix = np.zeros((len(cuts), 5))
    matrix[:, 0] = cuts
    np.testing.assert_allclose(forest.predict_member(matrix, 0), members[0].predict(matrix), rtol=0, atol=1e-12)


@promise("Valuation", "Predictions do not depend on the library that trained the model.")
def test_json_round_trip_is_exact(data: tuple[Floats, Floats], forest: Forest) -> None:
    text = json.dumps(forest.to_json())
    back = Forest.from_json(json.loads(text))
    assert np.array_equal(back.predict(data[0]), forest.predict(data[0]))
    assert json.dumps(back.to_json()) == text


def test_no_rows_give_no_predictions(forest: Forest) -> None:
    assert forest.predict(np.zeros((0, 5))).shape == (0, 3)


def test_single_leaf_trees_predict_a_constant() -> None:
    matrix = np.arange(30.0).reshape(-1, 1)
    fitted = HistGradientBoostingRegressor(max_iter=3, min_samples_leaf=30, early_stopping=False).fit(
        matrix, np.ones(30)
    )
    forest = Forest.from_json(exported([fitted_trees(fitted, np.zeros((1, 1)))], 1).to_json())
    np.testing.assert_allclose(forest.predict_member(matrix, 0), fitted.predict(matrix), rtol=0, atol=1e-12)


def test_prediction_of_a_row_does_not_depend_on_other_rows(data: tuple[Floats, Floats], forest: Forest) -> None:
    every = forest.predict(data[0])
    assert all(np.array_equal(forest.predict(data[0][row : row + 1])[0], every[row]) for row in range(0, 600, 50))


def test_oversized_packed_arrays_are_refused(forest: Forest, monkeypatch: pytest.MonkeyPatch) -> None:
    assert trees.MAX_UNPACKED == 64_000_000
    stored = forest.to_json()
    monkeypatch.setattr(trees, "MAX_UNPACKED", 1_000)
    stored["value"] = base64.b64encode(zlib.compress(bytes(1_000_000))).decode()
    with pytest.raises(ValueError, match="unpack to more than 1,000 bytes"):
        Forest.from_json(stored)
