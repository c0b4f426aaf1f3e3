"""Fixtures of the tests of damage and copies."""

from pathlib import Path

import pytest

from backend.app.bootstrap import open_store
from backend.app.settings import Settings
from backend.tests.survive.copied_store import NOTES, deal_names
from backend.tests.survive.store_view import make_deals


@pytest.fixture
def full(settings: Settings) -> Path:
    """Database of a store with 300 deals, closed cleanly, with current JSON files."""
    with open_store(settings) as store:
        for first in range(0, 300, 20):
            make_deals(store, *deal_names(first, first + 20), notes=NOTES)
    return settings.sqlite_path
