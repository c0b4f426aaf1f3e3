"""What holds for every page: accessibility, width and touch targets, on a desktop and on a phone."""

import pytest
from playwright.sync_api import Page

from backend.tests.browser.page_checks import (
    assert_no_horizontal_overflow,
    assert_touch_targets,
    axe,
    wait_for_maps,
)
from backend.tests.browser.screenshots import records
from backend.tests.browser.watched import HEIGHTS, PHONE
from backend.tests.promises import promise

ADDRESSES = (
    *("/app", "/app/properties?limit=5", "/app/properties/new", "/app/properties/{property}"),
    *("/app/deals", "/app/deals/table?limit=5", "/app/deals/{deal}", "/app/deals/new"),
    *("/app/partners?limit=5", "/app/partners/{partner}", "/app/partners/{partner}/deals", "/app/partners/new"),
    *("/app/agreements?limit=5", "/app/agreements/new", "/app/agreements/{agreement}"),
    *("/app/agreements/{agreement}/ledger?limit=5", "/app/agreements/{agreement}/distribution?cash=1000"),
    *("/app/agreements/{agreement}/amend", "/app/statements?limit=5", "/app/statements/{statement}"),
    *("/app/messages?limit=5", "/app/messages/new", "/app/messages/{draft}", "/app/messages/sent?limit=5"),
    *("/app/deliveries", "/app/sending", "/app/inbox", "/app/opt-outs", "/app/consents"),
    *("/app/markets", "/app/markets/{market}", "/app/sales?limit=5", "/app/sales/{sale}"),
    *("/app/audit?limit=5", "/app/settings", "/app/settings/doctor", "/app/jobs", "/app/search?q=iron&limit=5"),
)
"""Pages of the console. Lists show few rows, because axe-core takes seconds on a long table."""


@pytest.fixture(scope="module")
def ids(console: str) -> dict[str, str]:
    """Ids of the records that addresses name."""
    return records(console)


@pytest.mark.parametrize("address", ADDRESSES)
@promise("Console", "No page has a serious finding of axe-core or scrolls sideways, in light or dark, wide or narrow.")
@promise("Console", "Touch targets are at least 44 px on a phone.")
def test_every_page_is_accessible_and_fits(page: Page, address: str, ids: dict[str, str]) -> None:
    response = page.goto(address.format(**ids))
    assert response is not None
    assert response.ok
    wait_for_maps(page)
    axe(page)
    assert_no_horizontal_overflow(page)
    page.set_viewport_size({"width": PHONE, "height": HEIGHTS[PHONE]})
    page.emulate_media(color_scheme="dark")
    axe(page)
    assert_no_horizontal_overflow(page)
    assert_touch_targets(page)
