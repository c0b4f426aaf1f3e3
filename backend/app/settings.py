"""The only reader of the environment: every setting, typed, with its default and its reason.

Each is set by an environment variable `VALHALLA_` + its name in capitals. A variable that is misspelt or holds a
wrong value stops the start with one line.
"""

import ipaddress
import os
import re
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from backend.app.kit.errors import StartError
from backend.app.kit.log import LogFormat

PREFIX = "VALHALLA_"
_RATE = re.compile(r"(\d{1,9})/(second|minute|hour)")
_SECONDS = {"second": 1, "minute": 60, "hour": 3600}

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Settings(BaseSettings):
    """All settings of the service."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    data_dir: Path = Field(
        default=Path(__file__).parents[1] / "data",
        description="Where the SQLite database and the JSON files live",
    )
    database_url: str | None = Field(
        default=None, description="`postgresql://…`; SQLite in the data directory when it is not set"
    )
    host: str = Field(default="127.0.0.1", description="The address that `valhalla serve` listens on")
    port: int = Field(default=8000, ge=0, le=65535, description="The port that `valhalla serve` listens on")
    pool_size: int = Field(default=8, ge=1, le=100, description="Connections to PostgreSQL per process")
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Names besides loopback that may stand in the Host header, separated by commas",
    )
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Web origins (`https://app.example.com`) whose pages may call the API"
    )
    trusted_proxies: Annotated[tuple[Network, ...], NoDecode] = Field(
        default=(), description="Addresses or networks of proxies whose X-Forwarded-For is believed"
    )
    rate_limit: str = Field(
        default="6000/minute",
        description="Requests per client that is not on loopback: `N/second|minute|hour`, or `off`",
    )
    rate_limit_loopback: str = Field(
        default="off", description="The same for clients on loopback, who are this machine's own users"
    )
    mirror_share: float = Field(
        default=0.03,
        gt=0,
        le=1,
        description="Share of a core that rewriting the JSON files may take under load",
    )
    mirror_max_lag_s: float = Field(
        default=120.0,
        gt=0,
        description="`/readyz` fails when the JSON files are further behind than this (seconds)",
    )
    log_level: str = Field(
        default="info", pattern="^(debug|info|warning|error)$", description="debug, info, warning or error"
    )
    log_format: LogFormat = Field(default="auto", description="json, text, or auto: text at a terminal")

    @field_validator("allowed_hosts", "allowed_origins", "trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("rate_limit", "rate_limit_loopback")
    @classmethod
    def _rate(cls, value: str) -> str:
        if value != "off" and not _RATE.fullmatch(value):
            raise ValueError("write it as 6000/minute, 100/second, 100000/hour or off")
        return value

    @field_validator("database_url")
    @classmethod
    def _url(cls, value: str | None) -> str | None:
        if not value:
            return None
        if not value.startswith(("postgresql://", "postgres://", "postgresql+psycopg://")):
            raise ValueError("write it as postgresql://user:password@host:5432/database")
        return "postgresql://" + value.split("://", 1)[1]

    @property
    def sqlite_path(self) -> Path:
        return self.data_dir / "valhalla.db"

    @property
    def data_dir_absolute(self) -> Path:
        return self.data_dir.absolute()


def parse_rate(rate: str) -> tuple[int, float] | None:
    """How many requests in how many seconds; None is without a limit."""
    if rate == "off":
        return None
    match = _RATE.fullmatch(rate)
    assert match is not None
    return int(match[1]), float(_SECONDS[match[2]])


def load_settings() -> Settings:
    """Reads the environment; raises StartError with one line that says what to mend."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    unknown = sorted(name for name in os.environ if name.upper().startswith(PREFIX) and name.upper() not in known)
    if unknown:
        raise StartError(f"{unknown[0]} is not a setting; the settings are {', '.join(sorted(known))}")
    try:
        return Settings()
    except ValidationError as error:
        fault = error.errors()[0]
        name = PREFIX + str(fault["loc"][0]).upper()
        reason = fault["msg"].removeprefix("Value error, ")
        raise StartError(f"{name} is wrong: {reason}") from None
