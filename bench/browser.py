"""Cold loads in Chromium: a page with all its scripts and styles, with an empty cache."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from statistics import median

REPEATS = 5

_LOADED = """() => {
    const page = performance.getEntriesByType("navigation")[0];
    const parts = [page, ...performance.getEntriesByType("resource")];
    return [page.loadEventEnd / 1000, parts.reduce((sum, part) => sum + part.transferSize, 0) / 1000];
}"""


class NoBrowser(Exception):
    """No browser was found. The message says how to get one."""


@dataclass(frozen=True, slots=True)
class LoadOfPage:
    """Seconds from the navigation to the end of the load event, and everything that was transferred (KB)."""

    seconds: float
    kb: float


def cold_loads(origin: str, pages: Iterable[tuple[str, str]]) -> Iterator[tuple[str, LoadOfPage]]:
    """Yield the median load of each page, given as title and path. Raises NoBrowser."""
    from backend.tests.browser.lookup import NoChromium, WrongSetting, find_chromium

    try:
        chromium = find_chromium()
    except (NoChromium, WrongSetting) as error:
        raise NoBrowser(str(error)) from None
    with chromium.running() as browser:
        for title, path in pages:
            loads = []
            for _ in range(REPEATS):
                with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
                    page = context.new_page()
                    page.goto(origin + path, wait_until="load")
                    page.wait_for_function("() => performance.getEntriesByType('navigation')[0].loadEventEnd > 0")
                    loads.append(page.evaluate(_LOADED))
            yield title, LoadOfPage(median(seconds for seconds, _ in loads), median(kb for _, kb in loads))
