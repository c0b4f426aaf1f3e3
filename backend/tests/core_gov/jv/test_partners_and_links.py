"""The rules of partners and links, over HTTP on both databases."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from backend.app.bootstrap import Store, open_store
from backend.app.core_gov.jv import service as jv
from backend.app.core_gov.jv.schemas import (
    DealLinkCreate,
    DealLinkPatch,
    DealLinkRecord,
    PartnerCreate,
    PartnerPatch,
    PartnerQuery,
)
from backend.app.core_gov.jv.store import links, partners
from backend.app.kit.db import Ctx, Tx
from backend.app.kit.errors import Conflict
from backend.app.settings import Settings
from backend.tests.contract.answers import events, everything, refused
from backend.tests.contract.kinds import KINDS, make, unique
from backend.tests.promises import promise

PARTNERS, LINKS = "/core/jv/partners", "/core/jv/links"
TWICE = "this partner already has an active link of this relationship to this deal; change that one, or end it first"


def partner(api: httpx.Client, **given: Any) -> dict[str, Any]:
    return make(KINDS["partners"], api, **given)


class TestRoles:
    @promise("Joint ventures", "A partner has several roles; `role` is the first of `roles`, whichever is sent.")
    @pytest.mark.parametrize(
        ("sent", "stored"),
        [
            ({}, ["other"]),
            ({"role": "gc"}, ["gc"]),
            ({"roles": ["lender", "agent", "lender"]}, ["lender", "agent"]),
            ({"roles": []}, ["other"]),
            ({"role": "gc", "roles": []}, ["gc"]),
            ({"role": "agent", "roles": ["lender", "agent"]}, ["agent", "lender"]),
        ],
    )
    def test_created_with(self, shared_api: httpx.Client, sent: dict[str, Any], stored: list[str]) -> None:
        made = partner(shared_api, **sent)
        assert (made["role"], made["roles"]) == (stored[0], stored)

    @pytest.mark.parametrize(
        ("sent", "stored"),
        [
            ({"role": "gc"}, ["gc", "agent"]),
            ({"role": "agent"}, ["agent"]),
            ({"roles": ["buyer"]}, ["buyer"]),
            ({"roles": []}, ["lender"]),
            ({"role": "pm", "roles": ["lender", "pm"]}, ["pm", "lender"]),
            ({"name": "x"}, ["lender", "agent"]),
        ],
    )
    def test_changed_with(self, shared_api: httpx.Client, sent: dict[str, Any], stored: list[str]) -> None:
        made = partner(shared_api, roles=["lender", "agent"])
        found = shared_api.patch(f"{PARTNERS}/{made['id']}", json=sent).json()
        assert (found["role"], found["roles"]) == (stored[0], stored)

    @promise("Joint ventures", "The filter `role` finds partners by each of their roles.")
    def test_filter_finds_every_role(self, shared_api: httpx.Client) -> None:
        tag = unique("roles")
        both = partner(shared_api, roles=["lender", "agent"], tags=[tag])["id"]
        one = partner(shared_api, role="agent", tags=[tag])["id"]
        for role, expected in (("agent", [one, both]), ("lender", [both]), ("gc", [])):
            found = shared_api.get(PARTNERS, params={"role": role, "tag": tag}).json()["items"]
            assert [item["id"] for item in found] == expected

    def test_partner_of_an_earlier_version(self, settings: Settings) -> None:
        with open_store(settings) as store:
            made = store.db.write_now(CLERK, jv.create_partner, PartnerCreate(name="x", role="gc")).fields
            old = {name: value for name, value in made.items() if name not in partners.model.later}
            store.db.write_now(CLERK, _overwrite, old)
            assert store.db.snapshot_now(jv.list_partners, PartnerQuery(role=["gc"])).docs == [json.dumps(old)]
            same = store.db.write_now(CLERK, jv.patch_partner, made["id"], PartnerPatch.model_validate({"role": "gc"}))
            assert same.doc == json.dumps(old)
            moved = store.db.write_now(CLERK, jv.patch_partner, made["id"], PartnerPatch.model_validate({"role": "pm"}))
            assert (moved.fields["role"], moved.fields["roles"]) == ("pm", ["pm"])


CLERK = Ctx("clerk", "api")


def _overwrite(tx: Tx, document: dict[str, Any]) -> None:
    tx.run(partners._replace, id=document["id"], doc=json.dumps(document))


class TestPartners:
    @promise(
        "Joint ventures",
        "A partner's phone number is parsed by country and kept as typed and in E.164, the email address as typed and "
        "normalized.",
    )
    @pytest.mark.parametrize(
        ("country", "phone", "e164"),
        [
            ("CA", "(416) 555-0147", "+14165550147"),
            ("US", "206.555.0100", "+12065550100"),
            ("CA", "+44 20 7946 0958", "+442079460958"),
            ("US", "1-800-FLOWERS", "+18003569377"),
        ],
    )
    def test_phone_is_kept_as_typed_and_in_e164(
        self, shared_api: httpx.Client, country: str, phone: str, e164: str
    ) -> None:
        record = partner(shared_api, country=country, phone=phone)
        assert (record["phone"], record["phone_e164"]) == (phone, e164)

    @promise(
        "Joint ventures",
        "A partner's contact detail that cannot be verified is kept with a warning; its verified form is null.",
    )
    @pytest.mark.parametrize(
        ("field", "form", "text"),
        [
            *(("phone", "phone_e164", each) for each in (
                "12", "call me", "+1 000 000 0000", "dana@example.com", "555-0123", "+1987654321", "+9876543210")),
            *(("email", "email_normalized", each) for each in (
                "dana", "dana@", "@example.com", "a@b@example.com", "a b@example.com", "a@b..c", "D <d@example.com>")),
        ],
    )  # fmt: skip
    def test_unverified_contact_is_kept_with_a_warning(
        self, shared_api: httpx.Client, field: str, form: str, text: str
    ) -> None:
        tag, path = unique("tag"), f"{PARTNERS}/{partner(shared_api)['id']}"
        made = shared_api.post(PARTNERS, json={"name": "x", field: text, "tags": [tag]}).json()
        changed = shared_api.patch(path, json={field: text, "tags": [tag]}).json()
        for found in (made, changed):
            assert (found[field], found[form]) == (text, None)
            assert found["warnings"][0].startswith(f"{field} is not verified, and was kept as typed: {field} '")
        assert len(everything(shared_api, PARTNERS, {"verified": "false", "tag": tag})) == 2
        assert everything(shared_api, PARTNERS, {"verified": "true", "tag": tag}) == []
        shared_api.patch(path, json={field: None})
        assert len(everything(shared_api, PARTNERS, {"verified": "true", "tag": tag})) == 1

    @pytest.mark.parametrize("email", ["dana@example.com", "dana+deals@mail.example.co", "é@example.com", "a@b.test"])
    def test_email_is_kept_as_typed(self, shared_api: httpx.Client, email: str) -> None:
        assert partner(shared_api, email=email)["email"] == email

    @pytest.mark.parametrize(
        ("field", "one", "other"),
        [
            ("email", "loans{}@B\u00fccher.example", " LOANS{}@xn--bcher-kva.example\n"),
            ("email", "not{} an address", "NOT{} an address"),
            ("email", "JOS\u00c9{}@example.com", "jos\u00c9{}@EXAMPLE.com"),
            ("phone", "(416) 234-{:04}", "Cell: +1 416.234.{:04}"),
            ("phone", "+198765432{}", "\u202a+198765432{}\u202c"),
        ],
    )
    def test_same_contact_of_another_partner_is_a_warning(
        self, shared_api: httpx.Client, field: str, one: str, other: str
    ) -> None:
        number = int(unique("").removeprefix("_test"))
        first = partner(shared_api, **{field: one.format(number)})
        second = shared_api.post(PARTNERS, json={"name": "x", field: other.format(number)}).json()
        what = {"email": "email address", "phone": "phone number"}[field]
        warning = f"another partner has the same {what}: {first['id']}"
        assert warning in second["warnings"]
        assert (
            warning
            in shared_api.patch(f"{PARTNERS}/{second['id']}", json={field: one.format(number)}).json()["warnings"]
        )
        found = everything(shared_api, PARTNERS, {field: other.format(number)})
        assert [each["id"] for each in found] == [second["id"], first["id"]]
        assert "warnings" not in shared_api.patch(f"{PARTNERS}/{second['id']}", json={"name": "y"}).json()

    def test_other_extension_is_another_phone(self, shared_api: httpx.Client) -> None:
        partner(shared_api, phone="604 234 9876 x1")
        made = shared_api.post(PARTNERS, json={"name": "x", "phone": "604 234 9876 x2"}).json()
        assert (made["phone_extension"], made.get("warnings")) == ("2", None)

    @promise(
        "Joint ventures",
        "A partner's phone number is parsed by country and kept as typed and in E.164, the email address as typed and "
        "normalized.",
    )
    def test_e164_follows_phone_and_country(self, shared_api: httpx.Client) -> None:
        path = f"{PARTNERS}/{partner(shared_api)['id']}"
        steps: list[tuple[dict[str, Any], str | None]] = [
            ({"phone": "416 555 0147"}, "+14165550147"),
            ({"country": "US"}, "+14165550147"),
            ({"name": "Other"}, "+14165550147"),
            ({"phone": "206 555 0100", "country": "US"}, "+12065550100"),
            ({"phone": None}, None),
        ]
        for change, e164 in steps:
            assert shared_api.patch(path, json=change).json()["phone_e164"] == e164

    @pytest.mark.parametrize("name", ["", " ", "\n", "\u200b", "a\nb", "a\u202eb", "x" * 501, None, 5])
    def test_blank_or_invalid_name_is_refused(self, shared_api: httpx.Client, name: object) -> None:
        assert shared_api.post(PARTNERS, json={"name": name}).status_code == 400

    def test_two_partners_may_have_one_name(self, shared_api: httpx.Client) -> None:
        assert partner(shared_api, name="Same")["id"] != partner(shared_api, name="Same")["id"]


class TestTags:
    @promise("Joint ventures", "`GET /core/jv/partners` filters by status, role and tag.")
    def test_list_is_filtered_by_tag(self, shared_api: httpx.Client) -> None:
        one, other = unique("tag"), unique("tag")
        both = partner(shared_api, tags=[one, other])["id"]
        first = partner(shared_api, tags=[one])["id"]
        partner(shared_api, tags=[])
        assert [each["id"] for each in everything(shared_api, PARTNERS, {"tag": one})] == [first, both]
        assert [each["id"] for each in everything(shared_api, PARTNERS, {"tag": other})] == [both]
        found = everything(shared_api, PARTNERS, {"tag": one, "role": "other", "status": "active"}, limit=1)
        assert [each["id"] for each in found] == [first, both]

    @promise("Joint ventures", "`GET /core/jv/partners` filters by status, role and tag.")
    def test_filter_follows_changed_tags(self, shared_api: httpx.Client) -> None:
        old, new = unique("tag"), unique("tag")
        path = f"{PARTNERS}/{partner(shared_api, tags=[old])['id']}"
        shared_api.patch(path, json={"name": "Other"})
        assert len(everything(shared_api, PARTNERS, {"tag": old})) == 1
        shared_api.patch(path, json={"tags": [new, "x"]})
        assert everything(shared_api, PARTNERS, {"tag": old}) == []
        assert len(everything(shared_api, PARTNERS, {"tag": new})) == 1
        shared_api.patch(path, json={"tags": []})
        assert everything(shared_api, PARTNERS, {"tag": new}) == []

    @pytest.mark.parametrize("tag", ["%", "_", "'", "a,b", "é", "😀", "a b", "x" * 200, "😀" * 200])
    def test_tags_are_matched_literally(self, shared_api: httpx.Client, tag: str) -> None:
        made = partner(shared_api, tags=[tag, tag, f"{tag[:99]}!"])
        assert made["tags"] == [tag, f"{tag[:99]}!"]
        found = everything(shared_api, PARTNERS, {"tag": tag})
        assert made in found
        assert all(tag in each["tags"] for each in found)


class TestLinks:
    def body(self, api: httpx.Client, **given: Any) -> dict[str, Any]:
        return {"partner_id": partner(api)["id"], "deal_id": unique()} | given

    @promise("Joint ventures", "A link to a partner that does not exist returns 404.")
    def test_unknown_partner_is_not_found(self, shared_api: httpx.Client) -> None:
        body = self.body(shared_api, partner_id="p_nope")
        refused(shared_api.post(LINKS, json=body), 404, "partner not found")
        assert everything(shared_api, LINKS, {"partner_id": "p_nope"}) == []

    @promise("Deals", "Other records may name a deal_id that does not exist.")
    def test_deal_need_not_be_on_file(self, shared_api: httpx.Client) -> None:
        assert shared_api.post(LINKS, json=self.body(shared_api)).status_code == 201

    @promise(
        "Joint ventures",
        "A second active link with the same partner, deal and relationship returns 409, also by PATCH and under "
        "concurrency.",
    )
    @pytest.mark.parametrize("again", ["JV", "jv", " JV", "JV\u00a0", "\uff2a\uff36", "\uff4av \u200b"])
    def test_second_active_link_is_a_conflict(self, shared_api: httpx.Client, again: str) -> None:
        body = self.body(shared_api)
        first = shared_api.post(LINKS, json=body).json()
        refused(shared_api.post(LINKS, json=body | {"relationship": again}), 409, TWICE)
        assert everything(shared_api, LINKS, {"partner_id": body["partner_id"]}) == [first]
        assert len(events(shared_api, first["id"])) == 1

    @pytest.mark.parametrize("status", ["paused", "ended", "archived"])
    def test_inactive_links_do_not_conflict(self, shared_api: httpx.Client, status: str) -> None:
        body = self.body(shared_api)
        for given in ({"status": status}, {"status": status}, {}):
            assert shared_api.post(LINKS, json=body | given).status_code == 201

    def test_other_relationship_deal_or_partner_does_not_conflict(self, shared_api: httpx.Client) -> None:
        body = self.body(shared_api)
        others: list[dict[str, Any]] = [
            {}, {"relationship": "lender"}, {"deal_id": unique()}, {"partner_id": partner(shared_api)["id"]}
        ]  # fmt: skip
        for other in others:
            assert shared_api.post(LINKS, json=body | other).status_code == 201

    @promise(
        "Joint ventures",
        "A second active link with the same partner, deal and relationship returns 409, also by PATCH and under "
        "concurrency.",
    )
    def test_patch_to_a_second_active_link_is_a_conflict(self, shared_api: httpx.Client) -> None:
        body = self.body(shared_api)
        shared_api.post(LINKS, json=body)
        ended = shared_api.post(LINKS, json=body | {"status": "ended"}).json()
        lender = shared_api.post(LINKS, json=body | {"relationship": "lender"}).json()
        refused(shared_api.patch(f"{LINKS}/{ended['id']}", json={"status": "active"}), 409, TWICE)
        for spelling in ("jv", " \uff2av"):
            refused(shared_api.patch(f"{LINKS}/{lender['id']}", json={"relationship": spelling}), 409, TWICE)
        refused(shared_api.patch(f"{LINKS}/{lender['id']}", json={"partner_id": "p_nope"}), 404, "partner not found")
        assert {ended["id"], lender["id"]} < {
            each["id"] for each in everything(shared_api, LINKS, {"partner_id": body["partner_id"]})
        }
        assert events(shared_api, ended["id"])[0]["outcome"] == "refused"

    def test_new_link_is_accepted_after_the_first_ended(self, shared_api: httpx.Client) -> None:
        body = self.body(shared_api)
        first = shared_api.post(LINKS, json=body).json()
        shared_api.patch(f"{LINKS}/{first['id']}", json={"status": "ended"})
        assert shared_api.post(LINKS, json=body).status_code == 201
        refused(shared_api.patch(f"{LINKS}/{first['id']}", json={"status": "active"}), 409, TWICE)

    def test_single_link_has_no_get(self, shared_api: httpx.Client) -> None:
        made = shared_api.post(LINKS, json=self.body(shared_api)).json()
        refused(shared_api.get(f"{LINKS}/{made['id']}"), 405, "GET is not allowed here; use PATCH")

    @promise(
        "Joint ventures",
        "A second active link with the same partner, deal and relationship returns 409, also by PATCH and under "
        "concurrency.",
    )
    @pytest.mark.parametrize("spellings", [["JV"], ["JV", " jv", "\uff2a\uff36", "J\u200bV "]])
    def test_one_of_sixteen_concurrent_links_is_stored(self, api: httpx.Client, spellings: list[str]) -> None:
        body = self.body(api)

        def link(number: int) -> int:
            return api.post(LINKS, json=body | {"relationship": spellings[number % len(spellings)]}).status_code

        with ThreadPoolExecutor(16) as pool:
            assert Counter(pool.map(link, range(16))) == {201: 1, 409: 15}
        (made,) = everything(api, LINKS)
        trail = Counter(event["outcome"] for event in everything(api, "/core/audit/events", {"action": "link.created"}))
        assert trail == {"done": 1}
        assert made["deal_id"] == body["deal_id"]


@promise(
    "Joint ventures",
    "A second active link with the same partner, deal and relationship returns 409, also by PATCH and under "
    "concurrency.",
)
def test_two_processes_cannot_both_store_an_equal_link(store_settings: Settings, tmp_path: Path) -> None:
    other = store_settings.model_copy(update={"data_dir": tmp_path / "other"}) if store_settings.database_url else None
    with open_store(store_settings) as one, open_store(other or store_settings) as two, ThreadPoolExecutor(2) as pool:
        ctx = Ctx("dana", "api")
        made = one.db.write_now(ctx, jv.create_partner, PartnerCreate(name="x")).fields["id"]

        def link(store: Store, relationship: str, deal_id: str) -> str:
            payload = DealLinkCreate(partner_id=made, deal_id=deal_id, relationship=relationship)
            try:
                store.db.write_now(ctx, jv.create_link, payload)
            except Conflict:
                return "refused"
            return "stored"

        for number in range(20):
            deal_id = f"deal_{number}"
            both = [pool.submit(link, one, "JV", deal_id), pool.submit(link, two, "\uff4av", deal_id)]
            assert sorted(each.result() for each in both) == ["refused", "stored"]


class TestEqualLinksOfEarlierVersions:
    @promise("Joint ventures", "Active links that an earlier version took for different ones stay as they are.")
    def test_they_stay_and_can_be_edited(self, store_settings: Settings) -> None:
        with open_store(store_settings) as store:

            def run(fn: Any, *args: Any) -> dict[str, Any]:
                fields: dict[str, Any] = store.db.write_now(Ctx("dana", "cli"), fn, *args).fields
                return fields

            def patch(**given: str) -> DealLinkPatch:
                return DealLinkPatch.model_validate(given)

            def stored(tx: Tx, link: dict[str, Any], relationship: str) -> Any:
                fields = link | {"id": f"lnk_{len(relationship)}", "status": "active", "relationship": relationship}
                return links.insert(tx, DealLinkRecord.model_construct(**fields))

            made = run(jv.create_partner, PartnerCreate(name="x"))
            link = run(jv.create_link, DealLinkCreate(partner_id=made["id"], deal_id="deal_1", status="ended"))
            for relationship in ("JV", " JV"):
                run(stored, link, relationship)
            for link_id in ("lnk_2", "lnk_3"):
                assert run(jv.patch_link, link_id, patch(split_notes="60/40"))["split_notes"] == "60/40"
                whole = {"partner_id": made["id"], "deal_id": "deal_1", "relationship": "JV", "status": "active"}
                assert run(jv.patch_link, link_id, patch(**whole, split_notes="50/50"))["split_notes"] == "50/50"
            run(jv.patch_link, "lnk_3", patch(status="ended"))
            with pytest.raises(Conflict):
                run(jv.patch_link, "lnk_3", patch(status="active"))
