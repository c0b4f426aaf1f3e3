"""From agreement to reversal over HTTP on both databases, and what is refused."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from backend.tests.core_gov.jv.joint_venture import (
    JointVenture,
    capital,
    days_ago,
    joint_venture,
    preferred,
    refused,
    split,
)
from backend.tests.promises import promise

TODAY = days_ago(0)


@promise("Joint ventures", "Money goes from an agreement to contributions, a preview, a declaration and a payment.")
@promise("Joint ventures", "An entry is reversed by one with debit and credit exchanged, at most once.")
def test_from_agreement_to_reversal(jv: JointVenture) -> None:
    contribution = jv.contribute(100_000)
    assert contribution["agreement_id"] == jv.id
    preview = jv.preview(10_000)
    assert [tier["paid"] for tier in preview["tiers"]] == [8_000, 2_000, 0]
    assert preview["differences"] == []
    distribution = jv.distribute(10_000)
    assert distribution["tiers"][0]["amounts"] == [{"partner_id": jv.lp, "amount": 8_000}]
    assert jv.balances()[f"distributions_payable:{jv.lp}"] == 10_000
    payment = jv.post("payments", distribution_id=distribution["id"], effective_on=TODAY)
    assert payment["amounts"] == [{"partner_id": jv.lp, "amount": 10_000}]
    assert jv.balances()["cash"] == 90_000
    for entry in (payment, distribution, contribution):
        jv.post("reversals", reverses=entry["entry_id"], meaning="never_happened")
    assert set(jv.balances().values()) == {0}
    assert jv.summary()["partners"][0]["capital"] == 0
    kinds = [each["kind"] for each in jv.entries()]
    assert kinds == ["reversal"] * 3 + ["payment", "distribution", "contribution", "agreement"]


def test_money_of_a_deal(jv: JointVenture) -> None:
    jv.contribute(500_000)
    of_deal = {"deal_id": jv.deal, "effective_on": days_ago(300)}
    jv.post("transactions", kind="loan_draw", amount=100_000, loan="Maple", **of_deal)
    jv.post("transactions", kind="purchase", amount=400_000.5, **of_deal)
    jv.post("transactions", kind="expense", amount=20_000, **of_deal)
    jv.post("transactions", kind="income", amount=5_000.25, **of_deal)
    jv.post("transactions", kind="write_off", amount=50_000.5, **of_deal)
    sale = jv.post("transactions", kind="sale", amount=420_000, **of_deal)
    assert sale["cost"] == 350_000
    jv.post("transactions", kind="loan_payoff", amount=100_000, interest=2_500, loan="Maple", **of_deal)
    assert jv.balances() == {
        "cash": 500_000 + 100_000 - 400_000.5 - 20_000 + 5_000.25 + 420_000 - 102_500,
        f"capital_contributed:{jv.lp}": 500_000,
        f"property:{jv.deal}": 0,
        "loan:Maple": 0,
        "expense": 20_000 + 50_000.5 + 2_500,
        "income": 5_000.25 + 70_000,
    }


def test_sale_below_cost_is_a_loss(jv: JointVenture) -> None:
    jv.contribute(500_000)
    jv.post("transactions", kind="purchase", amount=400_000, deal_id=jv.deal, effective_on=days_ago(300))
    jv.post("transactions", kind="sale", amount=390_000, deal_id=jv.deal, effective_on=days_ago(200))
    assert (jv.balances()["expense"], jv.balances()["cash"]) == (10_000, 490_000)


# Retries and concurrency


@promise(
    "Joint ventures", "The same source_key and content return the stored document forever; other content is a 409."
)
def test_retry_returns_what_is_stored(jv: JointVenture) -> None:
    given = {"source_key": "call-1", "partner_id": jv.lp, "amount": 99.5, "effective_on": days_ago(10)}
    first = jv.post("contributions", **given)
    assert jv.post("contributions", **given) == first
    refused(jv.send("contributions", **{**given, "amount": 99.51}), 409, "whose amount differs")
    refused(jv.send("commitments", **given), 409, f"in use by the contribution {first['id']}")
    assert jv.balances()["cash"] == 99.5
    back = jv.post("reversals", reverses=first["entry_id"], meaning="never_happened")
    assert jv.post("contributions", **given)["warnings"] == [f"the contribution was reversed by {back['entry_id']}"]


def test_retry_of_every_document_returns_it(jv: JointVenture) -> None:
    jv.contribute(100_000)
    plan = {"cash": 5_000, "declared_on": TODAY, "payable_on": TODAY}
    revision = jv.post("distributions/preview", **plan)["revision"]
    requests: list[tuple[str, dict[str, Any]]] = [
        ("distributions", {**plan, "source_key": "a", "revision": revision}),
        ("commitments", {"source_key": "b", "partner_id": jv.gp, "amount": 1, "effective_on": TODAY}),
        (
            "transactions",
            {"source_key": "c", "kind": "income", "deal_id": jv.deal, "amount": 1, "effective_on": TODAY},
        ),
        ("periods", {"source_key": "d", "action": "close", "through": days_ago(30)}),
    ]
    for what, fields in requests:
        first = jv.post(what, **fields)
        assert jv.post(what, **fields)["id"] == first["id"]
    distribution = jv.entries()[-3]["document"]
    paid = {"source_key": "e", "distribution_id": distribution["id"], "effective_on": TODAY}
    first = jv.post("payments", **paid)
    assert jv.post("payments", **paid) == first
    back = {"source_key": "f", "reverses": first["entry_id"], "meaning": "never_happened"}
    assert jv.post("reversals", **back) == jv.post("reversals", **back)
    assert len(jv.entries()) == 8


def test_two_people_posting_the_same_post_it_once(jv: JointVenture) -> None:
    given = {"source_key": "call-1", "partner_id": jv.lp, "amount": 250.25, "effective_on": days_ago(10)}
    with ThreadPoolExecutor(8) as people:
        answers = list(people.map(lambda _: jv.send("contributions", **given), range(16)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert jv.balances()["cash"] == 250.25


@promise(
    "Joint ventures", "A distribution is declared only from the books that its preview saw; otherwise it is a 409."
)
def test_two_people_declaring_the_same_cash_declare_it_once(jv: JointVenture) -> None:
    jv.contribute(1_000)
    plan = {"cash": 1_000, "declared_on": TODAY, "payable_on": TODAY}
    revision = jv.post("distributions/preview", **plan)["revision"]
    with ThreadPoolExecutor(4) as people:
        answers = list(people.map(lambda _: jv.send("distributions", **plan, revision=revision), range(8)))
    assert sorted(answer.status_code for answer in answers) == [201, *[409] * 7]
    assert all("preview again" in answer.json()["detail"] for answer in answers if answer.status_code == 409)
    assert jv.summary()["available"] == 0


def test_closing_a_period_and_posting_to_it_exclude_each_other(jv: JointVenture) -> None:
    day = days_ago(20)

    def post(number: int) -> int:
        given = {"partner_id": jv.lp, "amount": 1, "effective_on": day, "posted_on": day}
        return jv.send("contributions", source_key=f"call-{number}", **given).status_code

    with ThreadPoolExecutor(8) as people:
        posted = [people.submit(post, number) for number in range(20)]
        closed = people.submit(lambda: jv.send("periods", action="close", through=day).status_code)
        outcomes = [each.result() for each in posted]
    assert closed.result() == 201
    entries = jv.entries()
    places = [number for number, each in enumerate(entries) if each["kind"] == "period"]
    later = [each for each in entries[: places[0]] if each["kind"] == "contribution"]
    assert later == []
    assert outcomes.count(201) == len([each for each in entries if each["kind"] == "contribution"])
    assert set(outcomes) <= {201, 409}


# Periods


@promise("Joint ventures", "Nothing is posted in a closed period; what counts in the waterfall may lie there.")
def test_closed_period(jv: JointVenture) -> None:
    jv.post("periods", action="close", through=days_ago(30))
    given = {"partner_id": jv.lp, "amount": 100, "effective_on": days_ago(60)}
    refused(jv.send("contributions", **given, posted_on=days_ago(30)), 409, "the books are closed through")
    assert jv.post("contributions", **given)["posted_on"] == TODAY
    refused(jv.send("periods", action="close", through=days_ago(40)), 409, "closed through")
    refused(jv.send("periods", action="reopen", through=days_ago(20)), 409, "closed through")
    jv.post("periods", action="reopen", through=days_ago(90))
    assert jv.summary()["closed_through"] == days_ago(90)
    jv.post("contributions", **given, posted_on=days_ago(60))
    refused(jv.send("periods", action="close", through=days_ago(-1)), 400, "after today")


# What is refused

Send = Callable[[JointVenture], httpx.Response]
AN_AMOUNT = {"amount": 100, "effective_on": days_ago(10)}
REFUSED: dict[str, tuple[Send, int, str]] = {
    "before the agreement": (
        lambda jv: jv.send("contributions", partner_id=jv.lp, amount=1, effective_on=days_ago(5_000)),
        400,
        "effective_on is before the agreement",
    ),
    "after today": (
        lambda jv: jv.send("contributions", partner_id=jv.lp, amount=1, effective_on=days_ago(-1)),
        400,
        "is after today",
    ),
    "posted after today": (
        lambda jv: jv.send("contributions", partner_id=jv.lp, **AN_AMOUNT, posted_on=days_ago(-1)),
        400,
        "is after today",
    ),
    "posted before the agreement": (
        lambda jv: jv.send("contributions", partner_id=jv.lp, **AN_AMOUNT, posted_on="1999-01-01"),
        400,
        "posted_on is before the agreement",
    ),
    "payable in a thousand years": (
        lambda jv: jv.send("distributions/preview", cash=1, declared_on=TODAY, payable_on="2999-01-01"),
        400,
        "payable_on is more than 366 days after declared_on",
    ),
    "a long note": (
        lambda jv: jv.send("contributions", partner_id=jv.lp, **AN_AMOUNT, note="x" * 2001),
        400,
        "note must have at most 2000 characters",
    ),
    "unknown partner": (lambda jv: jv.send("contributions", partner_id="p_x", **AN_AMOUNT), 400, "is not on file"),
    "no amount": (
        lambda jv: jv.send("contributions", partner_id=jv.lp, amount=0, effective_on=TODAY),
        400,
        "amount must be above 0",
    ),
    "three decimals": (
        lambda jv: jv.send("contributions", partner_id=jv.lp, amount=1.001, effective_on=TODAY),
        400,
        "at most two decimals",
    ),
    "foreign deal": (
        lambda jv: jv.send("transactions", kind="income", deal_id="deal_x", **AN_AMOUNT),
        400,
        "is not covered by the agreement",
    ),
    "expense above the cash": (
        lambda jv: jv.send("transactions", kind="expense", deal_id=jv.deal, **AN_AMOUNT),
        409,
        "the cash is short by 100.00",
    ),
    "sale without purchase": (
        lambda jv: jv.send("transactions", kind="sale", deal_id=jv.deal, **AN_AMOUNT),
        409,
        "is not on the books",
    ),
    "loan without a name": (
        lambda jv: jv.send("transactions", kind="loan_draw", deal_id=jv.deal, **AN_AMOUNT),
        400,
        "loan is required for loan_draw",
    ),
    "interest of an income": (
        lambda jv: jv.send("transactions", kind="income", deal_id=jv.deal, **AN_AMOUNT, interest=1),
        400,
        "interest is for loan_payoff only",
    ),
    "distribution above the cash": (
        lambda jv: jv.send("distributions/preview", cash=1, declared_on=TODAY, payable_on=TODAY),
        409,
        "only 0.00 CAD of cash",
    ),
    "payable before declared": (
        lambda jv: jv.send("distributions/preview", cash=1, declared_on=TODAY, payable_on=days_ago(1)),
        400,
        "payable_on is before declared_on",
    ),
    "stale revision": (
        lambda jv: jv.send("distributions", cash=1, declared_on=TODAY, payable_on=TODAY, revision=99),
        409,
        "preview again",
    ),
    "unknown distribution": (
        lambda jv: jv.send("payments", distribution_id="dst_x", effective_on=TODAY),
        400,
        "is not a distribution of this agreement",
    ),
    "reversal of the agreement": (
        lambda jv: jv.send("reversals", reverses=jv.entries()[0]["id"], meaning="never_happened"),
        409,
        "an agreement cannot be reversed; amend it instead",
    ),
    "reversal of nothing": (
        lambda jv: jv.send("reversals", reverses="en_x", meaning="never_happened"),
        400,
        "is not an entry of this agreement",
    ),
    "nothing to unblock": (
        lambda jv: jv.api.post(f"{jv.path}/unblock", json={"reason": "why not"}),
        409,
        "the agreement is not blocked",
    ),
    "unknown account": (
        lambda jv: jv.api.get(f"{jv.path}/entries", params={"account": "money"}),
        400,
        "money is not an account",
    ),
}


@promise("Joint ventures", "Bad input is refused with one sentence, and nothing is written.")
@pytest.mark.parametrize("name", REFUSED)
def test_refused_and_nothing_is_written(jv: JointVenture, name: str) -> None:
    send, status, words = REFUSED[name]
    refused(send(jv), status, words)
    assert [each["kind"] for each in jv.entries()] == ["agreement"]
    assert jv.balances() == {}


def test_partner_of_another_agreement_is_a_stranger(jv: JointVenture) -> None:
    other = joint_venture(jv.api)
    refused(jv.send("contributions", partner_id=other.lp, **AN_AMOUNT), 400, "is not in the agreement on")
    mine = other.contribute(100)
    foreign = jv.send("reversals", reverses=mine["entry_id"], meaning="undone")
    refused(foreign, 400, "is not an entry of this agreement")


def test_reversals_in_the_wrong_order_are_refused(jv: JointVenture) -> None:
    contribution = jv.contribute(1_000, on=days_ago(100))
    distribution = jv.distribute(1_000)
    payment = jv.post("payments", distribution_id=distribution["id"], effective_on=TODAY)
    back = {"meaning": "never_happened"}
    refused(jv.send("reversals", reverses=distribution["entry_id"], **back), 409, f"paid by {payment['id']}")
    refused(jv.send("reversals", reverses=contribution["entry_id"], **back), 409, "more capital returned than")
    early = jv.send("reversals", reverses=payment["entry_id"], **back, posted_on=days_ago(1))
    refused(early, 400, f"posted_on is before that of the entry, {TODAY}")
    first = jv.post("reversals", reverses=payment["entry_id"], **back)
    refused(jv.send("reversals", reverses=payment["entry_id"], **back), 409, "has been reversed already")
    refused(jv.send("reversals", reverses=first["entry_id"], **back), 409, "a reversal cannot be reversed")
    refused(
        jv.send("reversals", reverses=distribution["entry_id"], meaning="never_happened", effective_on=TODAY),
        400,
        "effective_on is for undone only",
    )
    refused(jv.send("reversals", reverses=distribution["entry_id"], meaning="undone"), 400, "effective_on is required")
    refused(
        jv.send("reversals", reverses=distribution["entry_id"], meaning="undone", effective_on=days_ago(1)),
        400,
        "is before that of the entry",
    )


def test_payments_are_of_what_is_owed(shared_api: httpx.Client) -> None:
    jv = joint_venture(shared_api, [preferred(["lp", "gp"]), capital(["lp", "gp"]), split((80, ["lp"]), (20, ["gp"]))])
    jv.contribute(900, on=days_ago(100))
    jv.contribute(100, jv.gp, on=days_ago(100))
    distribution = jv.distribute(500, on=days_ago(50))
    paid = {"distribution_id": distribution["id"], "effective_on": days_ago(40)}
    one = jv.post("payments", **paid, partner_ids=[jv.gp])
    assert [each["partner_id"] for each in one["amounts"]] == [jv.gp]
    refused(jv.send("payments", **paid, partner_ids=[jv.gp]), 409, "is owed nothing of this distribution")
    refused(jv.send("payments", **{**paid, "effective_on": days_ago(60)}), 400, "before the declaration")
    refused(jv.send("payments", **paid, posted_on=days_ago(40)), 400, "posted_on is before that of the distribution")
    (due,) = jv.summary()["due"]
    assert due["amount"] == 500 - one["amounts"][0]["amount"]
    jv.post("payments", **paid)
    refused(jv.send("payments", **paid), 409, "has been paid")
    jv.post("reversals", reverses=one["entry_id"], meaning="undone", effective_on=days_ago(30))
    assert jv.post("payments", **paid)["amounts"] == one["amounts"]
    assert jv.balances()["cash"] == 500


def test_accrual_until_payment(shared_api: httpx.Client) -> None:
    jv = joint_venture(shared_api, accrues_until="payment")
    jv.contribute(100_000)
    distribution = jv.distribute(9_000, on=days_ago(30), payable_on=days_ago(10))
    assert distribution["effective_on"] == days_ago(10)
    wrong = jv.send("payments", distribution_id=distribution["id"], effective_on=TODAY)
    refused(wrong, 409, "computed until the payable day")
    jv.post("payments", distribution_id=distribution["id"], effective_on=days_ago(10))


# What is locked while money is open


@promise("Joint ventures", "A partner with open balances cannot be archived, and a covered deal keeps its currency.")
def test_partner_and_deal_are_locked(jv: JointVenture) -> None:
    contribution = jv.contribute(100)
    partner, deal = f"/core/jv/partners/{jv.lp}", f"/core/deals/{jv.deal}"
    refused(jv.api.patch(partner, json={"status": "archived"}), 409, "so it cannot be archived")
    refused(jv.api.patch(deal, json={"currency": "USD"}), 409, f"the agreement {jv.id} covers the deal")
    assert jv.api.patch(deal, json={"currency": "CAD", "notes": "x"}).status_code == 200
    jv.post("reversals", reverses=contribution["entry_id"], meaning="never_happened")
    assert jv.api.patch(partner, json={"status": "archived"}).status_code == 200
    refused(jv.send("contributions", partner_id=jv.lp, **AN_AMOUNT), 400, "is archived")


@promise("Joint ventures", "The dashboard shows capital, preferred return owed, IRR, multiple and next dates.")
def test_dashboard_has_the_holdings(jv: JointVenture) -> None:
    jv.contribute(100_000)
    distribution = jv.distribute(10_000)
    answer = jv.api.get(f"/core/jv/partners/{jv.lp}/dashboard").json()
    (holding,) = answer["agreements"]
    assert (holding["agreement_id"], holding["currency"]) == (jv.id, "CAD")
    assert (holding["contributed"], holding["returned"], holding["capital"]) == (100_000, 2_000, 98_000)
    assert (holding["distributed"], holding["multiple"], holding["preferred_owed"]) == (10_000, 0.1, 0)
    assert holding["irr_percent"] == [-90]
    assert holding["next_dates"] == [{"distribution_id": distribution["id"], "payable_on": TODAY, "amount": 10_000}]
    assert answer["warnings"] == []
