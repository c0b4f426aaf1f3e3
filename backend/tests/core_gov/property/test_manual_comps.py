"""Sales pinned to and excluded from the comparison of a property."""

import json

import httpx
import pytest

from backend.app.bootstrap import Store
from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.property import service
from backend.app.core_gov.property.comparison import compare
from backend.app.core_gov.property.schemas import CompsRequest, PropertyCreate, PropertyPatch
from backend.app.kit.db import Ctx
from backend.app.kit.errors import Conflict
from backend.tests.contract.answers import events, refused
from backend.tests.core_gov.property.test_comparison import AS_OF, ask, compared, ids
from backend.tests.core_gov.valuation import town
from backend.tests.promises import promise


class TestManualSelection:
    @promise(
        "Comparable sales",
        "Comps pinned or excluded by hand are kept and audited, and concurrent edits are not lost.",
    )
    def test_selection_is_stored_until_cleared_and_audited(self, town_api: httpx.Client) -> None:
        home = town.home(town_api)
        plain = compared(town_api, home)
        first, far = plain["comps"][0]["sale_id"], town.odd("far")
        chosen = compared(town_api, home, pinned=[far], excluded=[first])
        assert first not in ids(chosen)
        assert far in ids(chosen)
        pinned = next(comp for comp in chosen["comps"] if comp["sale_id"] == far)
        assert pinned["pinned"]
        assert pinned["weight"] >= 1 / 30 - 1e-9  # an equal share of those that were weighed
        again = compared(town_api, home)
        assert (again["pinned"], again["excluded"], ids(again)) == ([far], [first], ids(chosen))
        cleared = compared(town_api, home, pinned=[], excluded=[])
        assert {**cleared, "updated_at": ""} == {**plain, "updated_at": ""}
        changes = [event["changes"] for event in events(town_api, home) if event["action"] == "comps.changed"]
        assert changes[1]["pinned"] == {"before": [], "after": [far]}
        assert changes[0]["excluded"] == {"before": [first], "after": []}

    def test_latest_selection_wins(self, town_api: httpx.Client) -> None:
        home = town.home(town_api)
        sale = ids(compared(town_api, home))[0]
        compared(town_api, home, pinned=[sale])
        found = compared(town_api, home, excluded=[sale])
        assert (found["pinned"], found["excluded"]) == ([], [sale])
        found = compared(town_api, home, pinned=[sale, sale, sale.replace("_", "_0")])
        assert (found["pinned"], found["excluded"]) == ([sale], [])

    def test_sale_cannot_be_pinned_and_excluded(self, town_api: httpx.Client) -> None:
        answer = ask(town_api, town.home(town_api), pinned=["sale_7", "sale_8"], excluded=["sale_008"])
        refused(answer, 400, "sale_8 cannot be both pinned and excluded")
        assert answer.json()["errors"][0]["field"] == "pinned"

    def test_notes_name_unusable_pins(self, town_api: httpx.Client) -> None:
        home = town.home(town_api)
        token, late, none = town.odd("token"), town.odd("own-late"), "sale_987654"
        found = compared(town_api, home, pinned=[token, late, none], excluded=["sale_987655"])
        said = "\n".join(found["cautions"])
        assert f"pinned sale {token[5:]} is not used: flagged" in said
        assert f"pinned sale {late[5:]} is not used: closed on 2025-06-02" in said
        assert "pinned sale 987654 is not used: there is no sale 987654 in this market" in said
        assert "sale_987655 was excluded, but town has no such sale" in said
        assert not {token, late, none} & set(ids(found))

    @promise(
        "Comparable sales",
        "Comps pinned or excluded by hand are kept and audited, and concurrent edits are not lost.",
    )
    def test_concurrent_selection_is_not_lost(self, town_store: Store, ctx: Ctx) -> None:
        db = town_store.db
        home = db.write_now(ctx, service.create_property, PropertyCreate.model_validate(town.HOME)).fields["id"]
        slow = compare(db, CompsRequest(property_id=home, as_of=AS_OF))
        db.write_now(ctx, service.save_comps, compare(db, CompsRequest(property_id=home, pinned=["sale_3"])))
        with pytest.raises(Conflict, match="pinned or excluded sales were changed while the property was compared"):
            db.write_now(ctx, service.save_comps, slow)
        assert db.snapshot_now(service.get_comps, home).fields["pinned"] == ["sale_3"]

    def test_audit_has_the_comparison_that_was_replaced(self, town_store: Store, ctx: Ctx) -> None:
        db = town_store.db
        home = db.write_now(ctx, service.create_property, PropertyCreate.model_validate(town.HOME)).fields["id"]
        days = ("2025-04-13", "2025-04-14", "2025-04-15")
        first, between, slow = (CompsRequest(property_id=home, as_of=day) for day in days)
        db.write_now(ctx, service.save_comps, compare(db, first))
        found = compare(db, slow)
        db.write_now(ctx, service.save_comps, compare(db, between))
        kept = db.snapshot_now(service.get_comps, home).fields
        stored = db.write_now(ctx, service.save_comps, found)
        newest = json.loads(db.snapshot_now(audit.list_events, {"entity_id": home}, 1, None).docs[0])
        assert newest["changes"]["as_of"] == {"before": days[1], "after": days[2]}
        assert newest["changes"]["comps"] == {"before": kept["comps"], "after": stored.fields["comps"]}

    @promise(
        "Comparable sales",
        "Comparisons run outside the write transaction and are stored only if nothing changed meanwhile.",
    )
    def test_property_changed_meanwhile_is_a_conflict(self, town_store: Store, ctx: Ctx) -> None:
        db = town_store.db
        home = db.write_now(ctx, service.create_property, PropertyCreate.model_validate(town.HOME)).fields["id"]
        slow = compare(db, CompsRequest(property_id=home, as_of=AS_OF))
        db.write_now(ctx, service.patch_property, home, PropertyPatch.model_validate({"sqft": 900}))
        with pytest.raises(Conflict, match="the property was changed while it was compared; try again"):
            db.write_now(ctx, service.save_comps, slow)
