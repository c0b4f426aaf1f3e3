"""Limits of time for one message: the hours and caps of every place in which the recipient may be. Pure functions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from backend.app.core_gov.comms.gate.candidates import Candidates
from backend.app.core_gov.comms.gate.decision import Reason, reason
from backend.app.core_gov.comms.gate.hours import Limit, LocalHours, ReachedCap
from backend.app.core_gov.comms.gate.request import GateOverride, SendRequest
from backend.app.core_gov.comms.gate.rules import CLOSED, HoursRule, RulePack

Overrides = Mapping[str, GateOverride]
"""Overrides in force, by the rule that they loosen."""

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def limits_of(request: SendRequest, pack: RulePack, where: Candidates, overrides: Overrides) -> list[Limit]:
    """Return all limits of time for the message. An override or a recent message of the recipient frees a limit."""
    found: list[Limit] = []
    for rule in pack.hours:
        if not rule.scope.covers(request.channel, request.purpose):
            continue
        if places := [place for place in where.places if rule.scope.includes(place.country, place.region)]:
            free_until = _latest(_override_until(overrides, rule.origin.name), reply_until(request, rule))
            found += [LocalHours(rule, place, free_until) for place in places]
    return [*found, *_reached_caps(request, pack, where, overrides)]


def reply_until(request: SendRequest, rule: HoursRule) -> datetime | None:
    """Return until when a reply to the recipient's last message is free of a rule."""
    at = request.history.inbound_at
    if request.purpose != "reply" or at is None or not rule.reply_hours:
        return None
    return at + timedelta(hours=rule.reply_hours)


def _reached_caps(
    request: SendRequest, pack: RulePack, where: Candidates, overrides: Overrides
) -> Iterator[ReachedCap]:
    sent = sorted(request.history.marketing)
    for rule in pack.caps:
        covers = rule.scope.covers(request.channel, request.purpose) and len(sent) >= rule.most
        if covers and any(rule.scope.includes(place.country, place.region) for place in where.places):
            until = sent[-rule.most] + timedelta(hours=rule.hours)
            if until > request.now:
                yield ReachedCap(rule, until, _override_until(overrides, rule.origin.name))


def _override_until(overrides: Overrides, rule: str) -> datetime | None:
    return overrides[rule].until if rule in overrides else None


def _latest(*moments: datetime | None) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)


def loosened(limits: Sequence[Limit], overrides: Overrides, request: SendRequest) -> set[str]:
    """Return the rules that would forbid the moment without their override."""
    bound = [replace(limit, free_until=_reply_end(limit, request)) for limit in limits]
    return {limit.origin.name for limit in bound if not limit.permits(request.now)} & set(overrides)


def _reply_end(limit: Limit, request: SendRequest) -> datetime | None:
    return reply_until(request, limit.rule) if isinstance(limit, LocalHours) else None


def waits(limits: Sequence[Limit], now: datetime) -> list[Reason]:
    """Return a reason for each rule that forbids the moment."""
    found: dict[str, Reason] = {}
    for limit in limits:
        if not limit.permits(now):
            found.setdefault(limit.origin.name, reason("wait", limit.origin, _sentence(limit, now)))
    return list(found.values())


def _sentence(limit: Limit, now: datetime) -> str:
    if isinstance(limit, ReachedCap):
        most, hours = limit.rule.most, limit.rule.hours
        return f"the recipient was sent {most} messages within {hours} hours, the most that is permitted"
    return _hours_sentence(limit, now)


def _hours_sentence(limit: LocalHours, now: datetime) -> str:
    local = now.astimezone(limit.place.zone)
    hours = limit.on(local.date())
    day = _DAYS[local.weekday()]
    if hours == CLOSED and limit.rule.on(local.weekday()) != CLOSED:
        day = f"public holidays ({local.date()})"
    permitted = "not permitted" if hours == CLOSED else f"permitted {hours}"
    return f"{limit.place.region or limit.place.country}: {permitted} on {day}; it is {_clock(limit, now)}"


def _clock(limit: LocalHours, now: datetime) -> str:
    return f"{now.astimezone(limit.place.zone):%H:%M} in {limit.place.zone.key}"


def tightest(limits: Sequence[Limit], now: datetime) -> LocalHours | None:
    """Return the hours that bind and end first at a permitted moment."""
    binding = [
        limit
        for limit in limits
        if isinstance(limit, LocalHours) and (limit.free_until is None or limit.free_until <= now)
    ]
    return min(binding, key=lambda limit: _minutes_left(limit, now), default=None)


def _minutes_left(limit: LocalHours, now: datetime) -> int:
    local = now.astimezone(limit.place.zone)
    return limit.on(local.date()).end - local.hour * 60 - local.minute


def permission(limit: LocalHours, now: datetime) -> Reason:
    """Return the reason for sending within hours."""
    local = now.astimezone(limit.place.zone)
    hours, place = limit.on(local.date()), limit.place.region or limit.place.country
    return reason(
        "send", limit.origin, f"{place}: permitted {hours} on {_DAYS[local.weekday()]}; it is {_clock(limit, now)}"
    )
