"""Settings with types, defaults and descriptions. The only module that reads the environment.

Each setting is the environment variable `VALHALLA_` plus its name in capitals. An unknown variable or an invalid value
stops the start with one line. An empty variable counts as unset.
"""

import ipaddress
import os
import re
from datetime import tzinfo
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from backend.app.kit.errors import StartError
from backend.app.kit.log import LogFormat
from backend.app.kit.network_names import (
    HOST_NAME,
    TILES,
    is_address,
    parse_host,
    parse_network,
    parse_origin,
    parse_tiles,
)
from backend.app.kit.text import shorten

PREFIX = "VALHALLA_"
_RATE = re.compile(r"([1-9]\d{0,8})/(second|minute|hour)", re.ASCII)
_SECONDS = {"second": 1, "minute": 60, "hour": 3600}
_ROLES = ("viewer", "operator", "admin")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Names = Annotated[tuple[str, ...], NoDecode]


class Settings(BaseSettings):
    """All settings of the service."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    data_dir: Path = Field(
        default=Path(__file__).parents[1] / "data",
        description="Directory of the SQLite database and the JSON files",
    )
    # No repr: logs and stack traces must not show the password.
    database_url: str | None = Field(
        default=None,
        repr=False,
        description="`postgresql://…`; if not set, SQLite in the data directory",
    )
    host: str = Field(default="127.0.0.1", description="Address that `valhalla serve` listens on")
    port: int = Field(default=8000, ge=0, le=65535, description="Port that `valhalla serve` listens on")
    pool_size: int = Field(
        default=2,
        ge=1,
        le=100,
        description="Threads per process that read from PostgreSQL, each with a connection; one more thread writes",
    )
    allowed_hosts: Names = Field(
        default=(),
        description="Names besides loopback that are allowed in the Host header, separated by commas",
    )
    allowed_origins: Names = Field(
        default=(),
        description="Web origins (`https://app.example.com`) whose pages may call the API, with the rights of the "
        "person who views them; on this machine, those of its user",
    )
    trusted_proxies: Annotated[tuple[Network, ...], NoDecode] = Field(
        default=(),
        description="Addresses or networks of proxies whose X-Forwarded-For is trusted; clients behind them need a "
        "token, even from loopback",
    )
    public_url: str | None = Field(
        default=None,
        description="Address under which people open the console, such as `https://office.example.com`, for links that "
        "commands print; default: this machine and the port",
    )
    loopback: Literal["open", "login"] = Field(
        default="open",
        description="`open`: whoever can use this machine needs neither password nor token; `login`: on a machine that "
        "several people use, everyone signs in",
    )
    session_idle_hours: float = Field(
        default=12,
        gt=0,
        le=24 * 30,
        allow_inf_nan=False,
        description="Hours without a request after which people sign in again",
    )
    session_days: float = Field(
        default=7, gt=0, le=90, allow_inf_nan=False, description="Days after which people sign in again in any case"
    )
    passwords: bool = Field(
        default=True,
        description="Whether people can sign in with a password; turn it off if all use single sign-on",
    )
    second_factor_roles: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Roles that need a second factor, separated by commas: `viewer`, `operator`, `admin`",
    )
    rate_limit: str = Field(
        default="6000/minute",
        description="Limit of requests per client that is not on loopback: `N/second|minute|hour`, or `off`",
    )
    rate_limit_loopback: str = Field(
        default="off", description="Limit of requests per client on loopback, that is, per user of this machine"
    )
    mirror: bool | None = Field(
        default=None,
        description="Whether records are also written to JSON files; `off` for those who must not have plain text "
        "beside the database; default: as the data directory was left, on in a new one",
    )
    mirror_share: float = Field(
        default=0.03,
        gt=0,
        le=1,
        allow_inf_nan=False,
        description="Share of a core that writing the JSON files may use under load",
    )
    mirror_max_lag_s: float = Field(
        default=120.0,
        gt=0,
        allow_inf_nan=False,
        description="`/readyz` fails if the JSON files lag by more than this (seconds)",
    )
    jobs: bool = Field(
        default=True,
        description="Whether `valhalla serve` also runs the background jobs; `valhalla work` always does",
    )
    lease_s: float = Field(
        default=30.0,
        ge=1,
        le=600,
        allow_inf_nan=False,
        description="A process that has not renewed its lease for this long is considered dead, and others take over "
        "its jobs (seconds)",
    )
    feeds_file: Path | None = Field(
        default=None, description="File that defines the MLS feeds; default: `feeds.toml` in the data directory"
    )
    providers_file: Path | None = Field(
        default=None,
        description="File that defines the providers of single sign-on; default: `providers.toml` in the data "
        "directory",
    )
    senders_file: Path | None = Field(
        default=None,
        description="File that defines the senders of messages; default: `senders.toml` in the data directory",
    )
    separate_review: bool = Field(
        default=False,
        description="Require someone other than the author to mark a draft as ready",
    )
    undo_s: float = Field(
        default=10.0,
        ge=0,
        le=3_600,
        allow_inf_nan=False,
        description="Seconds in which sending a message can be undone before it leaves",
    )
    time_zone: str | None = Field(
        default=None,
        description='IANA time zone of the company, such as America/Vancouver: its day is "today" in all dates; '
        "default: the zone of this system",
    )
    map_tiles: str | None = Field(
        default=None,
        description="URL template of the tiles of maps, such as `https://tiles.example.com/{z}/{x}/{y}.png`; without "
        "it, pages load nothing from other hosts",
    )
    map_attribution: str | None = Field(
        default=None,
        validate_default=True,
        description="Text that the license of the tiles requires beside each map; needed with map_tiles",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="debug, info, warning or error"
    )
    log_format: LogFormat = Field(default="auto", description="json, text, or auto: text on a terminal, else json")

    @field_validator("data_dir", "feeds_file", "providers_file", "senders_file")
    @classmethod
    def _home(cls, value: Path | None) -> Path | None:
        try:
            return value.expanduser() if value else None
        except RuntimeError:
            raise ValueError("it names the home directory of an unknown user; write the full path") from None

    @field_validator("host")
    @classmethod
    def _host(cls, value: str) -> str:
        name = value.strip().lower()
        if not (HOST_NAME.fullmatch(name) or is_address(name)):
            raise ValueError("write one address or name, such as 127.0.0.1, 0.0.0.0 or ::1")
        return name

    @field_validator("allowed_hosts", "allowed_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return _parts(value)

    @field_validator("allowed_hosts")
    @classmethod
    def _hosts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(parse_host(name) for name in value)

    @field_validator("allowed_origins")
    @classmethod
    def _origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(parse_origin(text) for text in value)

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _proxies(cls, value: object) -> object:
        parts = _parts(value)
        return tuple(parse_network(part) for part in parts) if isinstance(parts, tuple | list) else parts

    @field_validator("public_url")
    @classmethod
    def _public_url(cls, value: str | None) -> str | None:
        return parse_origin(value.strip()) if value else None

    @field_validator("second_factor_roles", mode="before")
    @classmethod
    def _roles(cls, value: object) -> object:
        parts = _parts(value)
        for name in parts if isinstance(parts, tuple) else ():
            if name not in _ROLES:
                raise ValueError(f"{shorten(name)} is not a role; the roles are {', '.join(_ROLES)}")
        return parts

    @field_validator("rate_limit", "rate_limit_loopback")
    @classmethod
    def _rate(cls, value: str) -> str:
        if value != "off" and not _RATE.fullmatch(value):
            raise ValueError("write it as 6000/minute, 100/second, 100000/hour or off")
        return value

    @field_validator("log_level", "log_format", mode="before")
    @classmethod
    def _lower(cls, value: object) -> object:
        return value.strip().lower() if isinstance(value, str) else value

    @field_validator("database_url")
    @classmethod
    def _url(cls, value: str | None) -> str | None:
        return _database_url(value) if value else None

    @field_validator("time_zone")
    @classmethod
    def _time_zone(cls, value: str | None) -> str | None:
        return _zone_key(value) if value else None

    @field_validator("map_tiles")
    @classmethod
    def _tiles(cls, value: str | None) -> str | None:
        return parse_tiles(value.strip()) if value else None

    @field_validator("map_attribution")
    @classmethod
    def _attribution(cls, value: str | None, info: ValidationInfo) -> str | None:
        text = " ".join((value or "").split())
        if len(text) > 200 or not text.isprintable():
            raise ValueError("write it as plain text of at most 200 characters, like © OpenStreetMap contributors")
        if not text and info.data.get("map_tiles"):
            raise ValueError("VALHALLA_MAP_TILES needs it; write what the license of the tiles asks for")
        return text or None

    @property
    def map_tile_origin(self) -> str | None:
        """Scheme, host and port that tiles are loaded from."""
        found = TILES.fullmatch(self.map_tiles or "")
        return found and found[1]

    @property
    def zone(self) -> tzinfo | None:
        """Time zone of the company; None for the zone of this system.

        TZ is looked up here first, because the C library ignores it on a system without a zone database.
        """
        if self.time_zone:
            return ZoneInfo(self.time_zone)
        return _known_zone(os.environ.get("TZ", "").removeprefix(":"))

    @property
    def sqlite_path(self) -> Path:
        return self.data_dir / "valhalla.db"

    @property
    def data_dir_absolute(self) -> Path:
        return self.data_dir.absolute()


def parse_rate(rate: str) -> tuple[int, float] | None:
    """Return the number of requests and the seconds they are counted over, or None for no limit."""
    if rate == "off":
        return None
    match = _RATE.fullmatch(rate)
    assert match is not None
    return int(match[1]), float(_SECONDS[match[2]])


def load_settings() -> Settings:
    """Read the environment. Raises StartError with one line that says what to correct."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    unknown = sorted(name for name in os.environ if name.upper().startswith(PREFIX) and name.upper() not in known)
    if unknown:
        raise StartError(f"{shorten(unknown[0])} is not a setting; the settings are {', '.join(sorted(known))}")
    try:
        return Settings()
    except ValidationError as error:
        raise StartError("; ".join(_faults(error))) from None


def _faults(error: ValidationError) -> list[str]:
    """Return one sentence per invalid setting. It contains the value only if our own message quotes it."""
    reasons: dict[str, str] = {}
    for fault in error.errors(include_input=False, include_url=False, include_context=False):
        name = PREFIX + str(fault["loc"][0]).upper()
        reasons.setdefault(name, fault["msg"].removeprefix("Value error, "))
    return [f"{name} is wrong: {reason}" for name, reason in reasons.items()]


def _parts(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _database_url(url: str) -> str:
    """Return the URL in the form that the driver expects.

    A malformed URL is refused here, without quoting it. The driver would quote the part that it cannot parse, which
    is a piece of the password if that contains an `@` or a `/`.
    """
    scheme, _, rest = url.partition("://")
    if scheme not in {"postgresql", "postgres", "postgresql+psycopg"}:
        raise ValueError("write it as postgresql://user:password@host:5432/database")
    path, _, query = rest.partition("?")
    authority, _, database = path.partition("/")
    user, _, hosts = authority.rpartition("@")
    valid = (
        not re.search(r"[\s\x00-\x1f\x7f]", url)
        and "@" not in user + database
        and not re.search(r"%(?![0-9A-Fa-f]{2})|%00", rest)
        and all(re.fullmatch(r"(\[[^\[\]]*\]|[^:\[\]]*)(:\d*)?", host) for host in hosts.split(","))
        and all(re.fullmatch(r"\w+=[^=]*", part) for part in query.split("&") if part)
    )
    if not valid:
        raise ValueError(
            "it cannot be parsed; in user, password and parameters write @ : / ? # % = & and spaces as "
            "%40 %3A %2F %3F %23 %25 %3D %26 %20"
        )
    return f"postgresql://{rest}"


def _zone_key(text: str) -> str:
    """Return the name of a time zone as the IANA database spells it."""
    name = text.strip().replace(" ", "_")
    if _known_zone(name) is None:
        name = next((key for key in sorted(available_timezones()) if key.casefold() == name.casefold()), "")
    if not name:
        raise ValueError(
            f"{shorten(text)} is not a time zone; write its IANA name, like America/Vancouver or America/Toronto"
        )
    return name


def _known_zone(key: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(key) if key else None
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder
        return None
