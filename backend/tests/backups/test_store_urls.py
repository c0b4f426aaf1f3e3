"""URLs of stores: what each names, shown without its password."""

from pathlib import Path

import pytest

from backend.app.backups.store_urls import location_at
from backend.app.kit.errors import BadInput

URLS = {
    "sqlite:///a/valhalla.db": "/a/valhalla.db",
    "sqlite:////a/valhalla.db": "/a/valhalla.db",
    "sqlite:///a/b": "/a/b/valhalla.db",
    "sqlite:a.db": str(Path("a.db").absolute()),
    "json:///a/b": "/a/b/",
    "json:b": f"{Path('b').absolute()}/",
    "postgresql://dana:p%40ss@db.internal:5432/v?sslmode=require": "postgresql://dana@db.internal:5432/v",
    "postgres:///v": "postgresql:///v",
}


@pytest.mark.parametrize("url", URLS)
def test_location_is_shown_without_its_password(url: str) -> None:
    assert str(location_at(url)) == URLS[url]


NONE = ["", "x", "/a/b", "sqlite:", "json://", "sqlite://host/a", "mysql://a/b", "postgresql:x@"]


@pytest.mark.parametrize("url", NONE)
def test_invalid_store_url_is_refused(url: str) -> None:
    with pytest.raises(BadInput, match="write it as"):
        location_at(url)
