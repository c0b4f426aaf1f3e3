"""Pinned and excluded sales, and the reasons why a sale is not comparable."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.app.core_gov.valuation.comps.criteria import Criteria
from backend.tests.core_gov.valuation.comps.comparing import HOME, STANDARD, check_sums, comparer, town
from backend.tests.core_gov.valuation.made_up_market import AS_OF, a_market, sales_of
from backend.tests.promises import promise


class TestManualSelection:
    @promise(
        "Comparable sales",
        "Comps pinned or excluded by hand are kept and audited, and concurrent edits are not lost.",
    )
    def test_pinned_sale_is_used_outside_the_limits(self) -> None:
        used = {comp.seq for comp in town().compare(HOME).comps}
        far = next(seq for seq in range(1, 1500) if seq not in used)
        found = town().compare(HOME, pinned={far})
        pinned = next(comp for comp in found.comps if comp.seq == far)
        assert pinned.pinned
        assert pinned.weight >= 1 / 31
        check_sums(found)

    def test_pinned_sales_alone_are_compared(self) -> None:
        found = town().compare(HOME, Criteria(max_radius_km=0.001, max_days=1), pinned={3, 4})
        assert {comp.seq for comp in found.comps} == {3, 4}
        check_sums(found)

    def test_pinned_sales_may_exceed_max_comps(self) -> None:
        found = town().compare(HOME, Criteria(max_comps=2), pinned={3, 4, 5})
        assert {comp.seq for comp in found.comps} == {3, 4, 5}

    @settings(max_examples=20, deadline=None)
    @given(st.sets(st.integers(1, 1500), max_size=6), st.sets(st.integers(1, 1500), max_size=6))
    def test_pinned_sales_are_used_and_excluded_sales_are_not(self, pinned: set[int], excluded: set[int]) -> None:
        near = {comp.seq for comp in town().compare(HOME).comps[:3]}
        found = town().compare(HOME, pinned=pinned, excluded=excluded | near)
        seqs = {comp.seq for comp in found.comps}
        assert pinned - excluded - near <= seqs
        assert not seqs & (excluded | near)
        check_sums(found)

    def test_notes_name_pinned_sales_that_cannot_be_used(self) -> None:
        sales = a_market(100)
        usable = np.ones(100, dtype=bool)
        usable[1] = False
        close = sales.close_day.copy()
        close[2] = AS_OF
        changed = replace(sales, usable=usable, close_day=close)
        late = "closed on 2016-07-18, not before the as-of date 2016-07-18"
        found = comparer(changed).compare(replace(HOME, parcel="parcel 3"), pinned={2, 3, 4, 5, 999}, excluded={5})
        assert not {2, 3, 4, 5, 999} & {comp.seq for comp in found.comps}
        assert [note for note in found.notes if "pinned" in note] == [
            "pinned sale 2 is not used: flagged: a flagged sale is never used",
            f"pinned sale 3 is not used: {late}",
            "pinned sale 4 is not used: a sale of the property itself",
            "pinned sale 5 is not used: excluded manually",
            "pinned sale 999 is not used: there is no sale 999 in this market",
        ]


class TestWhyNot:
    @promise(
        "Comparable sales",
        "`GET /core/property/properties/{property_id}/comps/why_not` explains why a sale is not among the comps, or "
        "which comp it is.",
    )
    def test_why_not_answers_for_every_sale(self) -> None:
        found = {comp.seq: comp.rank for comp in town().compare(HOME).comps}
        for seq in range(1, 1501, 7):
            reasons = town().why_not(HOME, STANDARD, seq)
            assert reasons
            if seq in found:
                assert reasons == (f"it is comparable sale number {found[seq]} of {len(found)}",)
            else:
                assert not any("comparable sale number" in reason for reason in reasons)

    def test_why_not_names_every_limit_missed(self) -> None:
        limits = Criteria(max_days=183, max_radius_km=1.6, max_size=0.2, max_beds=3)
        sales = sales_of(
            [500_000.0] * 5,
            close_day=[AS_OF - 10, AS_OF - 400, AS_OF - 10, AS_OF - 10, AS_OF - 10],
            latitude=[49.25, 49.2, 49.2, np.nan, 49.2],
            longitude=[-123.1] * 5,
            living_sqft=[1800.0, 1800.0, 2600.0, np.nan, 1800.0],
            beds=[3.0, 3.0, 5.0, 3.0, 3.0],
            property_type=np.array([0, 0, 0, 0, 1]),
        )
        market = comparer(sales)
        reasons = [market.why_not(HOME, limits, seq) for seq in range(1, 6)]
        assert reasons == [
            ("too far: 5.6 km away, limit 1.6 km",),
            ("closed 400 days before the as-of date, limit 183 days",),
            (
                "bedrooms: 5, maximum 3",
                "living area 2,600 sq ft is 44 % above the property's 1,800 sq ft, limit 20 %",
            ),
            ("coordinates unknown", "living area unknown"),
            ("property type differs: condo, not house",),
        ]

    def test_why_not_counts_better_sales(self) -> None:
        limits = Criteria(max_comps=5)
        reasons = [town().why_not(HOME, limits, seq) for seq in range(1, 1501, 11)]
        fitting = [each[0] for each in reasons if each[0].startswith("meets all limits")]
        assert fitting
        assert all(reason.endswith("other sales are nearer or more similar; at most 5 are used") for reason in fitting)

    @promise(
        "Comparable sales",
        "Comps use nothing from the valuation date or later, including the property's own sales.",
    )
    def test_why_not_names_excluded_and_unknown_sales(self) -> None:
        assert town().why_not(HOME, STANDARD, 5, excluded={5}) == ("excluded manually",)
        assert town().why_not(HOME, STANDARD, 5000) == ("there is no sale 5000 in this market",)
