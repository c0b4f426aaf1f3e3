"""Checks of the text, the recipient, opt-outs, consent and the sender's name. Pure functions.

Each returns a reason, or None if its rule does not object.
"""

from datetime import UTC, timedelta
from typing import TypeVar

from backend.app.core_gov.comms.gate.candidates import Candidates
from backend.app.core_gov.comms.gate.decision import Reason, reason
from backend.app.core_gov.comms.gate.request import MARKETING, SendRequest
from backend.app.core_gov.comms.gate.rules import ConsentRule, IdentityRule, RulePack, RuleScope
from backend.app.core_gov.comms.segments import length_fault
from backend.app.kit.text import is_visible, shorten, word_key

_RuleT = TypeVar("_RuleT", ConsentRule, IdentityRule)
_VERIFIED = {"sms": "phone number", "call": "phone number", "email": "email address"}
"""Channels whose recipient must be verified."""


def check_body(request: SendRequest, pack: RulePack) -> Reason | None:
    """Refuse an empty text, and one that is too long for a text message."""
    if not is_visible(request.body):
        return reason("refuse", pack.everywhere["body"], "body is empty: write the text of the message")
    fault = length_fault(request.body) if request.channel == "sms" else None
    return reason("refuse", pack.everywhere["length"], fault) if fault else None


def check_recipient(request: SendRequest, pack: RulePack) -> Reason | None:
    """Refuse a recipient that is not verified."""
    kind = _VERIFIED.get(request.channel)
    if kind is None or request.recipient:
        return None
    sentence = f"the recipient is not a verified {kind}: correct `to` in the draft"
    return reason("refuse", pack.everywhere["recipient"], sentence)


def check_opt_out(request: SendRequest, pack: RulePack) -> Reason | None:
    """Refuse every message to a recipient who opted out."""
    if request.opt_out is None:
        return None
    since = request.opt_out.since.astimezone(UTC).date()
    sentence = f"the recipient opted out on {since} ({shorten(request.opt_out.source)}): send nothing to this address"
    return reason("refuse", pack.everywhere["opt_out"], sentence)


def check_confirmation(request: SendRequest, pack: RulePack) -> Reason:
    """Return send or refuse for the confirmation of an opt-out, which no opt-out and no quiet hours block."""
    assert request.confirms is not None
    origin, minutes = pack.everywhere["opt_out_confirmation"], pack.confirmation_minutes
    if request.confirms.sent:
        return reason("refuse", origin, "the opt-out was confirmed already, and only one confirmation is allowed")
    if request.now - request.confirms.stop_at >= timedelta(minutes=minutes):
        return reason("refuse", origin, f"the opt-out is {minutes} minutes old or older: do not confirm it any more")
    return reason("send", origin, f"one confirmation of an opt-out may be sent within {minutes} minutes, at any hour")


def check_consent(request: SendRequest, pack: RulePack, where: Candidates) -> Reason | None:
    """Refuse marketing that the recipient refused; ask a person without consent."""
    rules = _applying(pack.consents, request, where)
    if not rules:
        return None
    consent, origin = request.consent, rules[0].origin
    if consent is None:
        return reason("ask", origin, "no consent of the recipient is recorded: record it, or let a person decide")
    if consent.kind == "refused":
        sentence = f"the recipient refused consent: send no message about {request.purpose}"
        return reason("refuse", pack.everywhere["consent_refused"], sentence)
    if consent.kind == "express":
        return None
    if consent.until is not None and request.now.astimezone(UTC).date() <= consent.until:
        return None
    ended = f"ended on {consent.until}" if consent.until else "has no end date"
    return reason("ask", origin, f"the implied consent {ended}: record express consent, or let a person decide")


def check_identity(request: SendRequest, pack: RulePack, where: Candidates) -> Reason | None:
    """Refuse a text that must name the sender and does not."""
    rules = [rule for rule in _applying(pack.identities, request, where) if rule.every or not request.history.named]
    if not rules:
        return None
    rule = max(rules, key=lambda each: each.every)
    if request.legal_name is None or not request.legal_name.strip():
        return reason("refuse", rule.origin, "the sender has no legal name: add legal_name to it in senders.toml")
    if _names(request.body, request.legal_name):
        return None
    each = "the text" if rule.every else "the first text to a recipient"
    return reason("refuse", rule.origin, f"{each} must name the sender: write {shorten(request.legal_name)!r} in it")


def check_inbound(request: SendRequest, pack: RulePack) -> Reason | None:
    """Let marketing wait until the sender's inbound texts were read, because one may be an opt-out."""
    if request.channel != "sms" or request.purpose not in MARKETING:
        return None
    minutes, read_at = pack.inbound_minutes, request.inbound_read_at
    if read_at is not None and request.now - read_at <= timedelta(minutes=minutes):
        return None
    sentence = f"the sender's inbound messages were not read to their end within the last {minutes} minutes"
    return reason("wait", pack.everywhere["inbound_unread"], sentence)


def _applying(rules: tuple[_RuleT, ...], request: SendRequest, where: Candidates) -> list[_RuleT]:
    """Return the rules for the recipient. If the country is unknown, those of all countries apply."""
    covering = [rule for rule in rules if rule.scope.covers(request.channel, request.purpose)]
    return [rule for rule in covering if _includes(rule.scope, where)]


def _includes(scope: RuleScope, where: Candidates) -> bool:
    if where.places:
        return any(scope.includes(place.country, place.region) for place in where.places)
    return where.country in {None, scope.country} and not scope.regions


def _names(text: str, name: str) -> bool:
    """Return whether a text has a name, apart from case, accents and punctuation."""
    return f" {word_key(name)} " in f" {word_key(text)} "
