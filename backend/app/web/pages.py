"""Pages: templates rendered with the result of a view, and the headers that every page has."""

import gzip
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Concatenate, ParamSpec

from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup

from backend.app import __version__
from backend.app.kit.db import Database, Tx
from backend.app.kit.errors import AppError, BadInput, NotFound, Unauthenticated
from backend.app.kit.http import RefusedPage, RequestWork, Response
from backend.app.settings import Settings
from backend.app.web import assets, formats, places
from backend.app.web.sign_in.return_paths import SIGN_IN, sign_in_first
from backend.app.web.visits import Visit

P = ParamSpec("P")

PAGES = "/app"
"""Path of the console."""

HTML = b"text/html; charset=utf-8"

SMALLEST_PACKED = 1_000
"""Bytes from which a page is compressed. At level 1, a table of 100 rows becomes 12 KB instead of 140, in 0.4 ms."""

HERE = Path(__file__).parent

_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:{tiles}; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)


_PERMISSIONS = (
    b"accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), "
    b"midi=(), payment=(), usb=(), publickey-credentials-create=(self), publickey-credentials-get=(self)"
)
"""Permissions policy of pages: they use passkeys and the clipboard, and nothing else of a device."""


def settings_of(work: RequestWork) -> Settings:
    """Return the settings of the installation that serves the page."""
    assert isinstance(work.site, Settings)
    return work.site


class NotOnFile(NotFound):
    """A record that is not on file, although others refer to it: a template says what, with status 404."""

    def __init__(self, template: str, values: Mapping[str, Any]) -> None:
        super().__init__("record")
        self.template, self.values = template, values


def visit_of(work: RequestWork) -> Visit:
    caller = work.caller
    local = bool(caller.roles) and caller.session is None and b"authorization" not in work.headers
    return Visit(caller.actor, caller.roles, work.path, caller.person, caller.session, local)


async def page(
    work: RequestWork,
    template: str,
    view: Callable[Concatenate[Tx, P], Mapping[str, Any]],
    *args: P.args,
    **kw: P.kwargs,
) -> Response:
    """Render a template with the result of a view, which reads from one snapshot. Both run in a worker thread."""
    visit, site = visit_of(work), settings_of(work)

    def rendered(tx: Tx) -> Response:
        try:
            return html(render(template, visit, view(tx, *args, **kw), site), tiles=site.map_tile_origin)
        except NotOnFile as missing:
            return html(render(missing.template, visit, missing.values, site), missing.status)

    return await work.page(lambda tx: _packed(rendered(tx), work))


async def computed_page(
    work: RequestWork,
    template: str,
    view: Callable[Concatenate[Database, P], Mapping[str, Any]],
    *args: P.args,
    **kw: P.kwargs,
) -> Response:
    """Render a template like `page`, for a view that opens its own snapshots and may compute for longer."""
    visit, site = visit_of(work), settings_of(work)

    def rendered(database: Database) -> Response:
        return _packed(
            html(render(template, visit, view(database, *args, **kw), site), tiles=site.map_tile_origin), work
        )

    return await work.computed_page(rendered)


def _packed(response: Response, work: RequestWork) -> Response:
    """Compress the body of a page if the browser accepts it."""
    response.headers.append((b"vary", b"accept-encoding"))
    if work.accepts_gzip and len(response.body) >= SMALLEST_PACKED:
        response.body = gzip.compress(response.body, 1, mtime=0)
        response.headers.append((b"content-encoding", b"gzip"))
    return response


def html(text: str, status: int = 200, *, tiles: str | None = None) -> Response:
    """Return a page as a response, with the headers that forbid scripts and styles from anywhere else.

    `tiles`: the origin that its maps load tiles from.
    """
    headers = [
        (b"content-security-policy", _CSP.format(tiles=f" {tiles}" if tiles else "").encode()),
        (b"referrer-policy", b"same-origin"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"permissions-policy", _PERMISSIONS),
    ]
    return Response(status, text.encode(), HTML, headers)


def render(template: str, visit: Visit | None, values: Mapping[str, Any], site: Settings | None = None) -> str:
    return environment().get_template(template).render(visit=visit, site=site, **values)


def macro(template: str, name: str, *values: Any) -> Markup:
    """Return what a macro makes of values. It has no access to the page that it becomes a part of."""
    found = getattr(environment().get_template(template).module, name)(*values)
    assert isinstance(found, Markup)
    return found


def error_page(error: AppError, refused: RefusedPage) -> Response | None:
    """Return an error as a page with the same sentence and request id as a problem document.

    Whoever has to sign in first is sent to the page for it, and back afterwards. Any other error of a part of a page
    returns None: its script puts the sentences of the problem document at the fields that they are about.
    """
    if isinstance(error, Unauthenticated) and refused.target != SIGN_IN:
        return sign_in_first(refused)
    if refused.is_for_part:
        return None
    faults = error.faults if isinstance(error, BadInput) else ()
    text = render("error.html", None, {"error": error, "faults": faults, "request_id": refused.request_id})
    response = html(text, error.status)
    response.headers += [(name.encode("latin-1"), value.encode("latin-1")) for name, value in error.headers.items()]
    return response


class _Templates(Environment):
    """Environment whose templates read a field of a record, a dict, without looking for an attribute first."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


@cache
def environment() -> Environment:
    """Return the environment of all templates. `properties/list.html` is in the folder of the package `properties`."""
    found = _Templates(
        loader=_loader(),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        cache_size=-1,
        auto_reload=False,
    )
    found.globals |= {
        "navigation_of": places.navigation,
        "asset_url": assets.asset_url,
        "icon": assets.icon,
        "modules": assets.MODULES,
        "version": __version__,
    }
    found.filters |= formats.FILTERS
    return found


def _loader() -> BaseLoader:
    packages = {path.parent.name: FileSystemLoader(path) for path in HERE.glob("*/templates")}
    return ChoiceLoader([FileSystemLoader(HERE / "templates"), PrefixLoader(packages)])
