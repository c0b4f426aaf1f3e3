"""Rules of the company, which tighten the shipped ones. Pure functions over a parsed TOML file.

    [everywhere]
    inbound_minutes = 10

    [US]
    most_in_24_hours = 2

    [CA-ON]
    weekdays = "10:00-20:00"
    sunday = "closed"
    holidays = "closed"

A table is named after a country or a region. Rules that would permit more than the shipped ones are refused: only a
named override loosens, for a time.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from backend.app.core_gov.comms.gate.candidates import zones_of
from backend.app.core_gov.comms.gate.request import MARKETING, PURPOSES
from backend.app.core_gov.comms.gate.rules import (
    DAY_MINUTES,
    DAYS,
    CapRule,
    DayHours,
    HoursRule,
    RuleOrigin,
    RulePack,
    RuleScope,
    check_purposes,
    parse_hours,
)
from backend.app.core_gov.geography.regions import COUNTRIES
from backend.app.kit.errors import BadInput
from backend.app.kit.text import shorten

_FILE = "company rules"
_CHANNELS = frozenset({"sms", "call"})
_DAY_HOURS = 24
_WHOLE_DAY = DayHours(0, DAY_MINUTES)
_WEEKDAY = (0, 5, 6)
"""A day of the week for each of DAYS."""

_PLACE_KEYS = frozenset({*DAYS, "holidays", "most_in_24_hours", "purposes"})


def tighten(pack: RulePack, tables: Mapping[str, Any], day: date) -> RulePack:
    """Return the pack with the company's rules, which a person reviewed on the day.

    Raises BadInput, naming the rule, if one is unknown, wrong, or permits more than those in force.
    """
    for name, table in tables.items():
        if not isinstance(table, dict):
            raise BadInput(f"{_FILE}: {shorten(name)} is not a table: write [{shorten(name)}] above its rules")
    tightened = _everywhere(pack, tables.get("everywhere", {}))
    for name, table in tables.items():
        if name != "everywhere":
            tightened = _in_place(tightened, name, table, day)
    return tightened


def _everywhere(pack: RulePack, table: dict[str, Any]) -> RulePack:
    _check_keys("everywhere", table, frozenset({"inbound_minutes", "reply_hours"}))
    if "inbound_minutes" in table:
        pack = replace(pack, inbound_minutes=_at_most(table, "everywhere", "inbound_minutes", pack.inbound_minutes))
    if "reply_hours" in table:
        most = max(rule.reply_hours for rule in pack.hours)
        hours = _at_most(table, "everywhere", "reply_hours", most, least=0)
        pack = replace(
            pack, hours=tuple(replace(rule, reply_hours=min(hours, rule.reply_hours)) for rule in pack.hours)
        )
    return pack


def _in_place(pack: RulePack, name: str, table: dict[str, Any], day: date) -> RulePack:
    country, _, region = name.partition("-")
    if country not in COUNTRIES or ("-" in name and not zones_of(country, region)):
        raise BadInput(f"{_FILE}: [{shorten(name)}] is no place: use everywhere, US, CA, or a region such as US-FL")
    _check_keys(name, table, _PLACE_KEYS)
    purposes = check_purposes(table.get("purposes", list(PURPOSES)), f"{_FILE}: {name}.purposes")
    scope = RuleScope(country, _CHANNELS, frozenset(purposes), frozenset({region} if region else ()))
    if {*DAYS, "holidays"} & table.keys():
        pack = replace(pack, hours=(*pack.hours, _hours_rule(name, table, scope, pack, day)))
    if "most_in_24_hours" in table:
        shipped = [rule.most for rule in pack.caps if _covers(rule.scope, scope)]
        most = _at_most(table, name, "most_in_24_hours", min(shipped, default=None))
        marketing = replace(scope, purposes=frozenset(MARKETING))
        pack = replace(pack, caps=(*pack.caps, CapRule(_origin(name, "cap", day), marketing, most, _DAY_HOURS)))
    return pack


def _covers(shipped: RuleScope, scope: RuleScope) -> bool:
    """Return whether a rule of the pack applies everywhere in a place, to some of the messages."""
    region = next(iter(scope.regions), None)
    return shipped.includes(scope.country, region) and bool(shipped.purposes & scope.purposes)


def _origin(name: str, kind: str, day: date) -> RuleOrigin:
    return RuleOrigin(f"company_{name.lower().replace('-', '_')}_{kind}", f"{_FILE}, [{name}]", "company", day)


def _hours_rule(name: str, table: dict[str, Any], scope: RuleScope, pack: RulePack, day: date) -> HoursRule:
    bounds = [rule for rule in pack.hours if _covers(rule.scope, scope)]
    days = [_day_hours(name, table, index, bounds) for index in range(len(DAYS))]
    closed = _closed_on_holidays(name, table, bounds)
    reply_hours = max(rule.reply_hours for rule in pack.hours)
    return HoursRule(_origin(name, "hours", day), scope, (days[0], days[1], days[2]), closed, reply_hours)


def _day_hours(name: str, table: dict[str, Any], index: int, bounds: list[HoursRule]) -> DayHours:
    """Return the company's hours of a kind of day, the whole day if it has none."""
    key = DAYS[index]
    if key not in table:
        return _WHOLE_DAY
    hours = parse_hours(table[key], f"{_FILE}: {name}.{key}")
    for rule in bounds:
        permitted = rule.on(_WEEKDAY[index])
        if hours.within(permitted) != hours:
            raise BadInput(
                f"{_FILE}: {name}.{key} {hours} permits more than {permitted} of {rule.origin.name} "
                f"({rule.origin.source}): write hours within these, or use an override for a time"
            )
    return hours


def _closed_on_holidays(name: str, table: dict[str, Any], bounds: list[HoursRule]) -> bool:
    typed = table.get("holidays")
    if typed not in {None, "closed", "open"}:
        raise BadInput(f'{_FILE}: {name}.holidays is {shorten(repr(typed))}: write "closed" or "open"')
    closing = next((rule for rule in bounds if rule.closed_on_holidays), None)
    if typed == "open" and closing is not None:
        raise BadInput(
            f'{_FILE}: {name}.holidays "open" permits more than {closing.origin.name} ({closing.origin.source}), '
            'which permits nothing on holidays: write "closed"'
        )
    return bool(typed == "closed")


def _at_most(table: dict[str, Any], name: str, key: str, most: int | None, least: int = 1) -> int:
    number = table[key]
    if type(number) is not int or number < least:
        raise BadInput(f"{_FILE}: {name}.{key} is {shorten(repr(number))}: write a whole number from {least}")
    if most is not None and number > most:
        raise BadInput(
            f"{_FILE}: {name}.{key} {number} permits more than the rule in force, {most}: write at most {most}"
        )
    return number


def _check_keys(name: str, table: dict[str, Any], known: frozenset[str]) -> None:
    for key in table:
        if key not in known:
            raise BadInput(f"{_FILE}: {name}.{shorten(key)} is unknown: use {', '.join(sorted(known))}")
