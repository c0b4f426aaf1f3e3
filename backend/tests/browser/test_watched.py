"""The fixtures report what goes wrong in a page, and the checks find known faults."""

import re

import pytest
from playwright.sync_api import Error, Page

from backend.tests.browser.page_checks import assert_no_horizontal_overflow, assert_touch_targets, axe, axe_findings
from backend.tests.browser.watched import PHONE, OpenPage, Problems
from backend.tests.harness import until

STRICT = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'"
SOUND = "<!doctype html><html lang=en><title>Sound</title><main><h1>Sound</h1>{}</main>"


def show(page: Page, body: str, policy: str = STRICT) -> None:
    """Load a page with this body from an address of the server."""
    headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy}
    page.route("**/a-test-page", lambda route: route.fulfill(body=SOUND.format(body), headers=headers))
    page.goto("/a-test-page")


def until_reported(page: Page, problems: Problems, start: str) -> None:
    """Wait for a problem that starts like this: the browser reports them in its own time."""
    until(lambda: page.evaluate("true") and any(each.startswith(start) for each in problems.found), f"{start} …")


def reported(problems: Problems) -> list[str]:
    """Return what was found, and clear it, so that the test does not fail at its end."""
    found, problems.found[:] = list(problems.found), []
    return found


def test_page_of_the_server_has_no_problems(page: Page, problems: Problems) -> None:
    response = page.goto("/healthz")
    assert response is not None
    assert response.ok
    assert problems.found == []


def test_request_to_another_host_is_aborted_and_reported(page: Page, problems: Problems) -> None:
    show(page, "<img src='https://tiles.example.com/1.png' alt=''>", "default-src *")
    with pytest.raises(Error, match="ERR_FAILED"):
        page.goto("http://127.0.0.1:9/elsewhere")
    hosts = [each for each in reported(problems) if each.startswith("request to another host")]
    assert hosts == [
        "request to another host: GET https://tiles.example.com/1.png",
        "request to another host: GET http://127.0.0.1:9/elsewhere",
    ]


def test_browser_resolves_no_name(page: Page, problems: Problems) -> None:
    """Even where no request is intercepted, the browser reaches loopback only."""
    page.context.unroute_all()
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://localhost.example.com/")
    reported(problems)


@pytest.mark.parametrize(
    ("body", "directive"),
    [
        ("<script>document.title = 'ran'</script>", "script-src-elem"),
        ("<p style='color: red'>red</p>", "style-src-attr"),
        ("<button onclick='alert(1)'>Go</button>", "script-src-attr"),
        ("<img src='/other.png' alt=''>", "img-src"),
    ],
)
def test_violation_of_the_policy_is_reported(page: Page, problems: Problems, body: str, directive: str) -> None:
    show(page, body)
    for button in page.get_by_role("button").all():
        button.click()  # the browser compiles a handler, and so forbids it, only when it is needed
    until_reported(page, problems, f"CSP violation: {directive} forbids ")
    reported(problems)
    assert page.title() == "Sound"


def test_errors_of_scripts_and_of_the_console_are_reported(page: Page, problems: Problems) -> None:
    show(page, "")
    page.evaluate("setTimeout(() => { console.error('noted'); throw new Error('broken') })")
    until_reported(page, problems, "console error: noted")
    until_reported(page, problems, "page error: broken")
    reported(problems)


def test_allowed_problems_are_those_that_match_a_pattern(problems: Problems) -> None:
    problems.add("console error", "status of 412")
    assert problems.remaining() == ["console error: status of 412"]
    problems.allowed.append("status of 412$")
    assert problems.remaining() == []


def test_axe_names_rule_and_element(page: Page) -> None:
    show(page, "<button class=save></button>")
    (finding,) = axe_findings(page)
    assert finding.startswith("critical: Buttons must have discernible text (button-name)")
    assert 'button: <button class="save"></button>' in finding
    with pytest.raises(AssertionError, match="button-name"):
        axe(page)
    show(page, "<button class=save>Save</button>")
    axe(page)


def test_elements_wider_than_the_phone_are_named(open_page: OpenPage) -> None:
    page = open_page(width=PHONE)
    wide = "<table class=wide><tr><td><svg width=800 height=9></svg></table>"
    show(page, wide)
    with pytest.raises(AssertionError, match=r'(?s)px wide in 390 px.*<table class="wide">'):
        assert_no_horizontal_overflow(page)
    show(page, f"<style>div {{overflow-x: auto}}</style><div>{wide}</div>", "default-src 'unsafe-inline'")
    assert_no_horizontal_overflow(page)


def test_targets_smaller_than_a_fingertip_are_named(open_page: OpenPage) -> None:
    page = open_page(width=PHONE)
    style = "<style>.large, label {display: inline-block; min-width: 44px; line-height: 44px; padding: 0}</style>"
    large = (
        "<button class=large>Save</button><p>See <a href='/x'>the rules</a>.</p><label><input type=checkbox> US</label>"
    )
    show(page, style + large, "default-src 'unsafe-inline'")
    assert_touch_targets(page)
    show(page, f"{style}{large}<button class=small>x</button>", "default-src 'unsafe-inline'")
    with pytest.raises(AssertionError, match=re.escape('<button class="small"></button> "x" is ')):
        assert_touch_targets(page)
