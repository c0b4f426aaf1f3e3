"""Totals of a partner's deals, and the dashboard over HTTP on both databases."""

import json
from collections import Counter
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.app.core_gov.jv.dashboard import LINK_STATUSES, link_counts, link_statuses, summary, totals
from backend.app.kit.fields import MAX_CENTS
from backend.tests.contract.answers import refused
from backend.tests.contract.kinds import KINDS, make, unique
from backend.tests.promises import promise

AMOUNTS = st.none() | st.integers(0, MAX_CENTS // 10**3).map(lambda cents: cents / 100 if cents % 100 else cents // 100)
DEALS = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.uuids().map(str),
            "link": st.sampled_from(LINK_STATUSES),
            "status": st.sampled_from(["lead", "offered", "closed"]),
            "currency": st.sampled_from(["CAD", "USD"]),
            "price": AMOUNTS,
            "arv": AMOUNTS,
        }
    ),
    max_size=40,
)


def linked(deals: list[dict[str, Any]]) -> dict[str, Any]:
    return {deal["id"]: deal["link"] for deal in deals}


def cents(amount: float | None) -> int:
    return int(Decimal(repr(amount or 0)) * 100)


class TestSums:
    @promise(
        "Joint ventures",
        "The dashboard totals price and ARV by link status, deal status and currency, to the cent, and counts links by "
        "status.",
    )
    @promise("Records and lists", "Amounts have at most two decimals and are added in cents, per currency.")
    @given(DEALS)
    def test_totals_are_exact_to_the_cent(self, deals: list[dict[str, Any]]) -> None:
        found = {(total.link_status, total.status, total.currency): total for total in totals(deals, linked(deals))}
        names = ("link", "status", "currency")
        assert found.keys() == {tuple(deal[name] for name in names) for deal in deals}
        for key, total in found.items():
            group = [deal for deal in deals if tuple(deal[name] for name in names) == key]
            assert total.deals == len(group)
            assert cents(total.price) == sum(cents(deal["price"]) for deal in group)
            assert cents(total.arv) == sum(cents(deal["arv"]) for deal in group)

    @given(DEALS, st.randoms(use_true_random=False))
    def test_totals_do_not_depend_on_the_order(self, deals: list[dict[str, Any]], random: Any) -> None:
        shuffled = list(deals)
        random.shuffle(shuffled)
        assert totals(shuffled, linked(deals)) == totals(deals, linked(deals))

    @promise("Records and lists", "Amounts have at most two decimals and are added in cents, per currency.")
    @pytest.mark.parametrize(
        ("amounts", "total"),
        [([0.1] * 10, 1), ([0.1, 0.2], 0.3), ([1e13] * 9, 90_000_000_000_000), ([None], 0), ([1.1, 2.2], 3.3)],
    )
    def test_totals_have_no_float_error(self, amounts: list[float | None], total: float) -> None:
        lead = {"id": "deal_1", "status": "lead", "currency": "CAD"}
        (found,) = totals([lead | {"price": amount, "arv": amount} for amount in amounts], {"deal_1": "active"})
        assert repr(found.price) == repr(found.arv) == repr(total)

    def test_no_deals_have_no_totals(self) -> None:
        assert totals([], {}) == []

    @given(st.permutations(LINK_STATUSES), st.integers(1, 4))
    def test_deal_counts_under_its_most_current_link(self, statuses: list[str], count: int) -> None:
        links = [{"deal_id": "deal_1", "status": status} for status in statuses[:count]]
        expected = next(status for status in LINK_STATUSES if status in statuses[:count])
        assert link_statuses(links) == {"deal_1": expected}

    @given(st.lists(st.sampled_from(LINK_STATUSES)))
    def test_links_are_counted_by_status(self, statuses: list[str]) -> None:
        assert link_counts([{"status": status} for status in statuses]) == Counter(statuses)

    @promise(
        "Joint ventures",
        "`GET /core/jv/partners/{partner_id}/dashboard` returns a partner with its links and deal_summaries.",
    )
    def test_summary_copies_the_fields_of_the_deal(self) -> None:
        deal = {"id": "deal_1", "address": None, "status": "lead", "price": 5, "arv": None, "currency": "USD"}
        assert summary(deal | {"name": "x"}).model_dump() == {
            "deal_id": "deal_1", "address": None, "status": "lead", "price": 5, "arv": None, "currency": "USD"
        }  # fmt: skip


class TestDashboard:
    @pytest.fixture
    def partner(self, shared_api: httpx.Client) -> dict[str, Any]:
        return make(KINDS["partners"], shared_api, **KINDS["partners"].full)

    def link(self, api: httpx.Client, partner: dict[str, Any], deal_id: str, **given: Any) -> dict[str, Any]:
        return make(KINDS["links"], api, partner_id=partner["id"], deal_id=deal_id, **given)

    def deal(self, api: httpx.Client, **given: Any) -> dict[str, Any]:
        return make(KINDS["deals"], api, **given)

    def ask(self, api: httpx.Client, partner: dict[str, Any]) -> dict[str, Any]:
        answer = api.get(f"/core/jv/partners/{partner['id']}/dashboard")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def test_partner_without_links_has_empty_lists(self, shared_api: httpx.Client, partner: dict[str, Any]) -> None:
        nothing: dict[str, Any] = {
            "links": [], "deal_summaries": [], "deal_totals": [], "link_counts": {}, "agreements": [], "warnings": []
        }  # fmt: skip
        assert self.ask(shared_api, partner) == {"partner": partner} | nothing

    @promise(
        "Joint ventures",
        "`GET /core/jv/partners/{partner_id}/dashboard` returns a partner with its links and deal_summaries.",
    )
    def test_partner_links_and_deals_equal_the_stored_records(
        self, shared_api: httpx.Client, partner: dict[str, Any]
    ) -> None:
        deals = [self.deal(shared_api, **KINDS["deals"].full), self.deal(shared_api)]
        links = [self.link(shared_api, partner, deal["id"], split_notes="60/40") for deal in deals]
        found = self.ask(shared_api, partner)
        assert found["partner"] == partner
        assert found["links"] == links[::-1]
        names = ("address", "status", "price", "arv", "currency")
        assert found["deal_summaries"] == [
            {"deal_id": deal["id"]} | {name: deal[name] for name in names} for deal in deals[::-1]
        ]
        assert found["warnings"] == []

    @promise(
        "Joint ventures",
        "The dashboard totals price and ARV by link status, deal status and currency, to the cent, and counts links by "
        "status.",
    )
    def test_totals_are_by_status_and_currency(self, shared_api: httpx.Client, partner: dict[str, Any]) -> None:
        for status, currency, price, arv in (
            ("offered", "CAD", 0.1, 100),
            ("offered", "CAD", 0.2, None),
            ("offered", "USD", 1000000.01, 3),
            ("lead", "CAD", None, None),
        ):
            deal = self.deal(shared_api, status=status, currency=currency, price=price, arv=arv)
            self.link(shared_api, partner, deal["id"])
        assert self.ask(shared_api, partner)["deal_totals"] == [
            {"link_status": "active", "status": "lead", "currency": "CAD", "deals": 1, "price": 0, "arv": 0},
            {"link_status": "active", "status": "offered", "currency": "CAD", "deals": 2, "price": 0.3, "arv": 100},
            {
                "link_status": "active",
                "status": "offered",
                "currency": "USD",
                "deals": 1,
                "price": 1000000.01,
                "arv": 3,
            },
        ]

    @promise("Joint ventures", "Ended and archived links stay on the dashboard and are totaled apart.")
    def test_ended_and_archived_links_are_totaled_apart(
        self, shared_api: httpx.Client, partner: dict[str, Any]
    ) -> None:
        deals = [self.deal(shared_api, status="closed", price=price, arv=price) for price in (1, 20, 300)]
        for deal, status in zip(deals, ("active", "ended", "archived"), strict=True):
            self.link(shared_api, partner, deal["id"], status=status)
        self.link(shared_api, partner, deals[0]["id"], status="ended")
        found = self.ask(shared_api, partner)
        assert len(found["links"]) == 4
        assert [each["deal_id"] for each in found["deal_summaries"]] == [deals[at]["id"] for at in (0, 2, 1)]
        assert [(each["link_status"], each["deals"], each["price"]) for each in found["deal_totals"]] == [
            ("active", 1, 1), ("ended", 1, 20), ("archived", 1, 300)
        ]  # fmt: skip

    @promise("Joint ventures", "Archiving a partner who has active links, or linking an archived one, is a warning.")
    def test_archived_partner_with_active_links_gives_warnings(
        self, shared_api: httpx.Client, partner: dict[str, Any]
    ) -> None:
        path = f"/core/jv/partners/{partner['id']}"
        assert "warnings" not in shared_api.patch(path, json={"status": "archived"}).json()
        shared_api.patch(path, json={"status": "active"})
        links = [self.link(shared_api, partner, unique(), status=status) for status in ("active", "ended", "active")]
        left = "the partner is archived and still has 2 active links"
        assert shared_api.patch(path, json={"status": "archived"}).json()["warnings"] == [left]
        assert self.ask(shared_api, partner)["warnings"][-1] == left
        body = {"partner_id": partner["id"], "deal_id": unique()}
        archived = [f"partner {partner['id']} is archived"]
        for status in ("active", "paused"):
            answer = shared_api.post("/core/jv/links", json=body | {"status": status})
            assert answer.json()["warnings"] == archived
        assert "warnings" not in shared_api.post("/core/jv/links", json=body | {"status": "ended"}).json()
        resumed = shared_api.patch(f"/core/jv/links/{links[1]['id']}", json={"status": "active"})
        assert resumed.json()["warnings"] == archived
        for link in links:
            ended = shared_api.patch(f"/core/jv/links/{link['id']}", json={"status": "ended"})
            assert "warnings" not in ended.json()

    def test_deal_with_two_links_counts_once(self, shared_api: httpx.Client, partner: dict[str, Any]) -> None:
        deal = self.deal(shared_api, price=100)
        for relationship in ("JV", "lender"):
            self.link(shared_api, partner, deal["id"], relationship=relationship)
        found = self.ask(shared_api, partner)
        assert len(found["links"]) == 2
        assert [each["deal_id"] for each in found["deal_summaries"]] == [deal["id"]]
        assert found["deal_totals"][0].items() >= {"deals": 1, "price": 100}.items()

    @promise(
        "Joint ventures",
        "The dashboard totals price and ARV by link status, deal status and currency, to the cent, and counts links by "
        "status.",
    )
    def test_links_are_counted_by_status(self, shared_api: httpx.Client, partner: dict[str, Any]) -> None:
        for status in ("active", "ended", "ended", "paused"):
            self.link(shared_api, partner, unique(), status=status)
        assert self.ask(shared_api, partner)["link_counts"] == {"active": 1, "ended": 2, "paused": 1}

    @promise("Joint ventures", "The dashboard names a missing deal in `warnings` and does not fail.")
    def test_missing_deal_is_named_in_warnings(self, shared_api: httpx.Client, partner: dict[str, Any]) -> None:
        deal = self.deal(shared_api, price=1)
        for deal_id in ("deal_missing", deal["id"], "lost, too"):
            self.link(shared_api, partner, deal_id)
        found = self.ask(shared_api, partner)
        assert found["warnings"] == ["deal lost, too is not on file", "deal deal_missing is not on file"]
        assert [each["deal_id"] for each in found["deal_summaries"]] == [deal["id"]]
        assert len(found["links"]) == 3

    def test_links_of_other_partners_are_left_out(self, shared_api: httpx.Client, partner: dict[str, Any]) -> None:
        other = make(KINDS["partners"], shared_api)
        self.link(shared_api, other, self.deal(shared_api)["id"])
        assert self.ask(shared_api, partner)["links"] == []

    def test_largest_amounts_are_added_exactly(self, shared_api: httpx.Client, partner: dict[str, Any]) -> None:
        for _ in range(3):
            self.link(shared_api, partner, self.deal(shared_api, price=10**13, arv=9_999_999_999_999.99)["id"])
        (total,) = self.ask(shared_api, partner)["deal_totals"]
        assert (total["price"], total["arv"]) == (3 * 10**13, 29_999_999_999_999.97)

    @promise(
        "Joint ventures",
        "`GET /core/jv/partners/{partner_id}/dashboard` returns a partner with its links and deal_summaries.",
    )
    def test_dashboard_is_read_only(self, shared_api: httpx.Client, partner: dict[str, Any]) -> None:
        path = f"/core/jv/partners/{partner['id']}/dashboard"
        for method in ("POST", "PATCH", "DELETE"):
            refused(shared_api.request(method, path), 405, f"{method} is not allowed here; use GET")
        refused(shared_api.get(path, params={"x": "1"}), 400, "x is not a known query parameter")

    def test_unknown_partner_is_not_found(self, shared_api: httpx.Client) -> None:
        refused(shared_api.get("/core/jv/partners/p_nope/dashboard"), 404, "partner not found")

    def test_fifty_links_are_all_listed(self, shared_api: httpx.Client, partner: dict[str, Any]) -> None:
        deals = [self.deal(shared_api, price=n + 0.01)["id"] for n in range(50)]
        for deal_id in deals:
            self.link(shared_api, partner, deal_id)
        found = self.ask(shared_api, partner)
        assert [link["deal_id"] for link in found["links"]] == deals[::-1]
        assert found["deal_totals"][0]["price"] == sum(range(50)) + 0.5
        assert json.loads(json.dumps(found)) == found
