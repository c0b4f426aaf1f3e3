"""Pages of a browser that record errors, violations of the Content-Security-Policy, and requests to other hosts."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, Route, WebSocketRoute

Scheme: TypeAlias = Literal["light", "dark"]

DESKTOP, TABLET, PHONE = 1440, 1024, 390
"""Widths at which the pages are tested."""

HEIGHTS = {DESKTOP: 900, TABLET: 768, PHONE: 844}

_REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => reportViolation(
    `${event.effectiveDirective} forbids ${event.blockedURI} (${event.sourceFile}:${event.lineNumber} ${event.sample})`
));
"""


@dataclass
class Problems:
    """What went wrong in the pages of a test. Tests that provoke an error add a pattern for it to `allowed`."""

    found: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)

    def add(self, kind: str, what: str) -> None:
        self.found.append(f"{kind}: {what}")

    def remaining(self) -> list[str]:
        """Return those that match no allowed pattern."""
        return [each for each in self.found if not any(re.search(pattern, each) for pattern in self.allowed)]

    def on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            place = message.location
            self.add(f"console {message.type}", f"{message.text} ({place.get('url')}:{place.get('lineNumber')})")

    def on_other_host(self, route: Route) -> None:
        """Abort the request."""
        self.add("request to another host", f"{route.request.method} {route.request.url}")
        route.abort()

    def on_web_socket(self, socket: WebSocketRoute) -> None:
        self.add("request to another host", socket.url)
        socket.close()


@contextmanager
def watched_context(browser: Browser, base_url: str, problems: Problems, **options: Any) -> Iterator[BrowserContext]:
    """Yield a browser context without cookies or cache that reaches only `base_url` and records problems.

    `options` are those of Playwright's `new_context`.
    """
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(base_url))
    usual = {
        "base_url": base_url,
        "locale": "en-US",
        "timezone_id": "America/Vancouver",
        "reduced_motion": "reduce",
        "service_workers": "block",
    }
    context = browser.new_context(**(usual | options))
    try:
        context.on("console", problems.on_console)
        context.on("weberror", lambda error: problems.add("page error", str(error.error)))
        context.expose_function("reportViolation", lambda text: problems.add("CSP violation", text))
        context.add_init_script(_REPORT_VIOLATIONS)
        context.route(re.compile(rf"^(?!{re.escape(origin)}/|data:|blob:|about:)"), problems.on_other_host)
        context.route_web_socket(re.compile("."), problems.on_web_socket)
        yield context
    finally:
        context.close()


_STARTED = "html[data-started], html:not(:has(script[type=module]))"


def _wait_for_scripts(page: Page) -> None:
    """Make what waits for a page wait until its scripts have started, too: a test may act at once."""

    def waiting(load: Callable[..., Response | None]) -> Callable[..., Response | None]:
        def then_wait(*args: Any, **kw: Any) -> Response | None:
            response = load(*args, **kw)
            page.locator(_STARTED).wait_for(state="attached")
            return response

        return then_wait

    for name in ("goto", "reload", "go_back", "wait_for_url"):
        setattr(page, name, waiting(getattr(page, name)))


OpenPage: TypeAlias = Callable[..., Page]


@contextmanager
def page_opener(browser: Browser, base_url: str, problems: Problems) -> Iterator[OpenPage]:
    """Yield a function that opens pages, each in a context of its own, which are closed at the end."""
    with ExitStack() as contexts:

        def open_page(
            *, width: int = DESKTOP, scheme: Scheme = "light", javascript: bool = True, **options: Any
        ) -> Page:
            usual = {
                "viewport": {"width": width, "height": HEIGHTS.get(width, 900)},
                "color_scheme": scheme,
                "java_script_enabled": javascript,
                "has_touch": width == PHONE,
            }
            context = watched_context(browser, base_url, problems, **(usual | options))
            page = contexts.enter_context(context).new_page()
            if javascript:
                _wait_for_scripts(page)
            return page

        yield open_page
