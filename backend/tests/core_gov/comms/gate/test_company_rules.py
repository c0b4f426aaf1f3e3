from datetime import UTC, date, datetime
from typing import Any

import pytest

from backend.app.core_gov.comms.gate.company_rules import tighten
from backend.app.core_gov.comms.gate.gate import decide
from backend.app.core_gov.comms.gate.request import MessageHistory, RecipientPlace
from backend.app.core_gov.comms.gate.rules import RulePack, shipped_rules
from backend.app.kit.errors import BadInput
from backend.tests.core_gov.comms.gate.requests import MONDAY, at, send_request
from backend.tests.promises import promise

DAY = date(2026, 11, 29)
FLORIDA = RecipientPlace("US", "FL")


def tightened(tables: dict[str, Any]) -> RulePack:
    return tighten(shipped_rules(), tables, DAY)


@promise("Messages", "A company tightens the rules of sending by its own file, which cannot loosen one.")
@pytest.mark.parametrize(
    ("tables", "message"),
    [
        (
            {"US-FL": {"sunday": "08:00-20:30"}},
            r"^company rules: US-FL\.sunday 08:00-20:30 permits more than 08:00-20:00 of fl_hours \(Fla\. Stat\.",
        ),
        ({"US": {"weekdays": "07:59-12:00"}}, r"permits more than 08:00-21:00 of us_hours \(47 CFR"),
        ({"CA": {"saturday": "09:00-12:00"}}, r"permits more than 10:00-18:00 of ca_hours"),
        ({"US-MS": {"sunday": "12:00-13:00"}}, r"permits more than closed of ms_hours"),
        ({"US-AL": {"holidays": "open"}}, r"US-AL\.holidays \"open\" permits more than al_hours"),
        ({"US-FL": {"most_in_24_hours": 4}}, r"most_in_24_hours 4 permits more than the rule in force, 3"),
        ({"everywhere": {"inbound_minutes": 16}}, r"inbound_minutes 16 permits more than the rule in force, 15"),
        ({"everywhere": {"reply_hours": 25}}, r"reply_hours 25 permits more than the rule in force, 24"),
    ],
)
def test_a_looser_rule_is_refused_by_name(tables: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        tightened(tables)


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({"US": 1}, r"US is not a table: write \[US\] above its rules"),
        ({"US-XX": {"sunday": "closed"}}, r"\[US-XX\] is no place: use everywhere, US, CA, or a region such as US-FL"),
        ({"US-": {"sunday": "closed"}}, r"\[US-\] is no place"),
        ({"FR": {"sunday": "closed"}}, r"\[FR\] is no place"),
        ({"US": {"sundays": "closed"}}, r"US\.sundays is unknown: use holidays, most_in_24_hours, purposes, saturday"),
        ({"US": {"sunday": "8-20"}}, r"US\.sunday is '8-20': write hours like"),
        ({"US": {"holidays": True}}, r"US\.holidays is True: write \"closed\" or \"open\""),
        ({"US": {"most_in_24_hours": 0}}, r"most_in_24_hours is 0: write a whole number from 1"),
        ({"US": {"most_in_24_hours": True}}, r"most_in_24_hours is True"),
        ({"US": {"purposes": ["marketing"]}}, r"US\.purposes is .*: list some of buying"),
        ({"everywhere": {"sunday": "closed"}}, r"everywhere\.sunday is unknown: use inbound_minutes, reply_hours"),
    ],
)
def test_a_wrong_rule_is_refused_with_its_place(tables: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInput, match=f"^company rules: .*{message}|^company rules: {message}"):
        tightened(tables)


def test_an_empty_file_changes_nothing() -> None:
    assert tightened({}) == shipped_rules()


def test_shorter_hours_bind_every_purpose() -> None:
    pack = tightened({"US": {"weekdays": "10:00-12:00"}})
    early = at("2026-11-30 09:30", "America/New_York")
    for purpose in ("buying", "selling", "servicing"):
        decision = decide(send_request(purpose=purpose, now=early), pack)
        assert (decision.reason.rule, decision.until) == (
            "company_us_hours",
            at("2026-11-30 10:00", "America/New_York"),
        )
    reply = send_request(purpose="reply", now=early, history=MessageHistory(inbound_at=early))
    assert decide(reply, pack).outcome == "send"


def test_a_day_that_is_left_out_keeps_its_hours() -> None:
    pack = tightened({"US": {"sunday": "closed"}})
    assert decide(send_request(), pack).outcome == "send"


def test_closed_on_holidays() -> None:
    pack = tightened({"CA-ON": {"holidays": "closed"}})
    boxing_day = datetime(2026, 12, 26, 17, tzinfo=UTC)  # a Saturday, and a holiday in Ontario
    ontario, quebec = (RecipientPlace("CA", region) for region in ("ON", "QC"))
    assert decide(send_request(place=ontario, now=boxing_day), pack).reason.rule == "company_ca_on_hours"
    assert decide(send_request(place=quebec, now=boxing_day), pack).outcome == "send"


def test_rules_for_some_purposes_are_compared_with_those_only() -> None:
    pack = tightened({"US-FL": {"sunday": "08:00-20:30", "purposes": ["servicing"]}})
    assert pack.hours[-1].scope.purposes == {"servicing"}


def test_a_lower_cap() -> None:
    pack = tightened({"US": {"most_in_24_hours": 1}})
    sent = send_request(history=MessageHistory((MONDAY.replace(hour=15),)))
    assert decide(sent, shipped_rules()).outcome == "send"
    decision = decide(sent, pack)
    assert (decision.outcome, decision.reason.rule) == ("wait", "company_us_cap")
    assert decision.until == MONDAY.replace(day=1, month=12, hour=15)


def test_everywhere_applies_before_the_places() -> None:
    pack = tightened({"US": {"sunday": "closed"}, "everywhere": {"reply_hours": 2, "inbound_minutes": 5}})
    assert {rule.reply_hours for rule in pack.hours} == {0, 2}
    assert pack.inbound_minutes == 5
