"""A demo built once and shared by the tests that only read it."""

from pathlib import Path

import pytest

from backend.tests.demo.demo_data import build


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the directory of a demo. Tests must not change it."""
    root = tmp_path_factory.mktemp("demo") / "data-demo"
    build(root)
    return root
