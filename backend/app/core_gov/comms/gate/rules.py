"""Rules of the send gate, read from the TOML files of this package. Pure functions.

A rule pack holds the rules of the United States and Canada and those for everyone. Each rule names its source, what it
rests on, and when a person last reviewed it.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from backend.app.core_gov.comms.gate.request import PURPOSES, Purpose
from backend.app.kit.errors import BadInput
from backend.app.kit.text import shorten

Basis = Literal["primary", "secondary", "company"]
DAY_MINUTES = 24 * 60
DAYS = ("weekdays", "saturday", "sunday")
_WEEK = (0, 0, 0, 0, 0, 1, 2)
"""Index in DAYS of each day from Monday."""

_HOURS = re.compile(r"([0-9]{2}):([0-5][0-9])-([0-9]{2}):([0-5][0-9])", re.ASCII)
_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class RuleOrigin:
    """Name and source of a rule."""

    name: str
    source: str
    basis: Basis
    reviewed: date


@dataclass(frozen=True, slots=True)
class RuleScope:
    """Messages that a rule covers. No regions: the whole country."""

    country: str
    channels: frozenset[str]
    purposes: frozenset[str]
    regions: frozenset[str] = frozenset()

    def covers(self, channel: str, purpose: str) -> bool:
        return channel in self.channels and purpose in self.purposes

    def includes(self, country: str, region: str | None) -> bool:
        return country == self.country and (not self.regions or region in self.regions)


@dataclass(frozen=True, slots=True)
class DayHours:
    """Permitted minutes of a day, from the first to before the last; equal ones permit nothing."""

    start: int
    end: int

    def __str__(self) -> str:
        if self.start >= self.end:
            return "closed"
        return f"{self.start // 60:02}:{self.start % 60:02}-{self.end // 60:02}:{self.end % 60:02}"

    def within(self, other: "DayHours") -> "DayHours":
        """Return the minutes that both permit."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return DayHours(start, end) if start < end else CLOSED


CLOSED = DayHours(0, 0)


@dataclass(frozen=True, slots=True)
class HoursRule:
    """Permitted local hours. A reply is free for `reply_hours` after the recipient's last message."""

    origin: RuleOrigin
    scope: RuleScope
    days: tuple[DayHours, DayHours, DayHours]
    """Weekdays, Saturday, Sunday."""

    closed_on_holidays: bool = False
    reply_hours: int = 0

    def on(self, weekday: int) -> DayHours:
        """Return the hours of a day, 0 for Monday."""
        return self.days[_WEEK[weekday]]


@dataclass(frozen=True, slots=True)
class CapRule:
    """Most messages to a recipient in a period."""

    origin: RuleOrigin
    scope: RuleScope
    most: int
    hours: int


@dataclass(frozen=True, slots=True)
class ConsentRule:
    """Messages that need consent."""

    origin: RuleOrigin
    scope: RuleScope


@dataclass(frozen=True, slots=True)
class IdentityRule:
    """Messages that must name the sender: every one, or the first to a recipient."""

    origin: RuleOrigin
    scope: RuleScope
    every: bool


@dataclass(frozen=True, slots=True)
class RulePack:
    """All rules of the gate."""

    hours: tuple[HoursRule, ...]
    caps: tuple[CapRule, ...]
    consents: tuple[ConsentRule, ...]
    identities: tuple[IdentityRule, ...]
    everywhere: Mapping[str, RuleOrigin]
    """Rules without data, by name."""

    inbound_minutes: int
    confirmation_minutes: int


@cache
def shipped_rules() -> RulePack:
    """Return the rule pack of this version."""
    return parse_rules(_table("everywhere.toml"), [_table("us.toml"), _table("ca.toml")])


def _table(name: str) -> dict[str, Any]:
    with (_FOLDER / name).open("rb") as file:
        return tomllib.load(file)


def parse_rules(everywhere: Mapping[str, Any], countries: list[dict[str, Any]]) -> RulePack:
    """Return the rule pack of parsed files."""
    reviewed = everywhere["reviewed"]
    fixed = {name: RuleOrigin(name, text, "company", reviewed) for name, text in everywhere["sources"].items()}
    tables = [(pack["country"], kind, table) for pack in countries for kind in _KINDS for table in pack.get(kind, ())]

    def each(kind: str) -> list[tuple[RuleOrigin, RuleScope, dict[str, Any]]]:
        return [(_origin(table), _scope(country, table), table) for country, of, table in tables if of == kind]

    return RulePack(
        hours=tuple(_hours_rule(*parts) for parts in each("hours")),
        caps=tuple(CapRule(origin, scope, table["most"], table["hours"]) for origin, scope, table in each("cap")),
        consents=tuple(ConsentRule(origin, scope) for origin, scope, _ in each("consent")),
        identities=tuple(
            IdentityRule(origin, scope, table["when"] == "every") for origin, scope, table in each("identity")
        ),
        everywhere=fixed,
        inbound_minutes=everywhere["inbound_minutes"],
        confirmation_minutes=everywhere["confirmation_minutes"],
    )


_KINDS = ("hours", "cap", "consent", "identity")


def _origin(table: dict[str, Any]) -> RuleOrigin:
    return RuleOrigin(table["name"], table["source"], table["basis"], table["reviewed"])


def _scope(country: str, table: dict[str, Any]) -> RuleScope:
    regions = frozenset(table.get("regions", ()))
    return RuleScope(country, frozenset(table["channels"]), frozenset(table["purposes"]), regions)


def _hours_rule(origin: RuleOrigin, scope: RuleScope, table: dict[str, Any]) -> HoursRule:
    weekdays, saturday, sunday = (parse_hours(table[day], f"{origin.name}.{day}") for day in DAYS)
    closed = table.get("holidays") == "closed"
    return HoursRule(origin, scope, (weekdays, saturday, sunday), closed, table.get("reply_hours", 0))


def parse_hours(typed: object, where: str) -> DayHours:
    """Return the hours of a text such as "08:00-21:00" or "closed". Raises BadInput with its place."""
    if typed == "closed":
        return CLOSED
    found = _HOURS.fullmatch(typed) if isinstance(typed, str) else None
    if found is not None:
        start, end = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
        if start < end <= DAY_MINUTES:
            return DayHours(start, end)
    raise BadInput(f'{where} is {shorten(repr(typed))}: write hours like "08:00-21:00", or "closed"')


def check_purposes(typed: object, where: str) -> frozenset[Purpose]:
    """Return a list of purposes. Raises BadInput with its place."""
    if isinstance(typed, list) and typed and all(purpose in PURPOSES for purpose in typed):
        return frozenset(typed)
    raise BadInput(f"{where} is {shorten(repr(typed))}: list some of {', '.join(PURPOSES)}")
