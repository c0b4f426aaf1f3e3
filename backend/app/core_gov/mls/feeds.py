"""Feed definitions in `feeds.toml`, one table per feed. Each mistake is reported in one sentence.

The file holds no secrets, only the paths of secret files. Those must be outside the data directory, which is
copied and archived.
"""

import ipaddress
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator

from backend.app.core_gov.market.schemas import Country, Currency, MarketName
from backend.app.core_gov.mls.odata import all_of, text_literal
from backend.app.core_gov.mls.profiles import PROFILES, Profile
from backend.app.kit.data_files.toml_file import read_toml
from backend.app.kit.errors import BadInput, NotFound
from backend.app.kit.fields import Fields, NonBlank, faults_of
from backend.app.kit.http_client.secret_file import secret_path

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}", re.ASCII)
_RESOURCE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}", re.ASCII)

Printable = Annotated[NonBlank, Field(max_length=2000)]


def _address(url: str) -> str:
    """Validate the root URL of a service: https, or http on this machine, with only host, port and path."""
    if not url.isprintable() or " " in url:
        raise ValueError("is not a URL; write it like https://api.example.com/odata")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError("is not a URL; write it like https://api.example.com/odata") from None
    if parts.scheme not in {"https", "http"} or not host:
        raise ValueError("is not a URL; write it like https://api.example.com/odata")
    if parts.username is not None or parts.password is not None:
        raise ValueError("must not contain a user name or password; put the credential files under auth")
    if parts.query or parts.fragment:
        raise ValueError("must not have a query or fragment; put conditions into filter")
    if parts.scheme == "http" and not is_loopback(host):
        raise ValueError("must start with https:// (http is allowed on this machine only)")
    return url.rstrip("/")


def is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Auth(Fields):
    """A bearer token in a file, or the OAuth 2 client credentials."""

    token_file: NonBlank | None = None
    token_url: str | None = None
    client_id: Printable | None = None
    client_secret_file: NonBlank | None = None
    scope: Printable | None = None

    @field_validator("token_url")
    @classmethod
    def _token_url(cls, url: str | None) -> str | None:
        return None if url is None else _address(url)

    @model_validator(mode="after")
    def _one_way(self) -> "Auth":
        parts = {
            "token_url": self.token_url,
            "client_id": self.client_id,
            "client_secret_file": self.client_secret_file,
        }
        given = [name for name, value in {**parts, "scope": self.scope}.items() if value is not None]
        missing = [name for name, value in parts.items() if value is None]
        if self.token_file is not None and given:
            raise ValueError(f"has both token_file and {given[0]}; use one of the two")
        if self.token_file is None and missing:
            wanted = "token_file, or token_url, client_id and client_secret_file"
            raise ValueError(f"needs {missing[0]}" if given else f"needs {wanted}")
        return self


class FeedTable(Fields):
    """A feed as written in the file."""

    market: MarketName
    profile: Literal["generic", "crea-ddf", "mls-grid", "bridge"]
    url: str
    auth: Auth
    country: Country | None = None
    currency: Currency | None = None
    originating_system: Annotated[NonBlank, Field(max_length=255)] | None = None
    filter: Printable | None = None
    resource: str = "Property"
    page_size: int | None = Field(default=None, ge=1)
    compare_every_hours: int | None = Field(default=None, ge=0, le=8760)
    overlap_minutes: int = Field(default=5, ge=0, le=1440)
    events: bool = False
    requests_per_second: int | None = Field(default=None, ge=1, le=100)

    @field_validator("url")
    @classmethod
    def _url(cls, url: str) -> str:
        return _address(url)

    @field_validator("resource")
    @classmethod
    def _resource(cls, name: str) -> str:
        if not _RESOURCE.fullmatch(name):
            raise ValueError("must be the name of a resource, such as Property")
        return name

    @field_validator("filter", "originating_system")
    @classmethod
    def _one_line(cls, text: str | None) -> str | None:
        if text is not None and not text.isprintable():
            raise ValueError("must be one line of printable text")
        return text

    @model_validator(mode="after")
    def _fits_profile(self) -> "FeedTable":
        profile = PROFILES[self.profile]
        if self.url.endswith(f"/{self.resource}"):
            raise ValueError(f"has /{self.resource} at the end of its url; remove it")
        if self.page_size is not None and self.page_size > profile.max_page_size:
            raise ValueError(f"has page_size {self.page_size}; {profile.name} allows at most {profile.max_page_size}")
        if profile.name == "mls-grid" and not (
            self.originating_system or "OriginatingSystemName" in (self.filter or "")
        ):
            raise ValueError("needs originating_system: MLS Grid accepts one per request")
        if self.events and profile.name != "generic":
            raise ValueError(f"has events = true, which {profile.name} does not support")
        return self


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed with its profile and the absolute paths of its credential files."""

    name: str
    table: FeedTable
    profile: Profile
    token_file: Path | None
    client_secret_file: Path | None

    @property
    def host(self) -> str:
        return urlsplit(self.table.url).netloc.lower()

    @property
    def source(self) -> str:
        """Source under which the sales of this feed are stored."""
        return f"mls:{self.name}"

    @property
    def page_size(self) -> int:
        return self.table.page_size or self.profile.page_size

    @property
    def compare_hours(self) -> int:
        hours = self.table.compare_every_hours
        return self.profile.compare_hours if hours is None else hours

    @property
    def condition(self) -> str | None:
        """Filter condition from the file that every request includes."""
        system = self.table.originating_system
        return all_of(f"OriginatingSystemName eq {text_literal(system)}" if system else None, self.table.filter)

    @property
    def fingerprint(self) -> str:
        """Hash of the settings that select the records. If it changes, the feed is read from the beginning."""
        selection = (self.table.market, self.profile.name, self.table.url, self.table.resource, self.condition)
        return sha256(repr(selection).encode()).hexdigest()[:16]


def read_feeds(path: Path, data_dir: Path) -> dict[str, Feed]:
    """Return all feeds of the file by name. Raises BadInput, or NotFound if there is no file."""
    return {name: _feed(path, data_dir, name, found) for name, found in _tables(path).items()}


def find_feed(path: Path, data_dir: Path, name: str) -> Feed:
    """Return one feed, even if others in the file are invalid. Raises BadInput or NotFound."""
    tables = _tables(path)
    if name not in tables:
        known = ", ".join(sorted(tables)) or "none"
        raise BadInput(f"{path} has no feed {name!a}; it has {known}")
    return _feed(path, data_dir, name, tables[name])


def feeds_of_market(path: Path, market: str) -> list[str]:
    """Return the names of the feeds of a market, valid or not; none if there is no file. Raises BadInput."""
    try:
        tables = _tables(path)
    except NotFound:
        return []
    return sorted(name for name, found in tables.items() if isinstance(found, dict) and found.get("market") == market)


def _tables(path: Path) -> dict[str, Any]:
    try:
        return read_toml(path, "list of feeds")
    except FileNotFoundError:
        raise NotFound(f"the feeds file {path}") from None


def _feed(path: Path, data_dir: Path, name: str, found: object) -> Feed:
    if not isinstance(found, dict):
        raise BadInput(f"{path}: {ascii(name)[1:-1]} is outside a feed; start each feed with its name, like [my-mls]")
    if not _NAME.fullmatch(name):
        raise BadInput(f"{path}: {name!a} is not a valid feed name; use lowercase letters, digits and hyphens")
    try:
        table = FeedTable.model_validate(found)
    except ValidationError as error:
        raise BadInput(f"{path}: {_sentence(error, name)}") from None
    auth, beside = table.auth, path.absolute().parent
    return Feed(
        name,
        table,
        PROFILES[table.profile],
        secret_path(auth.token_file, beside, data_dir, f"{path}: {name}.auth.token_file"),
        secret_path(auth.client_secret_file, beside, data_dir, f"{path}: {name}.auth.client_secret_file"),
    )


def _sentence(error: ValidationError, name: str) -> str:
    """Return the first fault, with the feed's name in place of the body."""
    fault = faults_of(error, f"{name}.")[0].message
    return fault.replace("the body", name, 1).replace("a JSON object", "a table")
