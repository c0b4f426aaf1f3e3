"""The page of a distribution: preview with chart and trace, differences of the past, and the declaration."""

import re

import httpx
import pytest

from backend.app.web.joint_ventures.distribution_views import in_words
from backend.tests.core_gov.jv.joint_venture import JointVenture, days_ago, joint_venture
from backend.tests.web.joint_ventures.test_agreement_pages import shown


@pytest.fixture
def jv(shared_sqlite: httpx.Client) -> JointVenture:
    made = joint_venture(shared_sqlite)
    made.contribute(100_000)
    return made


def test_preview_shows_the_division_and_declares_exactly_it(jv: JointVenture) -> None:
    path = f"/app/agreements/{jv.id}/distribution"
    assert "Declare it" not in shown(jv.api, path)
    page = shown(jv.api, f"{path}?cash=10000.50&declared_on={days_ago(0)}")
    assert 'class="chart tier-chart"' in page
    assert "8,000.00, all that is due." in page
    body = re.findall(r'data-body="(\{[^"]*revision[^"]*)"', page)[0].replace("&#34;", '"')
    assert '"cash": 10000.5,' in body
    assert f'"revision": {jv.summary()["revision"]},' in body
    assert '"true_up": false' in body
    assert "Earlier distributions" not in page


def test_differences_of_the_past_are_explained_and_made_up_for_on_request(jv: JointVenture) -> None:
    jv.distribute(10_000, on=days_ago(100))
    jv.contribute(50_000, on=days_ago(300))
    path = f"/app/agreements/{jv.id}/distribution?cash=50"
    page = shown(jv.api, path)
    names = {each["partner_id"]: each["name"] for each in jv.summary()["partners"]}
    assert f"{names[jv.lp]} was paid" in page
    assert "too little under the tier preferred return." in page
    assert "too much under the tier capital." in page
    assert "the true-up makes up for it" in page
    assert "preview again" in page
    made_up = shown(jv.api, f"{path}&true_up=true")
    assert "This distribution makes up for it" in made_up
    assert "&#34;true_up&#34;: true" in made_up


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("cash=1000000", "cash is on the books and not yet owed"),
        ("cash=5&declared_on=2999-01-01", "The day of the declaration 2999-01-01 is after today"),
        ("cash=5&payable_on=2001-01-01", "The payable day is before the day of the declaration"),
        ("cash=5&declared_on=soon", "The day of the declaration must be"),
        ("cash=5.005", "must have at most two decimals"),
    ],
)
def test_what_is_refused_is_said_beside_the_form(jv: JointVenture, query: str, sentence: str) -> None:
    page = shown(jv.api, f"/app/agreements/{jv.id}/distribution?{query}")
    assert sentence in page
    assert "Declare it" not in page


def test_names_of_fields_become_words() -> None:
    assert in_words("payable_on is before declared_on") == "the payable day is before the day of the declaration"
