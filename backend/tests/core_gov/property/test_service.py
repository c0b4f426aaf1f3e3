"""Rules of the property service, on both databases."""

import json
from typing import Any

import pytest

from backend.app.bootstrap import Store
from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.property import service
from backend.app.core_gov.property.list_schemas import PropertyQuery
from backend.app.core_gov.property.schemas import (
    PropertyPatch,
    PropertyRecord,
)
from backend.app.core_gov.property.store import MAX_LIKE, properties
from backend.app.kit.db import Ctx, Tx
from backend.app.kit.errors import BadInput, NotFound
from backend.app.kit.records import Stored
from backend.tests.core_gov.property.conftest import Keep
from backend.tests.promises import promise


@pytest.fixture
def patch(store: Store, ctx: Ctx) -> Keep:
    """Change a property."""

    def change(stored: Stored[PropertyRecord], **fields: Any) -> Stored[PropertyRecord]:
        payload = PropertyPatch.model_validate(fields)
        return store.db.write_now(ctx, service.patch_property, stored.fields["id"], payload)

    return change


def adopted(store: Store, ctx: Ctx, **fields: Any) -> Stored[PropertyRecord]:
    """Store a record as an earlier version left it, without applying any rule."""

    def insert(tx: Tx) -> Stored[PropertyRecord]:
        times = {"created_at": tx.now, "updated_at": tx.now}
        made = PropertyRecord.model_validate({"id": "pr_old", "address": "1 Main St", **times, **fields})
        return properties.insert(tx, made)

    return store.db.write_now(ctx, insert)


def events(store: Store, record_id: str) -> list[dict[str, Any]]:
    """Return the audit events of a record, oldest first."""
    page = store.db.snapshot_now(audit.list_events, {"entity_id": record_id}, 500, None)
    return [json.loads(doc) for doc in reversed(page.docs)]


def faults(error: BadInput) -> list[tuple[str, str]]:
    return [(fault.field, fault.message) for fault in error.faults]


class TestCreate:
    @promise("Properties", "An address is kept as typed and normalized for matching.")
    def test_address_is_stored_as_typed_and_postal_code_normalized(self, keep: Keep) -> None:
        made = keep(address="12 St. Clair Ave. West", region="ontario", postal="m4v1l5", city="Toronto")
        fields = made.fields
        assert fields["address"] == "12 St. Clair Ave. West"
        assert fields["address_key"] == "12 st clair ave w"
        assert (fields["region"], fields["postal"], fields["import_key"]) == ("ON", "M4V 1L5", None)
        assert fields["id"].startswith("pr_")
        assert made.warnings == ()

    def test_creation_is_readable_and_audited(self, store: Store, keep: Keep) -> None:
        made = keep(beds=3)
        assert store.db.snapshot_now(service.get_property, made.fields["id"]).doc == made.doc
        [event] = events(store, made.fields["id"])
        assert (event["action"], event["actor"]) == ("property.created", "tester")
        assert event["changes"]["beds"] == {"before": None, "after": 3}

    def test_refused_property_is_not_stored(self, store: Store, keep: Keep) -> None:
        with pytest.raises(BadInput):
            keep(region="TX")
        assert store.db.snapshot_now(properties.count) == 0

    @promise("Properties", "Coordinates out of range are refused; coordinates outside the country give a warning.")
    def test_coordinates_outside_the_country_are_a_warning(self, keep: Keep) -> None:
        assert "longitude 79.8 is outside CA" in keep(latitude=43.2, longitude=79.8).warnings[0]


class TestPrepared:
    """Rules that need no database."""

    def prepared(self, **fields: Any) -> tuple[PropertyRecord, list[str]]:
        return service.prepared({"address": "1 Main St", **fields}, "2026-01-31T09:30:00.000000Z")

    @promise("Properties", "The region must belong to the country: CA/ON is valid, CA/TX is not.")
    @pytest.mark.parametrize(
        ("country", "region", "code"),
        [("CA", "ON", "ON"), ("US", "TX", "TX"), ("CA", "québec", "QC"), ("US", "d.c.", "DC")],
    )
    def test_regions_are_normalized(self, country: str, region: str, code: str) -> None:
        assert self.prepared(country=country, region=region)[0].region == code

    @promise("Properties", "The region must belong to the country: CA/ON is valid, CA/TX is not.")
    @promise("Properties", "Postal codes are checked against country and region.")
    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"region": "TX"}, ("region", "region TX is a state of US, not a province or territory of CA")),
            (
                {"country": "US", "region": "WA", "postal": "02139"},
                ("postal", "postal 02139 is not in WA (it belongs to MA)"),
            ),
            ({"latitude": 43.2}, ("longitude", "longitude is missing: give both coordinates or neither")),
            ({"longitude": -79.8}, ("latitude", "latitude is missing: give both coordinates or neither")),
        ],
    )
    def test_faults_are_refused(self, fields: dict[str, Any], said: tuple[str, str]) -> None:
        with pytest.raises(BadInput) as caught:
            self.prepared(**fields)
        assert faults(caught.value) == [said]
        assert caught.value.detail == said[1]

    def test_zip_code_of_a_neighboring_state_is_a_warning(self) -> None:
        record, warnings = self.prepared(country="US", region="TN", postal="42223")
        assert (record.region, record.postal) == ("TN", "42223")
        assert warnings == ["postal 42223 belongs to KY, which borders on TN: check that both are right"]

    def test_each_fault_is_named(self) -> None:
        with pytest.raises(BadInput) as caught:
            self.prepared(region="Texas", postal="98178")
        assert [field for field, _ in faults(caught.value)] == ["region", "postal"]

    def test_unlikely_coordinates_are_a_warning(self) -> None:
        assert self.prepared(latitude=43.2, longitude=-79.8)[1] == []
        assert self.prepared(latitude=43.2, longitude=79.8)[1] == [
            "longitude looks as if its minus sign is missing: latitude 43.2, longitude 79.8 is outside CA"
        ]


class TestSameAddress:
    def test_dashes_and_spaces_of_copied_text_separate_groups_of_a_parcel_number(self, keep: Keep) -> None:
        first = keep(address="1 Parcel Rd", parcel="77-345-678").fields["id"]
        for at, between in enumerate("\u2013\u2011\u00a0 "):
            warnings = keep(address=f"{at + 2} Parcel Rd", parcel=f"77{between}345{between}678").warnings
            assert warnings[0].startswith("the same parcel number is on file already: ")
            assert first in warnings[0]

    @promise("Properties", "A parcel number that is on file, in any spelling, is allowed with a warning.")
    def test_duplicate_parcel_is_allowed_with_a_warning(self, keep: Keep, store: Store, ctx: Ctx) -> None:
        first = keep(parcel="12-345-678").fields["id"]
        second = keep(address="2 Main St", parcel="012 345 678", region="ON")
        assert second.warnings == (f"the same parcel number is on file already: {first}",)
        third = keep(address="3 Main St", parcel="12345678").warnings
        assert third == (f"the same parcel number is on file already: {second.fields['id']}, {first}",)
        for other in ({"parcel": "TBD"}, {"parcel": "TBD"}, {"parcel": "12345678", "country": "US"}, {}):
            assert keep(address="9 Main St", **other).warnings[1:] == ()
        changed = keep(address="10 Main St").fields["id"]
        patch = PropertyPatch.model_validate({"parcel": "12345678"})
        assert "parcel number" in store.db.write_now(ctx, service.patch_property, changed, patch).warnings[0]

    @promise("Properties", "A duplicate address is allowed, with a warning that names the other property.")
    def test_duplicate_address_is_allowed_with_a_warning(self, keep: Keep) -> None:
        first = keep(address="Unit 2, 114 Elm Street", city="Hamilton", region="ON")
        second = keep(address="2-114 ELM ST.", region="ON")
        assert second.warnings == (f"the same address is on file already: {first.fields['id']}",)
        assert "warnings" not in second.fields

    @promise("Properties", "A duplicate address is allowed, with a warning that names the other property.")
    def test_different_address_has_no_warning(self, keep: Keep) -> None:
        for here, there in (
            ({"address": "2-114 Elm St"}, {"address": "114 Elm St"}),
            ({"address": "1", "city": "Hamilton"}, {"address": "1", "city": "Ottawa"}),
            ({"address": "2", "region": "ON"}, {"address": "2", "region": "QC"}),
            ({"address": "3", "postal": "L8L 4V7"}, {"address": "3", "postal": "K1A 0B1"}),
            ({"address": "4", "country": "CA"}, {"address": "4", "country": "US"}),
        ):
            keep(**here)
            assert keep(**there).warnings == ()

    def test_many_duplicates_are_counted(self, keep: Keep) -> None:
        ids = [keep().fields["id"] for _ in range(7)]
        newest = ", ".join(reversed(ids[2:]))
        assert keep().warnings == (f"the same address is on file already: {newest} and 2 more",)

    def test_address_without_a_key_has_no_duplicates(self, keep: Keep) -> None:
        keep(address="###")
        assert keep(address="###").warnings == ()

    def test_patch_to_a_duplicate_address_has_a_warning(self, keep: Keep, patch: Keep) -> None:
        first, second = keep(), keep(address="2 Main St")
        warned = patch(second, address="1 Main Street")
        assert warned.warnings == (f"the same address is on file already: {first.fields['id']}",)
        assert patch(second, beds=3).warnings == ()

    def test_number_of_compared_duplicates_is_limited(self, store: Store, ctx: Ctx, keep: Keep) -> None:
        def fill(tx: Tx) -> None:
            for at in range(MAX_LIKE + 5):
                made = PropertyRecord(id=f"pr_{at}", address="1 Main St", created_at=tx.now, updated_at=tx.now)
                properties.insert(tx, made)

        store.db.write_now(ctx, fill)
        others = MAX_LIKE - 1  # the new one itself is among those that are looked at
        assert keep().warnings[0].endswith(f" and {others - 5} more")


class TestPatch:
    @promise(
        "Properties",
        "`GET /core/property/properties/{property_id}` returns a property, and `PATCH "
        "/core/property/properties/{property_id}` changes one.",
    )
    def test_patch_replaces_the_fields_sent(self, store: Store, keep: Keep, patch: Keep) -> None:
        made = keep(beds=3, tags=["a"], meta={"x": 1})
        after = patch(made, beds=None, baths=1.5, meta={"y": 2}).fields
        assert (after["beds"], after["baths"], after["tags"], after["meta"]) == (None, 1.5, ["a"], {"y": 2})
        assert after["created_at"] == made.fields["created_at"]
        assert after["updated_at"] > made.fields["updated_at"]
        assert events(store, after["id"])[-1]["changes"]["beds"] == {"before": 3, "after": None}

    def test_address_key_follows_the_address(self, store: Store, keep: Keep, patch: Keep) -> None:
        after = patch(keep(), address="2 Oak Avenue").fields
        assert after["address_key"] == "2 oak ave"
        assert events(store, after["id"])[-1]["changes"].keys() == {"address", "address_key"}

    @promise("Records and lists", "PATCH validates the merged record and refuses read-only fields.")
    def test_other_country_needs_its_own_region(self, keep: Keep, patch: Keep) -> None:
        made = keep(region="ON", postal="M5V 2T6")
        with pytest.raises(BadInput) as caught:
            patch(made, country="US")
        assert [field for field, _ in faults(caught.value)] == ["region", "postal"]
        after = patch(made, country="US", region="washington", postal="98178").fields
        assert (after["country"], after["region"], after["postal"]) == ("US", "WA", "98178")

    def test_other_spelling_of_the_region_changes_nothing(self, keep: Keep, patch: Keep) -> None:
        made = keep(region="ON", postal="M5V 2T6")
        assert patch(made, region="Ontario", postal="m5v2t6").doc == made.doc

    def test_postal_code_must_fit_the_new_region(self, keep: Keep, patch: Keep) -> None:
        made = keep(region="ON", postal="M5V 2T6")
        with pytest.raises(BadInput, match="postal M5V 2T6 is not in BC"):
            patch(made, region="BC")

    def test_both_coordinates_are_required(self, keep: Keep, patch: Keep) -> None:
        made = keep(latitude=43.2, longitude=-79.8)
        with pytest.raises(BadInput, match="longitude is missing"):
            patch(made, longitude=None)
        after = patch(made, latitude=None, longitude=None).fields
        assert (after["latitude"], after["longitude"]) == (None, None)

    def test_coordinates_are_checked_if_they_or_the_country_change(self, keep: Keep, patch: Keep) -> None:
        made = keep(latitude=43.2, longitude=-79.8)
        assert "outside" in patch(made, latitude=10.0).warnings[0]
        assert patch(made, beds=2).warnings == ()
        assert "outside" in patch(made, country="US").warnings[0]

    def test_old_faults_do_not_block_other_changes(self, store: Store, ctx: Ctx, patch: Keep) -> None:
        old = adopted(store, ctx, region="Ontaro", postal="none", latitude=43.2)
        after = patch(old, beds=3, region="Ontaro", postal="none", latitude=43.2).fields
        assert (after["beds"], after["region"], after["postal"]) == (3, "Ontaro", "none")
        with pytest.raises(BadInput, match=r"region Ontaro is not a province"):
            patch(old, postal="M5V 2T6")

    def test_unknown_property_is_not_found(self, store: Store, ctx: Ctx) -> None:
        with pytest.raises(NotFound, match="property not found"):
            store.db.write_now(ctx, service.patch_property, "pr_no", PropertyPatch.model_validate({"beds": 1}))


class TestList:
    def found(self, store: Store, **filters: str) -> list[str]:
        page = store.db.snapshot_now(service.list_properties, PropertyQuery.model_validate(filters))
        return [json.loads(doc)["address"] for doc in page.docs]

    @promise("Properties", "`GET /core/property/properties` filters by status, country and region.")
    def test_each_filter(self, store: Store, keep: Keep) -> None:
        keep(address="1", region="ON")
        keep(address="2", region="QC", status="offered")
        keep(address="3", country="US", region="WA")
        assert self.found(store) == ["3", "2", "1"]
        assert self.found(store, status="offered") == ["2"]
        assert self.found(store, country="US") == ["3"]
        assert self.found(store, country="CA", status="tracked") == ["1"]

    def test_region_filter_accepts_any_spelling(self, store: Store, keep: Keep) -> None:
        keep(region="ON")
        for region in ("ON", "on", "Ontario", "ONTARIO"):
            assert self.found(store, region=region) == ["1 Main St"]
            assert self.found(store, region=region, country="CA") == ["1 Main St"]
            assert self.found(store, region=region, country="US") == []

    def test_unknown_region_filter_is_used_verbatim(self, store: Store, ctx: Ctx) -> None:
        adopted(store, ctx, region="Ontaro")
        assert self.found(store, region="Ontaro") == ["1 Main St"]
        assert self.found(store, region="nowhere") == []
