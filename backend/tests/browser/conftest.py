"""Fixtures of the browser tests: one browser and one server with the demo's records per worker, and watched pages.

The fixtures have the scope of this package. Playwright's event loop runs in the main thread as long as it is started,
and other tests could not call `asyncio.run` meanwhile.
"""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from backend.app.settings import Settings
from backend.tests.browser.chromium import Chromium
from backend.tests.browser.lookup import chromium_or_skip, find_chromium
from backend.tests.browser.watched import OpenPage, Problems, page_opener
from backend.tests.demo import demo_data
from backend.tests.harness import serving

CI = os.environ.get("CI", "").lower() in ("1", "true")


@pytest.fixture(scope="session")
def found_chromium() -> Chromium:
    """The browser. Where there is none, tests are skipped, and fail in CI."""
    return chromium_or_skip(find_chromium, ci=CI)


@pytest.fixture(scope="package")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Base URL of a server with the demo's records. Tests share it: they change only records that they created."""
    root = tmp_path_factory.mktemp("console") / "data-demo"
    demo_data.build(root)
    with serving(Settings(data_dir=root)) as url:
        yield url


@pytest.fixture(scope="package")
def browser(found_chromium: Chromium, console: str) -> Iterator[Browser]:
    """A running browser. The server starts first: what it calls must not find Playwright's event loop."""
    with found_chromium.running() as running:
        yield running


@pytest.fixture
def problems() -> Iterator[Problems]:
    """Errors, violations and requests to other hosts in the pages of the test, which must be none at its end."""
    problems = Problems()
    yield problems
    assert problems.remaining() == []


@pytest.fixture
def open_page(browser: Browser, console: str, problems: Problems) -> Iterator[OpenPage]:
    """A function that opens a page: `open_page(width=PHONE, scheme="dark", javascript=False)`."""
    with page_opener(browser, console, problems) as opener:
        yield opener


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A page of a desktop browser in light colors."""
    return open_page()
