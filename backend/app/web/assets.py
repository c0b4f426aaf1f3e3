"""Scripts, styles, images and icons of the console: our own files, and files of pinned packages.

Packages such as `django-htmx` are only places where a file is stored. They are never imported.
"""

import gzip
import io
import mimetypes
import zipfile
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from markupsafe import Markup

from backend.app.kit.errors import NotFound, StartError

STATIC = Path(__file__).parent / "static"
_LEAFLET = "js_lib_leaflet/static/js_lib_leaflet"
_LEAFLET_IMAGES = ("layers.png", "layers-2x.png", "marker-icon.png", "marker-icon-2x.png", "marker-shadow.png")

PACKAGED = {
    "htmx.js": ("django-htmx", "django_htmx/static/django_htmx/htmx-2.min.js"),
    "leaflet/leaflet.js": ("django-js-lib-leaflet", f"{_LEAFLET}/leaflet.js"),
    "leaflet/leaflet.css": ("django-js-lib-leaflet", f"{_LEAFLET}/leaflet.css"),
    **{f"leaflet/images/{image}": ("django-js-lib-leaflet", f"{_LEAFLET}/images/{image}") for image in _LEAFLET_IMAGES},
}
"""Distribution and file of each asset that comes from a package."""

_SHARED = "locale keys write dom errors conflict controls drafts refresh dialogs session"

MODULES = ("js/main.js", *(f"js/{name}.js" for name in _SHARED.split()))
"""Scripts that every page needs, named so that browsers load them at once instead of one after another."""

_ICONS = ("lucide", "lucide/lucide.zip")
_TEXT = frozenset({".js", ".css", ".svg"})


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is served. `packed` is its gzip form; images are compressed already and have none."""

    media: str
    body: bytes
    packed: bytes | None


@dataclass(frozen=True, slots=True)
class AssetSet:
    """All assets of this version. `digest` is part of every URL, so that browsers may keep them for ever."""

    digest: str
    assets: dict[str, Asset]


@cache
def asset_set() -> AssetSet:
    """Read all assets. Raises StartError if a package is not installed."""
    files = {str(path.relative_to(STATIC).as_posix()): path for path in STATIC.rglob("*") if path.is_file()}
    files |= {name: _file_of(*source) for name, source in PACKAGED.items()}
    assets = {name: _read(path) for name, path in sorted(files.items())}
    digest = blake2b(digest_size=8)
    for name, asset in assets.items():
        digest.update(name.encode() + b"\0" + asset.body)
    return AssetSet(digest.hexdigest(), assets)


def find_asset(name: str) -> Asset:
    """Return the asset of this name. Raises NotFound."""
    found = asset_set().assets.get(name)
    if found is None:
        raise NotFound("asset")
    return found


def asset_url(name: str) -> str:
    """Return the URL of an asset, which changes whenever any asset does. Raises NotFound."""
    find_asset(name)
    return f"/app/assets/{asset_set().digest}/{name}"


@cache
def icon(name: str) -> Markup:
    """Return an icon of the set Lucide as inline SVG, hidden from screen readers. Raises KeyError."""
    with zipfile.ZipFile(io.BytesIO(_icon_file())) as icons:
        source = icons.read(f"{name}.svg").decode()
    inner = source.partition(">")[2].rpartition("</svg>")[0]
    shapes = " ".join(inner.split()).replace("> <", "><")
    return Markup(f'<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{shapes}</svg>')  # noqa: S704 - from a pinned package


@cache
def _icon_file() -> bytes:
    return _file_of(*_ICONS).read_bytes()


def _file_of(package: str, path: str) -> Path:
    try:
        return Path(str(distribution(package).locate_file(path)))
    except PackageNotFoundError:
        raise StartError(
            f"the package {package} of the console is not installed; "
            "run `make runtime`, or install requirements-console.lock with --no-deps"
        ) from None


def _read(path: Path) -> Asset:
    body = path.read_bytes()
    media = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if path.suffix == ".js":
        media = "text/javascript"
    is_text = path.suffix in _TEXT
    return Asset(
        f"{media}; charset=utf-8" if is_text else media, body, gzip.compress(body, 9, mtime=0) if is_text else None
    )
