"""Permitted times: whether a moment is permitted, the next one that is, and the end of the period. Pure functions.

Times are exact across changes of daylight-saving time: the rules are about local clock times, and every local day may
have 23, 24 or 25 hours.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from backend.app.core_gov.comms.gate.candidates import Candidate
from backend.app.core_gov.comms.gate.rules import CLOSED, DAY_MINUTES, CapRule, DayHours, HoursRule, RuleOrigin

HORIZON = timedelta(days=14)
"""Time ahead in which to look for a permitted moment."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LocalHours:
    """Hours of a rule in one time zone. `free_until`: before it, the rule does not bind."""

    rule: HoursRule
    place: Candidate
    free_until: datetime | None = None

    @property
    def origin(self) -> RuleOrigin:
        return self.rule.origin

    def permits(self, moment: datetime) -> bool:
        if self.free_until is not None and moment < self.free_until:
            return True
        local = moment.astimezone(self.place.zone)
        hours = self.on(local.date())
        second = local.hour * 3600 + local.minute * 60 + local.second
        return hours.start * 60 <= second < hours.end * 60

    def on(self, day: date) -> DayHours:
        """Return the hours of a local day."""
        if self.rule.closed_on_holidays and holiday(self.place.country, self.place.region, day):
            return CLOSED
        return self.rule.on(day.weekday())

    def edges(self, start: datetime, end: datetime) -> Iterator[datetime]:
        """Yield all moments between the two at which the answer may change, and possibly others."""
        zone = self.place.zone
        if self.free_until is not None:
            yield self.free_until
        repeats = _offset(zone, start - _DAY) != _offset(zone, end)
        day, last = start.astimezone(zone).date(), end.astimezone(zone).date()
        while day <= last:
            hours = self.on(day)
            for minute in {0, hours.start, hours.end % DAY_MINUTES}:
                local = datetime.combine(day, time(minute // 60, minute % 60), zone)
                yield local.astimezone(UTC)
                if repeats:
                    yield local.replace(fold=1).astimezone(UTC)
            day += _DAY
        yield from _changes(zone, start, end)


@dataclass(frozen=True, slots=True)
class ReachedCap:
    """A cap that is reached until a time. `free_until`: before it, the rule does not bind."""

    rule: CapRule
    until: datetime
    free_until: datetime | None = None

    @property
    def origin(self) -> RuleOrigin:
        return self.rule.origin

    def permits(self, moment: datetime) -> bool:
        return moment >= self.until or (self.free_until is not None and moment < self.free_until)

    def edges(self, start: datetime, end: datetime) -> Iterator[datetime]:
        if start <= self.until <= end:
            yield self.until
        if self.free_until is not None:
            yield self.free_until


Limit = LocalHours | ReachedCap
"""A rule that permits some times and not others."""


def permitted(limits: Sequence[Limit], moment: datetime) -> bool:
    """Return whether all limits permit the moment."""
    return all(limit.permits(moment) for limit in limits)


def next_permitted(limits: Sequence[Limit], moment: datetime) -> datetime | None:
    """Return the first permitted time, the moment itself included; None if there is none within `HORIZON`."""
    if permitted(limits, moment):
        return moment
    return next((edge for edge in _edges(limits, moment, HORIZON) if permitted(limits, edge)), None)


def end_of_permitted(limits: Sequence[Limit], moment: datetime) -> datetime | None:
    """Return when a permitted moment's period ends; None if it lasts for more than a day."""
    return next((edge for edge in _edges(limits, moment, _DAY) if not permitted(limits, edge)), None)


def _edges(limits: Sequence[Limit], moment: datetime, span: timedelta) -> Iterator[datetime]:
    """Yield the edges of all limits after the moment, in order."""
    start, last = moment, moment + span
    while start < last:
        end = min(start + _DAY, last)
        found = {edge for limit in limits for edge in limit.edges(start, end)}
        yield from sorted(edge for edge in found if start < edge <= end)
        start = end


def _changes(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[datetime]:
    """Yield the change of a zone's offset between two times less than two days apart, to the second."""
    old = _offset(zone, start)
    if old == _offset(zone, end):
        return
    before, after = int(start.timestamp()), int(end.timestamp()) + 1
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(zone, datetime.fromtimestamp(middle, UTC)) == old:
            before = middle
        else:
            after = middle
    yield datetime.fromtimestamp(after, UTC)


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta | None:
    return moment.astimezone(zone).utcoffset()


@lru_cache(maxsize=1_000)
def _holidays(country: str, region: str | None, year: int) -> frozenset[date]:
    import holidays

    return frozenset(holidays.country_holidays(country, subdiv=region, years=year))


def holiday(country: str, region: str | None, day: date) -> bool:
    """Return whether a day is a public holiday of the country or its region."""
    return day in _holidays(country, region, day.year)
