"""Checks of a page's accessibility and layout, with output that says what to change."""

from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

MIN_TARGET = 44
"""Width and height of a touch target, in CSS pixels."""

SERIOUS = ("serious", "critical")
_AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")

_OVERFLOWING = """() => {
    const width = document.documentElement.clientWidth
    if (document.documentElement.scrollWidth <= width) return []
    const scrolls = (element) => {
        for (let up = element.parentElement; up && up !== document.body; up = up.parentElement)
            if (getComputedStyle(up).overflowX !== "visible") return true
        return false
    }
    const wide = [...document.body.querySelectorAll("*")]
        .filter((element) => element.getBoundingClientRect().right > width + 0.5 && !scrolls(element))
        .map((element) => `${element.cloneNode().outerHTML} ends at ${element.getBoundingClientRect().right} px`)
    return [`the page is ${document.documentElement.scrollWidth} px wide in ${width} px`, ...wide.slice(0, 10)]
}"""

_SMALL_TARGETS = """(least) => {
    const targets = `a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [role=tab],
        [role=menuitem], [role=option], [role=switch]`
    const inText = (element) => getComputedStyle(element).display === "inline"
        && [...element.parentElement.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim())
    const areas = (element) => [element, ...(["checkbox", "radio"].includes(element.type) ? element.labels : [])]
        .map((each) => each.getBoundingClientRect())
    const small = (box) => box.width < least - 0.5 || box.height < least - 0.5
    const shown = (box) => box.width > 1 && box.height > 1 && box.bottom > 0 && box.right > 0
    return [...document.querySelectorAll(targets)]
        .filter((element) => element.checkVisibility({visibilityProperty: true, opacityProperty: true}))
        .filter((element) => !element.disabled && !inText(element))
        .map((element) => [element, areas(element)])
        .filter(([_, boxes]) => shown(boxes[0]) && boxes.every(small))
        .map(([element, [box]]) => `${element.cloneNode().outerHTML.slice(0, 160)} "${element.textContent.trim()
            .slice(0, 30)}" is ${Math.round(box.width)} by ${Math.round(box.height)} px`)
}"""


def wait_for_maps(page: Page) -> None:
    """Wait until the maps of the page are drawn; their scripts are loaded after the page."""
    for map_ in page.locator("[data-map]").all():
        map_.locator(".leaflet-control-zoom").wait_for()


def axe_findings(page: Page) -> list[str]:
    """Return the serious and critical findings of axe-core, one text for each rule with the elements that break it."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(f"{_AXE}; undefined")
    violations: list[dict[str, Any]] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [_finding(each) for each in violations if each["impact"] in SERIOUS]


def _lines(page: Page, found: list[str]) -> str:
    """Return a message with the first findings and their number."""
    return "\n".join([f"{page.url}: {len(found)} found", *found[:12]])


def _finding(violation: dict[str, Any]) -> str:
    lines = [f"{violation['impact']}: {violation['help']} ({violation['id']})"]
    for node in violation["nodes"][:10]:
        lines.append(f"  {' '.join(map(str, node['target']))}: {node['html'][:200]}")
        lines += [f"    {line.strip()}" for line in (node.get("failureSummary") or "").splitlines()[1:]]
    return "\n".join(lines)


def axe(page: Page) -> None:
    """Fail if axe-core has a serious or critical finding."""
    findings = axe_findings(page)
    assert not findings, _lines(page, findings)


def assert_no_horizontal_overflow(page: Page) -> None:
    """Fail if the page scrolls sideways; name the elements that are too wide."""
    found = page.evaluate(_OVERFLOWING)
    assert not found, _lines(page, found)


def assert_touch_targets(page: Page) -> None:
    """Fail if a link, button or field is smaller than a fingertip. Links within a sentence are exempt."""
    found = page.evaluate(_SMALL_TARGETS, MIN_TARGET)
    assert not found, _lines(page, found)
