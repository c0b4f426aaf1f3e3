from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.app.core_gov.comms.gate.company_rules import tighten
from backend.app.core_gov.comms.gate.gate import (
    NEVER_OVERRIDDEN,
    decide,
    decide_at_dispatch,
)
from backend.app.core_gov.comms.gate.request import (
    PURPOSES,
    ConsentGiven,
    GateOverride,
    MessageHistory,
    OptOut,
    OptOutConfirmation,
    RecipientPlace,
)
from backend.app.core_gov.comms.gate.rules import shipped_rules
from backend.tests.core_gov.comms.gate.requests import (
    MONDAY,
    at,
    hours_tables,
    minutes,
    moments,
    permitted_by_files,
    places,
    send_request,
)
from backend.tests.promises import promise

PACK = shipped_rules()
NIGHT = at("2026-11-30 23:00", "America/New_York")
NEW_YORK = RecipientPlace("US", "NY")
ONTARIO = RecipientPlace("CA", "ON")


def decided(**changes: Any) -> tuple[str, str]:
    """Return the outcome and the deciding rule."""
    decision = decide(send_request(**changes), PACK)
    return decision.outcome, decision.reason.rule


@promise("Messages", "Marketing is sent only at times permitted in every time zone where the recipient may be.")
@promise(
    "Messages", "A wait names the first permitted moment, also across changes of daylight-saving time and holidays."
)
@given(places, moments(), st.sampled_from(["buying", "selling"]), st.sampled_from(["sms", "call"]))
def test_hours_are_those_of_the_files(name: str, now: datetime, purpose: str, channel: str) -> None:
    country, region = name.split("-")
    place = RecipientPlace(country, region)
    decision = decide(send_request(place=place, now=now, purpose=purpose, channel=channel), PACK)
    assert decision.outcome == ("send" if permitted_by_files(country, region, now) else "wait")
    if decision.outcome == "send":
        end = decision.window_end
        assert end is None or not permitted_by_files(country, region, end)
        assert all(permitted_by_files(country, region, minute) for minute in minutes(now, end or now)[::7])
    else:
        assert decision.until is not None
        assert permitted_by_files(country, region, decision.until)
        assert not any(permitted_by_files(country, region, minute) for minute in minutes(now, decision.until))


@given(st.sets(places, min_size=1, max_size=1), moments())
def test_only_the_country_is_as_strict_as_all_of_its_regions(names: set[str], now: datetime) -> None:
    country, region = names.pop().split("-")
    decision = decide(send_request(place=RecipientPlace(country), recipient="+18005550123", now=now), PACK)
    if decision.outcome == "send":
        assert permitted_by_files(country, region, now)


@given(places, moments(), st.integers(0, 5), st.integers(1, 48 * 60))
def test_caps_and_hours_together(name: str, now: datetime, sent: int, ago: int) -> None:
    country, region = name.split("-")
    times = tuple(now - timedelta(minutes=ago + 10 * n) for n in range(sent))
    request = send_request(place=RecipientPlace(country, region), now=now, history=MessageHistory(times, named=True))
    decision = decide(request, PACK)
    start = decision.until if decision.outcome == "wait" else now
    assert start is not None
    recent = [time for time in times if time > start - timedelta(hours=24)]
    assert permitted_by_files(country, region, start)
    assert region not in {"FL", "OK", "MD"} or len(recent) < 3


@promise("Messages", "At most three marketing messages in 24 hours go to a recipient in Florida, Oklahoma or Maryland.")
@pytest.mark.parametrize(("region", "capped"), [("FL", True), ("OK", True), ("MD", True), ("NY", False)])
def test_daily_cap(region: str, capped: bool) -> None:
    sent = tuple(MONDAY - timedelta(hours=hours) for hours in (23, 2, 1))
    decision = decide(send_request(place=RecipientPlace("US", region), history=MessageHistory(sent)), PACK)
    assert decision.outcome == ("wait" if capped else "send")
    assert decision.until == (MONDAY + timedelta(hours=1) if capped else None)
    assert decided(place=RecipientPlace("US", region), history=MessageHistory(sent[1:]))[0] == "send"


@pytest.mark.parametrize(
    ("clock", "outcome"), [("07:59:59", "wait"), ("08:00:00", "send"), ("20:59:59", "send"), ("21:00:00", "wait")]
)
def test_boundary_minutes(clock: str, outcome: str) -> None:
    assert decided(place=NEW_YORK, now=at(f"2026-11-30 {clock}", "America/New_York"))[0] == outcome


@promise("Messages", "Quiet hours bind texts and calls, and never email or letters.")
@pytest.mark.parametrize(
    ("channel", "outcome"),
    [("sms", "wait"), ("call", "wait"), ("email", "send"), ("letter", "send"), ("dm", "send"), ("other", "send")],
)
def test_channels_bound_by_hours(channel: str, outcome: str) -> None:
    assert decided(channel=channel, now=NIGHT, place=NEW_YORK)[0] == outcome


@promise("Messages", "A reply within 24 hours of the recipient's message may be sent at any hour.")
@pytest.mark.parametrize(
    ("purpose", "hours_ago", "expected"),
    [
        ("reply", 1, ("send", "reply")),
        ("reply", 23, ("send", "reply")),
        ("reply", 24, ("wait", "us_servicing_hours")),
        ("reply", None, ("ask", "reply")),
        ("servicing", 1, ("wait", "us_servicing_hours")),
        ("buying", 1, ("wait", "us_hours")),
    ],
)
def test_replies_at_night(purpose: str, hours_ago: int | None, expected: tuple[str, str]) -> None:
    inbound = None if hours_ago is None else NIGHT - timedelta(hours=hours_ago)
    assert decided(purpose=purpose, now=NIGHT, history=MessageHistory(inbound_at=inbound)) == expected


def test_a_reply_may_go_anywhere() -> None:
    history = MessageHistory(inbound_at=NIGHT)
    assert decided(purpose="reply", recipient="+18005550123", now=NIGHT, history=history)[0] == "send"
    assert decided(purpose="servicing", recipient="+18005550123", now=NIGHT, history=history) == ("ask", "place")


def test_the_permission_of_a_late_reply_ends_with_it() -> None:
    history = MessageHistory(inbound_at=NIGHT - timedelta(hours=23))
    decision = decide(send_request(purpose="reply", now=NIGHT, history=history), PACK)
    assert decision.window_end == NIGHT + timedelta(hours=1)


@promise("Messages", "Without a known place of the recipient, or without rules for it, a person is asked.")
@pytest.mark.parametrize("recipient", ["+18005550123", "+33612345678", "+12425550123"])
def test_unknown_places_ask(recipient: str) -> None:
    assert decided(recipient=recipient) == ("ask", "place")


def test_contradicting_hours_ask_for_the_address() -> None:
    nights = tighten(PACK, {"US-HI": {"weekdays": "19:00-20:00"}, "US-ME": {"weekdays": "09:00-10:00"}}, MONDAY.date())
    closed = tighten(nights, {"US": {"saturday": "closed", "sunday": "closed"}}, MONDAY.date())
    decision = decide(send_request(place=RecipientPlace("US"), recipient="+18005550123"), closed)
    assert (decision.outcome, decision.reason.rule) == ("ask", "no_permitted_time")
    assert decision.reason.sentence == (
        "no time within 14 days is permitted wherever the recipient may be: add their address"
    )


# Consent, opt-outs, the sender's name


@promise("Messages", "Buying and selling without consent ask a person; refused consent refuses them.")
@pytest.mark.parametrize("purpose", PURPOSES)
@pytest.mark.parametrize("place", [NEW_YORK, ONTARIO])
@pytest.mark.parametrize(
    ("consent", "outcome"),
    [
        (ConsentGiven("express"), "send"),
        (ConsentGiven("implied", date(2026, 11, 30)), "send"),
        (ConsentGiven("implied", date(2026, 11, 29)), "ask"),
        (ConsentGiven("implied"), "ask"),
        (ConsentGiven("refused"), "refuse"),
        (None, "ask"),
    ],
)
def test_consent(purpose: str, place: RecipientPlace, consent: ConsentGiven | None, outcome: str) -> None:
    expected = outcome if purpose in {"buying", "selling"} else "send"
    history = MessageHistory(inbound_at=MONDAY)
    assert decided(purpose=purpose, place=place, consent=consent, history=history)[0] == expected


def test_a_letter_needs_no_consent() -> None:
    assert decided(channel="letter", consent=None, recipient=None)[0] == "send"


@promise("Messages", "An opt-out refuses every message, whatever its purpose, and no override helps.")
@pytest.mark.parametrize("purpose", PURPOSES)
@pytest.mark.parametrize("channel", ["sms", "call", "email", "letter"])
def test_opt_out(purpose: str, channel: str) -> None:
    overrides = (GateOverride("opt_out", "dana", MONDAY + timedelta(days=1)),)
    opt_out, history = OptOut(MONDAY - timedelta(days=9)), MessageHistory(inbound_at=MONDAY)
    found = decided(purpose=purpose, channel=channel, opt_out=opt_out, history=history, overrides=overrides)
    assert found == ("refuse", "opt_out")


@promise("Messages", "One confirmation of an opt-out may be sent within five minutes, at any hour, and no second one.")
@pytest.mark.parametrize(
    ("seconds", "sent", "outcome"),
    [(0, False, "send"), (299, False, "send"), (300, False, "refuse"), (3600, False, "refuse"), (10, True, "refuse")],
)
def test_confirmation_of_an_opt_out(seconds: int, sent: bool, outcome: str) -> None:
    stop = NIGHT - timedelta(seconds=seconds)
    request = send_request(
        now=NIGHT, purpose="servicing", consent=None, opt_out=OptOut(stop), confirms=OptOutConfirmation(stop, sent=sent)
    )
    decision = decide(request, PACK)
    assert (decision.outcome, decision.reason.rule) == (outcome, "opt_out_confirmation")
    assert decision.window_end == (stop + timedelta(minutes=5) if outcome == "send" else None)
    assert decide_at_dispatch(request, PACK)[1] == (300 if seconds == 0 else None)


@promise("Messages", "A text that must name the sender and does not is refused, with the name to write.")
@pytest.mark.parametrize(
    ("place", "purpose", "named", "rule"),
    [
        (NEW_YORK, "buying", False, "us_identity"),
        (NEW_YORK, "buying", True, None),
        (NEW_YORK, "servicing", False, None),
        (ONTARIO, "selling", False, "ca_identity"),
        (ONTARIO, "selling", True, "ca_identity"),
        (ONTARIO, "servicing", False, None),
    ],
)
def test_name_of_the_sender(place: RecipientPlace, purpose: str, named: bool, rule: str | None) -> None:
    request = send_request(place=place, purpose=purpose, body="Hi Dana!", history=MessageHistory(named=named))
    decision = decide(request, PACK)
    assert decision.outcome == ("refuse" if rule else "send")
    if rule:
        assert decision.reason.rule == rule
        assert decision.reason.sentence.endswith("must name the sender: write 'Maple Homes Inc.' in it")


@pytest.mark.parametrize("body", ["MAPLE HOMES INC: hi", "Hi from Maple\nHomes Inc.!", "maple  homes, inc."])
def test_the_name_counts_in_any_spelling(body: str) -> None:
    assert decided(place=ONTARIO, body=body)[0] == "send"


@pytest.mark.parametrize("body", ["Maple Homes", "Maple Homes Incorporated", "x"])
def test_another_name_does_not_count(body: str) -> None:
    assert decided(place=ONTARIO, body=body) == ("refuse", "ca_identity")


def test_a_sender_without_a_name_is_refused() -> None:
    assert decided(place=ONTARIO, legal_name=" ") == ("refuse", "ca_identity")


def test_email_to_an_unknown_country_follows_the_rules_of_all() -> None:
    unknown = {"channel": "email", "recipient": "dana@example.com", "body": "Hi!"}
    assert decided(**unknown) == ("refuse", "ca_identity")
    assert decided(**unknown, place=NEW_YORK)[0] == "send"


# Input, inbound, expiry, overrides


@pytest.mark.parametrize(
    ("changes", "rule", "sentence"),
    [
        ({"recipient": None}, "recipient", "not a verified phone number: correct `to` in the draft"),
        ({"recipient": None, "channel": "email"}, "recipient", "not a verified email address"),
        ({"body": " \n\u200b"}, "body", "body is empty: write the text"),
        ({"body": "x" * 1601}, "length", "body has 1,601 characters, and a text message at most 1,600"),
        ({"not_after": MONDAY}, "not_after", "the message expired at 2026-11-30 17:00 UTC"),
    ],
)
def test_bad_input_is_refused_with_one_sentence(changes: dict[str, Any], rule: str, sentence: str) -> None:
    decision = decide(send_request(**changes), PACK)
    found = {reason.rule: reason for reason in decision.reasons}
    assert decision.outcome == "refuse"
    assert found[rule].outcome == "refuse"
    assert sentence in found[rule].sentence


@promise("Messages", "Marketing texts wait until the sender's inbound messages were read within the last 15 minutes.")
@pytest.mark.parametrize("minutes_ago", [0, 15, 16, None])
@pytest.mark.parametrize("purpose", PURPOSES)
def test_inbound_must_be_read(minutes_ago: int | None, purpose: str) -> None:
    read_at = None if minutes_ago is None else MONDAY - timedelta(minutes=minutes_ago)
    request = send_request(inbound_read_at=read_at, purpose=purpose, history=MessageHistory(inbound_at=MONDAY))
    decision = decide(request, PACK)
    unread = purpose in {"buying", "selling"} and minutes_ago not in {0, 15}
    assert decision.outcome == ("wait" if unread else "send")
    assert decision.until is None
    assert not unread or decision.reason.rule == "inbound_unread"


def test_hours_come_before_unread_inbound() -> None:
    decision = decide(send_request(now=NIGHT, place=NEW_YORK, inbound_read_at=None), PACK)
    assert [reason.rule for reason in decision.reasons] == ["us_hours", "inbound_unread"]
    assert decision.until == at("2026-12-01 08:00", "America/New_York")


@promise("Messages", "The gate says in advance that a message will expire before the next permitted time.")
def test_a_wait_beyond_not_after_is_too_late() -> None:
    until = at("2026-12-01 08:00", "America/New_York")
    for not_after, late in ((until, True), (until + timedelta(seconds=1), False), (None, False)):
        decision = decide(send_request(now=NIGHT, place=NEW_YORK, not_after=not_after), PACK)
        assert (decision.outcome, decision.until, decision.too_late) == ("wait", until, late)
        assert ("not_after" in {reason.rule for reason in decision.reasons}) == late


@promise("Messages", "A rule is loosened only by an override with a name and an end, which the decision reports.")
def test_an_override_frees_one_rule_until_its_end() -> None:
    override = GateOverride("us_hours", "dana", NIGHT + timedelta(hours=2), "asked for a late call")
    decision = decide(send_request(now=NIGHT, place=NEW_YORK, overrides=(override,)), PACK)
    assert (decision.outcome, decision.overrides) == ("send", (override,))
    assert decision.window_end == override.until
    assert decided(now=override.until, place=NEW_YORK, overrides=(override,)) == ("wait", "us_hours")


def test_an_override_of_one_rule_leaves_the_others() -> None:
    override = GateOverride("us_hours", "dana", NIGHT + timedelta(hours=2))
    florida = RecipientPlace("US", "FL")
    assert decided(now=NIGHT, place=florida, overrides=(override,)) == ("wait", "fl_hours")


def test_an_override_that_is_not_needed_is_not_reported() -> None:
    override = GateOverride("us_hours", "dana", NIGHT + timedelta(days=1))
    assert decide(send_request(place=NEW_YORK, overrides=(override,)), PACK).overrides == ()


def test_a_person_who_agreed_is_an_override() -> None:
    override = GateOverride("us_consent", "dana", NIGHT)
    decision = decide(send_request(consent=None, overrides=(override,)), PACK)
    assert (decision.outcome, decision.overrides) == ("send", (override,))
    assert decided(consent=None, now=NIGHT, place=NEW_YORK, overrides=(override,)) == ("ask", "us_consent")
    refused = send_request(consent=ConsentGiven("refused"), overrides=(override,))
    assert decide(refused, PACK).outcome == "refuse"


@pytest.mark.parametrize("rule", sorted(NEVER_OVERRIDDEN))
def test_rules_that_no_override_loosens(rule: str) -> None:
    overrides = (GateOverride(rule, "dana", MONDAY + timedelta(days=1)),)
    bad = send_request(
        recipient=None, body="", opt_out=OptOut(MONDAY), consent=ConsentGiven("refused"), not_after=MONDAY,
        overrides=overrides,
    )  # fmt: skip
    decision = decide(bad, PACK)
    assert {reason.rule for reason in decision.reasons} >= {"recipient", "body", "opt_out", "consent_refused"}
    assert decision.overrides == ()


def test_every_reason_is_a_sentence_with_a_source() -> None:
    bad = send_request(now=NIGHT, place=ONTARIO, body="", consent=None, inbound_read_at=None, opt_out=OptOut(MONDAY))
    decision = decide(bad, PACK)
    assert [reason.outcome for reason in decision.reasons] == ["refuse"] * 3 + ["ask"] + ["wait"] * 2
    for reason in decision.reasons:
        assert reason.source
        assert reason.sentence[-1] not in ".,"
    assert decision.until is None


def test_caps_and_hours_are_explained() -> None:
    florida = RecipientPlace("US", "FL")
    sent = MessageHistory(tuple(MONDAY - timedelta(hours=n) for n in range(3)))
    (reason,) = decide(send_request(place=florida, history=sent), PACK).reasons
    assert reason.sentence == "the recipient was sent 3 messages within 24 hours, the most that is permitted"
    holiday = at("2026-12-25 12:00", "America/Chicago")
    alabama = decide(send_request(place=RecipientPlace("US", "AL"), now=holiday), PACK)
    assert alabama.reason.sentence == (
        "AL: not permitted on public holidays (2026-12-25); it is 12:00 in America/Chicago"
    )
    (sent_now,) = decide(send_request(place=florida), PACK).reasons
    assert sent_now.sentence == "FL: permitted 08:00-20:00 on Monday; it is 12:00 in America/New_York"


def test_servicing_follows_the_hours_of_its_country() -> None:
    for country in ("US", "CA"):
        marketing, servicing = (hours_tables(country, None, purpose)[0] for purpose in ("buying", "servicing"))
        assert all(marketing[day] == servicing[day] for day in ("weekdays", "saturday", "sunday"))
