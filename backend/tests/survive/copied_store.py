"""A store with 300 deals for tests of damage and copies."""

from pathlib import Path

import pytest

from backend.app.bootstrap import open_store
from backend.app.deals.schemas import DealPatch
from backend.app.kit.errors import StartError
from backend.app.settings import Settings

PAGE = 4096


PATCH = DealPatch.model_validate({"notes": "patched"})


NOTES = "long enough that a few hundred deals take many pages " * 10


def deal_names(first: int, last: int) -> list[str]:
    return [f"Deal {number}" for number in range(first, last)]


def refused(settings: Settings, sentence: str) -> None:
    """Assert that a start fails and changes nothing."""
    with pytest.raises(StartError, match=sentence), open_store(settings):
        raise AssertionError("it is open")


def set_aside_file(settings: Settings) -> Path | None:
    found = [path for path in settings.data_dir.glob("valhalla.db.broken-*") if path.name.endswith("Z")]
    assert len(found) <= 1, found
    return found[0] if found else None
