"""Each operation of joint ventures over HTTP, on both databases: what it answers, and its most important refusal."""

from typing import Any

import httpx

from backend.tests.core_gov.jv.joint_venture import JointVenture, capital, days_ago, split, terms
from backend.tests.promises import promise


def refusal(answer: httpx.Response, status: int) -> str:
    assert answer.status_code == status, answer.text
    return str(answer.json()["detail"])


# Agreements


@promise(
    "Joint ventures",
    "`GET /core/jv/presets` returns common terms with every field filled in for the partners; they make valid "
    "agreements.",
)
def test_presets_make_agreements(shared_api: httpx.Client, jv: JointVenture) -> None:
    found = shared_api.get("/core/jv/presets", params={"investor": jv.lp, "sponsor": jv.gp}).json()["items"]
    assert {"european_catch_up", "preferred_split", "irr_hurdles", "pari_passu"} <= {each["name"] for each in found}
    for preset in found:
        name = f"{preset['name']} {jv.id}"
        fields = {"name": name, "deal_ids": [jv.deal], "currency": "CAD", "effective_from": "2024-01-01"}
        answer = shared_api.post("/core/jv/agreements", json={**fields, "terms": preset["terms"]})
        assert answer.status_code == 201, answer.text


@promise(
    "Joint ventures",
    "`POST /core/jv/agreements` creates an agreement about deals on file in its currency; terms that contradict "
    "themselves "
    "are refused, and name the tier.",
)
def test_contradictory_terms_are_refused(shared_api: httpx.Client, jv: JointVenture) -> None:
    wrong = terms(jv.lp, jv.gp, [capital([jv.lp]), split((80, [jv.lp]), (10, [jv.gp]))])
    fields = {"name": f"Wrong {jv.id}", "deal_ids": [jv.deal], "currency": "CAD", "effective_from": "2024-01-01"}
    assert "tier 2" in refusal(shared_api.post("/core/jv/agreements", json={**fields, "terms": wrong}), 400)
    usd = {**fields, "currency": "USD", "terms": terms(jv.lp, jv.gp)}
    assert "is in CAD" in refusal(shared_api.post("/core/jv/agreements", json=usd), 409)


@promise("Joint ventures", "`GET /core/jv/agreements` lists agreements by currency, partner and deal.")
@promise("Joint ventures", "`GET /core/jv/agreements/{agreement_id}` returns an agreement as it was signed.")
def test_agreements_are_found_by_their_parties(shared_api: httpx.Client, jv: JointVenture) -> None:
    for name, wanted in {"partner_id": jv.lp, "deal_id": jv.deal}.items():
        found = shared_api.get("/core/jv/agreements", params={name: wanted, "currency": "CAD"}).json()["items"]
        assert [each["id"] for each in found] == [jv.id]
        assert found[0] == shared_api.get(f"/core/jv/agreements/{jv.id}").json()
    assert shared_api.get("/core/jv/agreements", params={"partner_id": jv.lp, "currency": "USD"}).json()["items"] == []


@promise(
    "Joint ventures",
    "`POST /core/jv/agreements/{agreement_id}/amendments` replaces the terms from a day after the last distribution.",
)
@promise("Joint ventures", "`GET /core/jv/amendments` lists the amendments of an agreement.")
def test_amendment_begins_after_the_last_distribution(shared_api: httpx.Client, jv: JointVenture) -> None:
    jv.contribute(1_000)
    jv.distribute(100, days_ago(10))
    late = jv.send("amendments", effective_from=days_ago(10), terms=terms(jv.lp, jv.gp))
    assert "must begin later" in refusal(late, 409)
    amended = jv.post("amendments", effective_from=days_ago(9), terms=terms(jv.lp, jv.gp, accrues_until="payment"))
    assert jv.summary()["terms_id"] == amended["id"]
    listed = shared_api.get("/core/jv/amendments", params={"agreement_id": jv.id}).json()["items"]
    assert [each["id"] for each in listed] == [amended["id"]]


# Capital and money


@promise(
    "Joint ventures", "`POST /core/jv/agreements/{agreement_id}/commitments` records promised capital, which adds up."
)
@promise(
    "Joint ventures",
    "`GET /core/jv/agreements/{agreement_id}/summary` shows an agreement today: balances, partners, what fills "
    "each tier, "
    "what is due.",
)
def test_commitments_add_up_in_the_summary(jv: JointVenture) -> None:
    for amount in (600, 400.5):
        jv.post("commitments", partner_id=jv.lp, amount=amount, effective_on=days_ago(20))
    jv.contribute(250.25)
    shown = jv.summary()
    lp = shown["partners"][0]
    assert (lp["committed"], lp["contributed"], lp["unfunded"]) == (1_000.5, 250.25, 750.25)
    assert {each["account"]: each["amount"] for each in shown["balances"]}["cash"] == 250.25
    assert [tier["name"] for tier in shown["tiers"]] == ["preferred return", "capital", "split"]
    assert shown["tiers"][1]["needed"] == 250.25


@promise(
    "Joint ventures",
    "`POST /core/jv/agreements/{agreement_id}/contributions` records capital once for each `source_key`: the "
    "same again "
    "returns what is stored, other content is refused.",
)
def test_a_contribution_is_posted_once(jv: JointVenture) -> None:
    fields = {"source_key": "call-1", "partner_id": jv.lp, "amount": 500.25, "effective_on": days_ago(9)}
    first = jv.send("contributions", **fields)
    again = jv.send("contributions", **fields)
    assert (first.status_code, again.json()) == (201, first.json())
    other = jv.send("contributions", **fields | {"amount": 500.26})
    assert "whose amount differs" in refusal(other, 409)
    stranger = jv.send("contributions", partner_id="p_nobody", amount=1, effective_on=days_ago(9))
    assert "is not on file" in refusal(stranger, 400)
    assert jv.balances()["cash"] == 500.25


@promise(
    "Joint ventures",
    "`POST /core/jv/agreements/{agreement_id}/transactions` records purchase, sale, loans, income, expense and "
    "write-off; "
    "cash never falls below zero.",
)
def test_transactions_move_cash_and_cost(jv: JointVenture) -> None:
    jv.contribute(1_000)
    on = days_ago(5)
    short = jv.send("transactions", kind="purchase", deal_id=jv.deal, amount=1_000.01, effective_on=on)
    assert refusal(short, 409) == "the cash is short by 0.01"
    movements: dict[str, dict[str, Any]] = {
        "loan_draw": {"amount": 500, "loan": "bank"},
        "purchase": {"amount": 1_200},
        "write_off": {"amount": 200},
        "income": {"amount": 60},
        "expense": {"amount": 40},
        "sale": {"amount": 1_500},
        "loan_payoff": {"amount": 500, "loan": "bank", "interest": 20},
    }
    for kind, fields in movements.items():
        jv.post("transactions", kind=kind, deal_id=jv.deal, effective_on=on, **fields)
    balances = jv.balances()
    assert balances["cash"] == 1_000 + 500 - 1_200 + 60 - 40 + 1_500 - 520
    assert (balances[f"property:{jv.deal}"], balances["loan:bank"]) == (0, 0)
    assert (balances["income"], balances["expense"]) == (60 + 500, 200 + 40 + 20)


# Distributions


@promise(
    "Joint ventures",
    "`POST /core/jv/agreements/{agreement_id}/distributions/preview` divides cash tier by tier, with the cash "
    "that each "
    "tier still needs, and stores nothing.",
)
@promise(
    "Joint ventures",
    "`POST /core/jv/agreements/{agreement_id}/distributions` declares what was previewed; 409 if anything was "
    "posted since.",
)
def test_declaration_needs_the_revision_of_the_preview(jv: JointVenture) -> None:
    jv.contribute(1_000)
    shown = jv.preview(50)
    assert [(tier["paid"], tier["still_needed"]) for tier in shown["tiers"]] == [(50, 30), (0, 1_000), (0, None)]
    assert jv.summary()["revision"] == shown["revision"]
    jv.contribute(1)
    plan = {name: shown[name] for name in ("cash", "declared_on", "payable_on", "revision")}
    assert "preview again" in refusal(jv.send("distributions", **plan), 409)
    declared = jv.distribute(50)
    assert [tier["paid"] for tier in declared["tiers"]] == [50, 0, 0]
    too_much = jv.send("distributions/preview", cash=951.01, declared_on=days_ago(0), payable_on=days_ago(0))
    assert "only 951.00 CAD" in refusal(too_much, 409)


@promise(
    "Joint ventures",
    "`POST /core/jv/agreements/{agreement_id}/payments` pays what partners are still owed of a distribution, all "
    "or some.",
)
def test_payment_pays_what_is_still_owed(jv: JointVenture) -> None:
    jv.contribute(1_000)
    distribution = jv.distribute(900)
    assert jv.summary()["due"][0]["amount"] == 900
    stranger = jv.send("payments", distribution_id=distribution["id"], effective_on=days_ago(0), partner_ids=[jv.gp])
    assert "is owed nothing" in refusal(stranger, 409)
    paid = jv.post("payments", distribution_id=distribution["id"], effective_on=days_ago(0), partner_ids=[jv.lp])
    assert paid["amounts"] == [{"partner_id": jv.lp, "amount": 900}]
    again = jv.send("payments", distribution_id=distribution["id"], effective_on=days_ago(0))
    assert refusal(again, 409) == "everything of this distribution has been paid"
    assert jv.summary()["due"] == []


# Corrections


@promise(
    "Joint ventures",
    "`POST /core/jv/agreements/{agreement_id}/reversals` takes an entry back once: as if it never happened, or "
    "undone on a "
    "day of its own.",
)
@promise(
    "Joint ventures",
    "`GET /core/jv/agreements/{agreement_id}/entries` lists the ledger with documents and lines, also of one account.",
)
def test_an_entry_is_reversed_once(jv: JointVenture) -> None:
    entry_id = jv.contribute(1_000)["entry_id"]
    dayless = jv.send("reversals", reverses=entry_id, meaning="undone")
    assert refusal(dayless, 400) == "effective_on is required for undone"
    reversal = jv.post("reversals", reverses=entry_id, meaning="undone", effective_on=days_ago(3))
    twice = jv.send("reversals", reverses=entry_id, meaning="never_happened")
    assert "has been reversed already" in refusal(twice, 409)
    back, there = jv.entries(account="cash")
    assert (back["id"], back["reverses"], there["reversed_by"]) == (reversal["entry_id"], entry_id, back["id"])
    assert (there["lines"][0]["debit"], back["lines"][0]["credit"]) == ("cash", "cash")
    assert there["document"]["amount"] == 1_000
    unknown = jv.api.get(f"{jv.path}/entries", params={"account": "petty"})
    assert refusal(unknown, 400) == "petty is not an account"


@promise(
    "Joint ventures",
    "`POST /core/jv/agreements/{agreement_id}/periods` closes and reopens the books; nothing is posted on closed days.",
)
def test_nothing_is_posted_on_closed_days(jv: JointVenture) -> None:
    jv.post("periods", action="close", through=days_ago(30))
    fields = {"partner_id": jv.lp, "amount": 10, "effective_on": days_ago(40)}
    assert "the books are closed" in refusal(jv.send("contributions", posted_on=days_ago(30), **fields), 409)
    assert jv.post("contributions", posted_on=days_ago(29), **fields)["effective_on"] == days_ago(40)
    jv.post("periods", action="reopen", through=days_ago(60))
    jv.post("contributions", posted_on=days_ago(30), **fields)
    assert jv.summary()["closed_through"] == days_ago(60)


@promise(
    "Joint ventures",
    "`POST /core/jv/agreements/{agreement_id}/unblock` lets a blocked agreement be posted to again, with a reason.",
)
def test_only_a_blocked_agreement_is_unblocked(jv: JointVenture) -> None:
    answer = jv.api.post(f"{jv.path}/unblock", json={"reason": "Compared with the bank."})
    assert refusal(answer, 409) == "the agreement is not blocked"
    assert "reason" in refusal(jv.api.post(f"{jv.path}/unblock", json={}), 400)


# Statements


@promise(
    "Joint ventures",
    "`POST /core/jv/statements` issues a capital account or a distribution notice, frozen with a digest over its data.",
)
@promise("Joint ventures", "`GET /core/jv/statements` lists statements by agreement, partner and kind.")
@promise("Joint ventures", "`GET /core/jv/statements/{statement_id}` returns a statement as it was issued.")
def test_statement_stays_as_it_was_issued(shared_api: httpx.Client, jv: JointVenture) -> None:
    jv.contribute(1_000)
    distribution = jv.distribute(500)
    common = {"agreement_id": jv.id, "partner_id": jv.lp}
    period = {"period_from": days_ago(365), "period_to": days_ago(0)}
    capital_account = shared_api.post(
        "/core/jv/statements", json={"kind": "capital_account", **common, **period}
    ).json()
    account = capital_account["capital_account"]
    assert (account["contributed"], account["preferred_paid"], account["returned"]) == (1_000, 80, 420)
    assert account["ending"] == account["opening"] + account["contributed"] - account["returned"]
    notice = shared_api.post(
        "/core/jv/statements", json={"kind": "distribution_notice", **common, "distribution_id": distribution["id"]}
    ).json()
    assert sum(tier["amount"] for tier in notice["notice"]["tiers"]) == notice["notice"]["amount"] == 500
    jv.contribute(1)
    assert shared_api.get(f"/core/jv/statements/{capital_account['id']}").json() == capital_account
    listed = shared_api.get("/core/jv/statements", params={**common, "kind": "capital_account"}).json()["items"]
    assert listed == [capital_account]
    late = shared_api.post(
        "/core/jv/statements", json={"kind": "capital_account", **common, **period, "period_to": days_ago(-1)}
    )
    assert "is after today" in refusal(late, 400)
