"""Record tables on both databases, with the tables of deals, partners and ratings."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text as sql

from backend.app.bootstrap import Store
from backend.app.core_gov.jv.schemas import PartnerRecord
from backend.app.core_gov.jv.store import links, partners
from backend.app.core_gov.property.schemas import NeighborhoodRating
from backend.app.core_gov.property.store import ratings, valuations
from backend.app.deals.schemas import DealRecord
from backend.app.deals.store import deals
from backend.app.kit.db import Ctx, Query, Tx
from backend.app.kit.db.paging import decode_cursor, encode_cursor
from backend.app.kit.errors import BadInput, Conflict, NotFound, PreconditionFailed
from backend.app.kit.lists.listing import Count
from backend.app.kit.records import Change, RecordTable, Stored, differing
from backend.app.kit.requests.entity_tags import etag_of

MOMENT = "2026-01-31T09:30:00.000000Z"

a_number = st.integers(-2, 2) | st.sampled_from([0.0, -0.0, 1.0, 0.1])
a_json_object = st.dictionaries(
    st.sampled_from("ab"),
    st.recursive(
        st.none() | st.booleans() | a_number | st.sampled_from(["", "é"]),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("xy"), inner),
        max_leaves=4,
    ),
)
"""Small values, so that two are often equal."""


def deal(key: str = "deal_1", **fields: Any) -> DealRecord:
    return DealRecord(**{"id": key, "name": "x", "created_at": MOMENT, "updated_at": MOMENT, **fields})


def partner(key: str, *tags: str) -> PartnerRecord:
    return PartnerRecord(id=key, name="x", tags=list(tags), created_at=MOMENT, updated_at=MOMENT)


class TestFindingSeveral:
    def test_existing_records_are_returned_by_key(self, store: Store, ctx: Ctx) -> None:
        def make(tx: Tx) -> dict[str, Stored[DealRecord]]:
            for number in range(3):
                deals.insert(tx, deal(f"deal_{number}"))
            return deals.find_all(tx, ["deal_2", "deal_9", "deal_0", "' OR 1=1"])

        found = store.db.write_now(ctx, make)
        assert {key: stored.fields["id"] for key, stored in found.items()} == {"deal_0": "deal_0", "deal_2": "deal_2"}
        assert store.db.snapshot_now(deals.find_all, []) == {}

    def test_query_uses_the_index(self, store: Store, database: str) -> None:
        text, _ = deals._some.text("sqlite")
        if database == "sqlite":
            plan = store.db.snapshot_now(lambda tx: tx.all(Query(sql(f"EXPLAIN QUERY PLAN {text}")), ids="[]"))
            assert any("USING INDEX" in row[3] and "deals" in row[3] for row in plan), plan


class TestCursor:
    @given(st.integers(0, 2**63 - 1))
    def test_cursor_round_trips(self, seq: int) -> None:
        cursor = encode_cursor(seq)
        assert decode_cursor(cursor) == seq
        assert cursor.isascii()
        assert len(cursor) <= 200

    @given(st.text(max_size=40) | st.integers(-(2**70), 2**70).map(lambda n: f"s{n}"))
    def test_invalid_cursor_is_refused(self, text: str) -> None:
        try:
            seq = decode_cursor(text)
        except BadInput:
            return
        assert encode_cursor(seq) == text

    @pytest.mark.parametrize(
        "cursor", ["", "czE=", "cz", "Y3oxMA", "czAx", "cy0x", "s1", "czE\n", " czE", "czkyMjMzNzIwMzY4NTQ3NzU4MDg"]
    )
    def test_similar_text_is_refused(self, cursor: str) -> None:
        with pytest.raises(BadInput, match=r"^cursor is not a next_cursor of this list"):
            decode_cursor(cursor)


class TestStored:
    @given(st.text(), st.text())
    def test_etag_changes_with_the_bytes(self, one: str, other: str) -> None:
        one, other = json.dumps(one), json.dumps(other)
        assert (etag_of(one) == etag_of(other)) == (one == other)

    def test_warnings_do_not_change_the_etag(self) -> None:
        stored: Stored[DealRecord] = Stored(deal().doc())
        warned = stored.warn("look", "again").warn("once more")
        assert warned.warnings == ("look", "again", "once more")
        assert (warned.doc, warned.etag) == (stored.doc, stored.etag)
        assert stored.warn() is stored

    def test_change_lists_the_differing_fields(self) -> None:
        before = json.loads(deal(price=1, meta={"a": 1, "b": [1]}).doc())
        after = deal(price=2, meta={"a": True, "b": [1]}, updated_at=MOMENT.replace("09", "10"))
        found = differing(before, after)
        assert repr(found) == repr({"price": (1, 2), "meta": ({"a": 1, "b": [1]}, {"a": True, "b": [1]})})

    @given(a_json_object, a_json_object)
    def test_same_json_means_same_text(self, one: dict[str, Any], other: dict[str, Any]) -> None:
        before = json.loads(deal(meta=one).doc())
        assert not differing(before, deal(meta=one))
        assert bool(differing(before, deal(meta=other))) == (json.dumps(one) != json.dumps(other))

    @pytest.mark.parametrize(
        ("one", "other"), [([1], [True]), ([1], [1.0]), ([0.0], [-0.0]), ([{"a": 0}], [{"a": False}])]
    )
    def test_integer_and_float_are_not_the_same(self, one: list[Any], other: list[Any]) -> None:
        before = json.loads(deal(meta={"a": one}).doc())
        assert differing(before, deal(meta={"a": other}))

    def test_key_order_matters(self) -> None:
        before = json.loads(deal(meta={"a": {"x": 1, "y": 2}}).doc())
        assert differing(before, deal(meta={"a": {"y": 2, "x": 1}}))

    def test_field_added_later_has_no_value_before(self) -> None:
        before = json.loads(deal().doc())
        del before["notes"]
        assert differing(before, deal(notes="x")) == {"notes": (None, "x")}


class TestTable:
    def test_inserted_record_is_found_as_the_same_bytes(self, store: Store, ctx: Ctx) -> None:
        record = deal(notes="“é”\n\u2028", meta={"z": 1, "a": [1.0, 10**18, None]}, price=0.1)
        stored = store.db.write_now(ctx, deals.insert, record)
        assert stored.doc == record.doc()
        for read in (deals.get, deals.find):
            assert store.db.snapshot_now(read, "deal_1") == stored
        assert store.db.snapshot_now(deals.count) == 1
        store.db.snapshot_now(deals.require, "deal_1")

    def test_missing_record_is_none_or_not_found(self, store: Store, ctx: Ctx) -> None:
        assert store.db.snapshot_now(deals.find, "nope") is None
        for read in (deals.get, deals.require):
            with pytest.raises(NotFound, match=r"^deal not found$"):
                store.db.snapshot_now(read, "nope")
        with pytest.raises(NotFound, match=r"^deal not found$"):
            store.db.write_now(ctx, deals.lock, "nope")

    def test_duplicate_key_is_a_conflict(self, store: Store, ctx: Ctx) -> None:
        store.db.write_now(ctx, deals.insert, deal())
        with pytest.raises(Conflict, match=r"^a deal with this id is on file already$"):
            store.db.write_now(ctx, deals.insert, deal(name="other"))
        assert store.db.snapshot_now(deals.get, "deal_1").fields["name"] == "x"

    def test_unique_rule_raises_its_message(self, store: Store, ctx: Ctx) -> None:
        fields: dict[str, Any] = {"partner_id": "p_1", "deal_id": "d_1", "created_at": MOMENT, "updated_at": MOMENT}
        store.db.write_now(ctx, links.insert, links.model(id="lnk_1", **fields))
        with pytest.raises(Conflict, match=r"^this partner already has an active l"):
            store.db.write_now(ctx, links.insert, links.model(id="lnk_2", **fields))
        ended = links.model(id="lnk_2", status="ended", **fields)
        store.db.write_now(ctx, links.insert, ended)
        with pytest.raises(Conflict, match=r"^this partner already has an active l"):
            store.db.write_now(ctx, links.replace, ended.model_copy(update={"status": "active"}))

    def test_validated_lists_each_fault(self) -> None:
        with pytest.raises(BadInput) as refused:
            deals.validated({"id": "x", "name": "", "price": -1, "created_at": MOMENT, "updated_at": MOMENT})
        assert [fault.field for fault in refused.value.faults] == ["name", "price"]


class TestChange:
    @pytest.fixture(autouse=True)
    def on_file(self, store: Store, ctx: Ctx) -> None:
        store.db.write_now(ctx, deals.insert, deal(price=1, tags=["a"]))

    def change(self, store: Store, ctx: Ctx, changes: dict[str, Any]) -> tuple[Change[DealRecord], int]:
        """Return the change and the number of documents written."""

        def unit(tx: Tx) -> tuple[Change[DealRecord], int]:
            change = deals.change(tx, deals.lock(tx, "deal_1"), changes)
            return change, len(tx.written)

        return store.db.write_now(ctx, unit)

    def test_change_replaces_fields_and_the_time(self, store: Store, ctx: Ctx) -> None:
        change, written = self.change(store, ctx, {"price": 2, "notes": "x"})
        assert change.fields == {"price": (1, 2), "notes": (None, "x")}
        assert written == 1
        after = store.db.snapshot_now(deals.get, "deal_1")
        assert after == change.after
        assert after.fields["updated_at"] > MOMENT == after.fields["created_at"]

    @pytest.mark.parametrize("changes", [{}, {"price": 1}, {"price": 1, "tags": ["a"], "notes": None}])
    def test_change_without_effect_writes_nothing(self, store: Store, ctx: Ctx, changes: dict[str, Any]) -> None:
        change, written = self.change(store, ctx, changes)
        assert (change.fields, written) == ({}, 0)
        assert change.after.fields["updated_at"] == MOMENT

    def test_merged_record_is_validated(self, store: Store, ctx: Ctx) -> None:
        with pytest.raises(BadInput, match=r"^price must not be negative$"):
            self.change(store, ctx, {"price": -1, "name": "y"})
        assert store.db.snapshot_now(deals.get, "deal_1").fields["name"] == "x"

    @pytest.mark.parametrize("if_match", ["*", "{}", ' "x" , {} ', '{}, "x"', "W/{}", '"a,b",,W/{},'])
    def test_change_with_a_matching_if_match_is_stored(self, store: Store, ctx: Ctx, if_match: str) -> None:
        etag = store.db.snapshot_now(deals.get, "deal_1").etag
        _, written = self.change(store, replace(ctx, if_match=if_match.replace("{}", etag)), {"price": 2})
        assert written == 1

    @pytest.mark.parametrize("if_match", ['"x"', "", "w/{}", "{}x", "**", "*, {}", "W/ {}", '"x" {}'])
    def test_change_with_another_if_match_is_refused(self, store: Store, ctx: Ctx, if_match: str) -> None:
        etag = store.db.snapshot_now(deals.get, "deal_1").etag
        for changes in ({"price": 2}, {}, {"price": -1}):
            with pytest.raises(PreconditionFailed, match=r"^the deal has changed since you read it"):
                self.change(store, replace(ctx, if_match=if_match.replace("{}", etag)), changes)


class TestPut:
    def put(self, store: Store, ctx: Ctx, **values: Any) -> Change[NeighborhoodRating]:
        return store.db.write_now(ctx, ratings.put, "pr_1", values)

    def test_put_creates_then_changes(self, store: Store, ctx: Ctx) -> None:
        first = self.put(store, ctx, score=5)
        assert first.before == {}
        assert first.after.fields["property_id"] == "pr_1"
        second = self.put(store, ctx, score=6)
        assert second.fields == {"score": (5, 6)}
        assert second.after.fields["created_at"] == first.after.fields["created_at"]
        assert store.db.snapshot_now(ratings.count) == 1

    def test_put_checks_if_match(self, store: Store, ctx: Ctx) -> None:
        for condition in ("*", '"x"'):
            with pytest.raises(PreconditionFailed, match=r"^there is no rating yet"):
                self.put(store, replace(ctx, if_match=condition), score=5)
        etag = self.put(store, ctx, score=5).after.etag
        self.put(store, replace(ctx, if_match=etag), score=6)
        with pytest.raises(PreconditionFailed):
            self.put(store, replace(ctx, if_match=etag), score=7)

    def test_put_held_changes_the_held_record(self, store: Store, ctx: Ctx) -> None:
        def unit(tx: Tx, /, **values: Any) -> tuple[bool, Change[NeighborhoodRating]]:
            held = ratings.hold(tx, "pr_1")
            return held is not None, ratings.put_held(tx, held, "pr_1", values)

        there, first = store.db.write_now(ctx, unit, score=5)
        assert (there, first.before, first.fields) == (False, {}, {})
        insisting = replace(ctx, if_match=first.after.etag)
        there, second = store.db.write_now(insisting, unit, score=6)
        assert (there, second.before, second.fields) == (True, first.after.fields, {"score": (5, 6)})
        with pytest.raises(PreconditionFailed, match=r"^the rating has changed since you read it"):
            store.db.write_now(insisting, unit, score=7)

    def test_put_refuses_invalid_values(self, store: Store, ctx: Ctx) -> None:
        with pytest.raises(BadInput):
            self.put(store, ctx, score=500)
        assert store.db.snapshot_now(ratings.find, "pr_1") is None


class TestPage:
    def page(
        self,
        store: Store,
        table: RecordTable[Any],
        limit: int = 100,
        cursor: str | None = None,
        **filters: str | None,
    ) -> tuple[list[str], str | None]:
        found = store.db.snapshot_now(table.page, filters, limit, cursor)
        return [json.loads(doc)["id"] for doc in found.docs], found.next_cursor

    def test_empty_table_is_an_empty_page(self, store: Store) -> None:
        assert self.page(store, deals) == ([], None)

    def test_records_are_paged_newest_first(self, store: Store, ctx: Ctx) -> None:
        for number in range(5):
            store.db.write_now(ctx, deals.insert, deal(f"deal_{number}"))
        first, cursor = self.page(store, deals, 2)
        second, next_cursor = self.page(store, deals, 2, cursor)
        third, last = self.page(store, deals, 2, next_cursor)
        assert first + second + third == [f"deal_{number}" for number in (4, 3, 2, 1, 0)]
        assert last is None
        assert self.page(store, deals, 5)[1] is None

    def test_filters_combine_and_none_is_ignored(self, store: Store, ctx: Ctx) -> None:
        for number, (status, strategy) in enumerate([("lead", "flip"), ("dead", "flip"), ("lead", None)]):
            store.db.write_now(ctx, deals.insert, deal(f"deal_{number}", status=status, strategy=strategy))
        assert self.page(store, deals, status="lead")[0] == ["deal_2", "deal_0"]
        assert self.page(store, deals, strategy="flip", status="lead")[0] == ["deal_0"]
        assert self.page(store, deals, strategy=None, status="dead")[0] == ["deal_1"]

    def test_records_are_filtered_by_tag(self, store: Store, ctx: Ctx) -> None:
        for key, tags in (("p_1", ["a", "b"]), ("p_2", ["a"]), ("p_3", [])):
            store.db.write_now(ctx, partners.insert, partner(key, *tags))
        assert self.page(store, partners, tag="a")[0] == ["p_2", "p_1"]
        first, cursor = self.page(store, partners, 1, tag="a")
        assert first + self.page(store, partners, 1, cursor, tag="a")[0] == ["p_2", "p_1"]
        store.db.write_now(ctx, partners.replace, partner("p_1", "c"))
        assert self.page(store, partners, tag="a")[0] == ["p_2"]
        assert self.page(store, partners, tag="c")[0] == ["p_1"]
        store.db.write_now(ctx, partners.replace, partner("p_3", "c"))
        found = store.db.snapshot_now(partners.page, {"tag": "c"}, 1, None, sort="-name", count=True)
        assert ([json.loads(doc)["id"] for doc in found.docs], found.count) == (["p_3"], Count(2, exceeded=False))
        following = store.db.snapshot_now(partners.page, {"tag": "c"}, 1, found.next_cursor, sort="-name")
        assert [json.loads(doc)["id"] for doc in following.docs] == ["p_1"]

    def test_records_are_found_by_their_tag_in_order(self, store: Store, database: str) -> None:
        text, fixed = partners.listing._plain_statement(("tag", "before"))._all.text("sqlite")
        given = {"tag": "a", "before": 9, "limit": 2, **fixed}
        if database == "sqlite":
            rows = store.db.snapshot_now(lambda tx: tx.all(Query(sql(f"EXPLAIN QUERY PLAN {text}")), **given))
            plan = [row[3] for row in rows]
            assert "partners_tags" in plan[0], plan
            assert "(tag=? AND seq<?)" in plan[0], plan
            assert not [step for step in plan if "SCAN" in step or "ORDER BY" in step], plan

    @pytest.mark.parametrize("names", [("property_id", "kind"), ("kind", "property_id")])
    def test_records_of_another_record_are_found_by_it(
        self, store: Store, database: str, names: tuple[str, ...]
    ) -> None:
        text, fixed = valuations.listing._plain_statement(names)._all.text("sqlite")
        given = {"property_id": "pr_1", "kind": "as_is", "limit": 2, **fixed}
        if database == "sqlite":
            rows = store.db.snapshot_now(lambda tx: tx.all(Query(sql(f"EXPLAIN QUERY PLAN {text}")), **given))
            assert "ix_valuations_property_id" in rows[0][3], rows

    def test_failed_unit_leaves_no_tag(self, store: Store, ctx: Ctx) -> None:
        def fail(tx: Tx) -> None:
            partners.insert(tx, partner("p_1", "a"))
            raise Conflict("no")

        with pytest.raises(Conflict):
            store.db.write_now(ctx, fail)
        assert self.page(store, partners, tag="a") == ([], None)
