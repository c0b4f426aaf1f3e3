"""Tests of the libraries that solve equations."""

from threadpoolctl import threadpool_info

import backend.app
from backend.app.kit.arrays import Floats


def test_equations_are_solved_by_one_thread() -> None:
    assert backend.app.__version__
    assert Floats is not None  # NumPy is loaded
    libraries = [each for each in threadpool_info() if each["internal_api"] == "openblas"]
    assert {each["num_threads"] for each in libraries} <= {1}
