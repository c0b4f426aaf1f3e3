"""Service of ratings, repair and rent estimates, and comparisons of properties."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from backend.app.bootstrap import Store
from backend.app.core_gov.property import service
from backend.app.core_gov.property.comparison import compare
from backend.app.core_gov.property.schemas import (
    NO_SALES,
    NOT_COMPARED,
    CompsRequest,
    NeighborhoodRatingCreate,
    RepairRentCreate,
)
from backend.app.kit.db import Ctx
from backend.app.kit.errors import NotFound, PreconditionFailed
from backend.tests.core_gov.property.conftest import Keep
from backend.tests.core_gov.property.test_service import events
from backend.tests.promises import promise


class TestRating:
    def rate(self, store: Store, ctx: Ctx, property_id: str, **fields: Any) -> dict[str, Any]:
        payload = NeighborhoodRatingCreate.model_validate(fields)
        return store.db.write_now(ctx, service.upsert_rating, property_id, payload).fields

    @promise(
        "Repairs, rents and neighborhoods",
        "`GET /core/property/properties/{property_id}/neighborhood_rating` returns 404 if there is no rating.",
    )
    def test_missing_record_is_not_found(self, store: Store, keep: Keep) -> None:
        with pytest.raises(NotFound, match="rating not found"):
            store.db.snapshot_now(service.get_rating, keep().fields["id"])
        with pytest.raises(NotFound, match="property not found"):
            store.db.snapshot_now(service.get_rating, "pr_no")

    def test_property_must_exist(self, store: Store, ctx: Ctx) -> None:
        with pytest.raises(NotFound, match="property not found"):
            self.rate(store, ctx, "pr_no", score=1)

    @promise(
        "Repairs, rents and neighborhoods",
        "`POST /core/property/properties/{property_id}/neighborhood_rating` creates or replaces the rating: score "
        "0–100, notes, factors.",
    )
    def test_second_rating_replaces_the_first(self, store: Store, ctx: Ctx, keep: Keep) -> None:
        key = keep().fields["id"]
        first = self.rate(store, ctx, key, score=72, notes="quiet", factors={"schools": 80})
        second = self.rate(store, ctx, key, score=60)
        assert (second["score"], second["notes"], second["factors"]) == (60, None, {})
        assert second["created_at"] == first["created_at"]
        assert second["updated_at"] > first["updated_at"]
        assert store.db.snapshot_now(service.get_rating, key).fields == second
        assert [event["action"] for event in events(store, key)] == [
            "property.created",
            "rating.created",
            "rating.changed",
        ]
        assert events(store, key)[-1]["changes"]["score"] == {"before": 72, "after": 60}

    def test_unchanged_rating_writes_nothing(self, store: Store, ctx: Ctx, keep: Keep) -> None:
        key = keep().fields["id"]
        assert self.rate(store, ctx, key, score=72) == self.rate(store, ctx, key, score=72)
        assert len(events(store, key)) == 2

    def test_if_match_is_checked(self, store: Store, ctx: Ctx, keep: Keep) -> None:
        key = keep().fields["id"]
        with pytest.raises(PreconditionFailed, match="there is no rating yet"):
            self.rate(store, Ctx("tester", "api", if_match='"x"'), key, score=1)
        self.rate(store, ctx, key, score=1)
        with pytest.raises(PreconditionFailed, match="the rating has changed"):
            self.rate(store, Ctx("tester", "api", if_match='"x"'), key, score=2)
        etag = store.db.snapshot_now(service.get_rating, key).etag
        assert self.rate(store, Ctx("tester", "api", if_match=etag), key, score=2)["score"] == 2

    @promise("Repairs, rents and neighborhoods", "Concurrent first ratings of a property leave one rating.")
    def test_concurrent_first_ratings_store_one(self, store: Store, ctx: Ctx, keep: Keep) -> None:
        """One creates the rating, and each of the others replaces it."""
        key, together = keep().fields["id"], threading.Barrier(6)

        def rate(score: int) -> None:
            together.wait()
            self.rate(store, ctx, key, score=score)

        with ThreadPoolExecutor(6) as threads:
            list(threads.map(rate, range(6)))
        rated = [event for event in events(store, key) if event["entity"] == "rating"]
        assert [event["action"] for event in rated] == ["rating.created"] + ["rating.changed"] * 5
        scores = [event["changes"]["score"] for event in rated]
        assert sorted(score["after"] for score in scores) == list(range(6))
        assert [score["before"] for score in scores[1:]] == [score["after"] for score in scores[:-1]]


class TestRepairRent:
    @promise(
        "Repairs, rents and neighborhoods",
        "`GET /core/property/properties/{property_id}/repair_rent` returns 404 if nothing was assumed.",
    )
    def test_missing_record_is_not_found(self, store: Store, keep: Keep) -> None:
        with pytest.raises(NotFound, match="repair-rent estimate not found"):
            store.db.snapshot_now(service.get_repair_rent, keep().fields["id"])
        with pytest.raises(NotFound, match="property not found"):
            store.db.snapshot_now(service.get_repair_rent, "pr_no")

    @promise(
        "Repairs, rents and neighborhoods",
        "`POST /core/property/properties/{property_id}/repair_rent` creates or replaces the assumed repairs and rent.",
    )
    def test_assumptions_are_stored(self, store: Store, ctx: Ctx, keep: Keep) -> None:
        key = keep().fields["id"]
        said = {"est_repairs": 68500.5, "est_rent": 3150, "assumptions": {"roof": ["3 layers", None], "vacancy": 0.05}}
        kept = store.db.write_now(ctx, service.upsert_repair_rent, key, RepairRentCreate.model_validate(said)).fields
        assert {name: kept[name] for name in said} == said
        assert store.db.snapshot_now(service.get_repair_rent, key).fields == kept
        after = store.db.write_now(ctx, service.upsert_repair_rent, key, RepairRentCreate()).fields
        assert (after["est_rent"], after["assumptions"], after["created_at"]) == (None, {}, kept["created_at"])


class TestComps:
    @promise(
        "Comparable sales",
        "`GET /core/property/properties/{property_id}/comps` returns an empty list if no comparison was made.",
    )
    def test_property_never_compared_has_no_comps(self, store: Store, keep: Keep) -> None:
        made = keep().fields
        found = store.db.snapshot_now(service.get_comps, made["id"]).fields
        assert (found["ok"], found["property_id"], found["comps"]) == (True, made["id"], [])
        assert (found["message"], found["notes"]) == (NOT_COMPARED, NOT_COMPARED)
        assert found["updated_at"] == made["updated_at"]
        with pytest.raises(NotFound, match="property not found"):
            store.db.snapshot_now(service.get_comps, "pr_no")

    @promise(
        "Comparable sales",
        "`POST /core/property/comps` returns the criteria, the comps and notes; without sales, an empty list and a "
        "note that says so.",
    )
    @pytest.mark.parametrize(("notes", "kept"), [("Brick only", "Brick only"), (None, NO_SALES)])
    def test_message_says_that_no_sales_are_loaded(
        self, store: Store, ctx: Ctx, keep: Keep, notes: str | None, kept: str
    ) -> None:
        key = keep().fields["id"]
        payload = CompsRequest(property_id=key, radius_km=1.5, beds=3, baths=1.5, notes=notes)
        answer = store.db.write_now(ctx, service.save_comps, compare(store.db, payload))
        said = answer.fields
        assert (said["radius_km"], said["beds"], said["baths"]) == (1.5, 3, 1.5)
        assert (said["ok"], said["comps"], said["message"], said["notes"]) == (True, [], NO_SALES, kept)
        assert store.db.snapshot_now(service.get_comps, key).doc == answer.doc
        assert events(store, key)[-1]["action"] == "comps.created"

    def test_property_must_exist(self, store: Store) -> None:
        with pytest.raises(NotFound, match="property not found"):
            compare(store.db, CompsRequest(property_id="pr_no"))
