"""Send gate: one pure function from a message and what is known about its recipient to a decision."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from backend.app.core_gov.comms.gate import content, limits
from backend.app.core_gov.comms.gate.candidates import Candidates, candidates
from backend.app.core_gov.comms.gate.decision import GateDecision, Reason, reason, strictest_first
from backend.app.core_gov.comms.gate.hours import HORIZON, Limit, end_of_permitted, next_permitted
from backend.app.core_gov.comms.gate.request import GateOverride, SendRequest
from backend.app.core_gov.comms.gate.rules import RulePack

NEVER_OVERRIDDEN = frozenset(
    {
        "body",
        "length",
        "recipient",
        "opt_out",
        "opt_out_confirmation",
        "consent_refused",
        "no_permitted_time",
        "not_after",
    }
)
"""Rules that no override loosens."""

MIN_VALIDITY_S = 60
"""Shortest useful validity of a text at the provider: with less time left, it is not sent."""

MAX_VALIDITY_S = 36_000
"""Longest validity that Twilio takes, and its default."""

_PHONE_CHANNELS = ("sms", "call")


def decide(request: SendRequest, pack: RulePack) -> GateDecision:
    """Return whether the message may be sent now, later, only after a person agreed, or not at all.

    All rules are evaluated, so that the reasons name every objection. A wait until t means that the limits of time
    permit t, and no moment from now to before t.
    """
    if request.confirms is not None:
        return _confirmation(request, pack)
    where = candidates(request.place, request.recipient if request.channel in _PHONE_CHANNELS else None)
    in_force = _in_force(request)
    found = list(_objections(request, pack, where))
    kept = [each for each in found if each.rule not in in_force]
    bounds = limits.limits_of(request, pack, where, in_force)
    needed = ({each.rule for each in found} & set(in_force)) | limits.loosened(bounds, in_force, request)
    decision = _decision(request, pack, kept, bounds)
    return replace(decision, overrides=tuple(in_force[rule] for rule in sorted(needed)))


def _in_force(request: SendRequest) -> dict[str, GateOverride]:
    """Return the override of each rule that lasts longest, of those in force."""
    return {
        override.rule: override
        for override in sorted(request.overrides, key=lambda each: each.until)
        if override.until > request.now and override.rule not in NEVER_OVERRIDDEN
    }


def _objections(request: SendRequest, pack: RulePack, where: Candidates) -> Iterator[Reason]:
    """Yield the reasons against sending that do not depend on the time of day."""
    found = [
        content.check_body(request, pack),
        content.check_recipient(request, pack),
        content.check_opt_out(request, pack),
        _check_not_after(request, pack),
        content.check_consent(request, pack, where),
        content.check_identity(request, pack, where),
        _check_reply(request, pack),
        _check_place(request, pack, where),
        content.check_inbound(request, pack),
    ]
    yield from (each for each in found if each is not None)


def _check_not_after(request: SendRequest, pack: RulePack) -> Reason | None:
    if request.not_after is None or request.now < request.not_after:
        return None
    return reason("refuse", pack.everywhere["not_after"], f"the message expired at {_utc(request.not_after)}")


def _check_reply(request: SendRequest, pack: RulePack) -> Reason | None:
    if request.purpose != "reply" or request.channel != "sms" or request.history.inbound_at is not None:
        return None
    sentence = "the purpose is reply, but no message of the recipient is on file: choose another purpose"
    return reason("ask", pack.everywhere["reply"], sentence)


def _check_place(request: SendRequest, pack: RulePack, where: Candidates) -> Reason | None:
    """Ask a person if hours may bind the message, and the recipient may be anywhere."""
    if where.places or request.recipient is None:
        return None
    covering = [rule for rule in pack.hours if rule.scope.covers(request.channel, request.purpose)]
    ends = [limits.reply_until(request, rule) for rule in covering]
    if all(end is not None and request.now < end for end in ends):
        return None
    sentence = "the recipient's time zone is not known: add the state or province, or the postal code"
    if where.country not in {None, "CA", "US"}:
        sentence = f"there are no rules for the country {where.country}: let a person decide"
    return reason("ask", pack.everywhere["place"], sentence)


def _decision(request: SendRequest, pack: RulePack, objections: list[Reason], bounds: list[Limit]) -> GateDecision:
    until = next_permitted(bounds, request.now)
    reasons = [*limits.waits(bounds, request.now), *objections]
    if until is None:
        sentence = f"no time within {HORIZON.days} days is permitted wherever the recipient may be: add their address"
        reasons.append(reason("ask", pack.everywhere["no_permitted_time"], sentence))
    too_late = until is not None and until > request.now and _is_after(until, request.not_after)
    if too_late and until is not None:
        sentence = f"the next permitted time, {_utc(until)}, is not before the message expires"
        reasons.append(reason("wait", pack.everywhere["not_after"], sentence))
    if not reasons:
        return GateDecision(
            "send", (_permission(request, pack, bounds),), window_end=end_of_permitted(bounds, request.now)
        )
    ordered = strictest_first(reasons)
    waits_for_time = ordered[0].outcome == "wait" and until is not None and until > request.now
    return GateDecision(ordered[0].outcome, ordered, until if waits_for_time else None, too_late=too_late)


def _permission(request: SendRequest, pack: RulePack, bounds: list[Limit]) -> Reason:
    hours = limits.tightest(bounds, request.now)
    if hours is not None:
        return limits.permission(hours, request.now)
    if request.purpose == "reply" and bounds:
        return reason("send", pack.everywhere["reply"], "a reply to a recent message may be sent at any hour")
    return reason("send", pack.everywhere["no_rule"], "no hours bind this message")


def _is_after(moment: datetime, not_after: datetime | None) -> bool:
    return not_after is not None and moment >= not_after


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _confirmation(request: SendRequest, pack: RulePack) -> GateDecision:
    """Return the decision about the confirmation of an opt-out, which only its age and its text can stop."""
    assert request.confirms is not None
    found = [content.check_body(request, pack), content.check_recipient(request, pack)]
    ordered = strictest_first([*(each for each in found if each), content.check_confirmation(request, pack)])
    if ordered[0].outcome != "send":
        return GateDecision(ordered[0].outcome, ordered)
    end = request.confirms.stop_at + timedelta(minutes=pack.confirmation_minutes)
    return GateDecision("send", ordered, window_end=end)


# The request to the provider


def validity_period(decision: GateDecision, now: datetime, not_after: datetime | None = None) -> int | None:
    """Return Twilio's ValidityPeriod in seconds: until the permitted time or the message ends, at most 10 hours.

    Return None if the message may not be sent, or less than a minute is left.
    """
    if decision.outcome != "send":
        return None
    ends = [end for end in (decision.window_end, not_after) if end is not None]
    left = min((int((end - now).total_seconds()) for end in ends), default=MAX_VALIDITY_S)
    return min(left, MAX_VALIDITY_S) if left >= MIN_VALIDITY_S else None


def decide_at_dispatch(request: SendRequest, pack: RulePack) -> tuple[GateDecision, int | None]:
    """Return the decision immediately before the request to the provider, and the ValidityPeriod for send.

    With less than a minute left the decision is that of the end of the permitted time: wait, or refuse.
    """
    decision = decide(request, pack)
    seconds = validity_period(decision, request.now, request.not_after)
    if decision.outcome != "send" or seconds is not None:
        return decision, seconds
    end = min(end for end in (decision.window_end, request.not_after) if end is not None)
    return decide(replace(request, now=end), pack), None
