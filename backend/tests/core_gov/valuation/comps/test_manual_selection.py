"""Comparable sales that a person puts in or out, and why a sale is none."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.app.core_gov.valuation.comps.criteria import Criteria
from backend.tests.core_gov.valuation.comps.comparing import HOME, STANDARD, check_sums, comparer, town
from backend.tests.core_gov.valuation.made_up_market import AS_OF, a_market, sales_of
from backend.tests.promises import promise


class TestByHandOfAPerson:
    @promise(
        "Comparable sales",
        "Comps pinned or excluded by hand are kept and audited, and concurrent edits are not lost.",
    )
    def test_a_pinned_sale_is_in_wherever_it_is(self) -> None:
        used = {comp.seq for comp in town().compare(HOME).comps}
        far = next(seq for seq in range(1, 1500) if seq not in used)
        found = town().compare(HOME, pinned={far})
        pinned = next(comp for comp in found.comps if comp.seq == far)
        assert pinned.pinned
        assert pinned.weight >= 1 / 31
        check_sums(found)

    def test_only_pinned_sales(self) -> None:
        found = town().compare(HOME, Criteria(max_radius_km=0.001, max_days=1), pinned={3, 4})
        assert {comp.seq for comp in found.comps} == {3, 4}
        check_sums(found)

    def test_more_pinned_than_are_compared(self) -> None:
        found = town().compare(HOME, Criteria(max_comps=2), pinned={3, 4, 5})
        assert {comp.seq for comp in found.comps} == {3, 4, 5}

    @settings(max_examples=20, deadline=None)
    @given(st.sets(st.integers(1, 1500), max_size=6), st.sets(st.integers(1, 1500), max_size=6))
    def test_pinned_in_excluded_out(self, pinned: set[int], excluded: set[int]) -> None:
        near = {comp.seq for comp in town().compare(HOME).comps[:3]}
        found = town().compare(HOME, pinned=pinned, excluded=excluded | near)
        seqs = {comp.seq for comp in found.comps}
        assert pinned - excluded - near <= seqs
        assert not seqs & (excluded | near)
        check_sums(found)

    def test_a_pin_that_cannot_be_is_said(self) -> None:
        sales = a_market(100)
        usable = np.ones(100, dtype=bool)
        usable[1] = False
        close = sales.close_day.copy()
        close[2] = AS_OF
        changed = replace(sales, usable=usable, close_day=close)
        late = "it closed on 2016-07-18, which is not before the day of value, 2016-07-18"
        found = comparer(changed).compare(replace(HOME, parcel="parcel 3"), pinned={2, 3, 4, 5, 999}, excluded={5})
        assert not {2, 3, 4, 5, 999} & {comp.seq for comp in found.comps}
        assert [note for note in found.notes if "pinned" in note] == [
            "sale 2 was pinned but is left out: it is flagged, and a flagged sale is never compared with",
            f"sale 3 was pinned but is left out: {late}",
            "sale 4 was pinned but is left out: it is a sale of the property itself",
            "sale 5 was pinned but is left out: it was excluded by hand",
            "sale 999 was pinned but is left out: there is no sale 999 in this market",
        ]


class TestWhyNot:
    @promise(
        "Comparable sales",
        "`GET /core/property/properties/{property_id}/comps/why_not` explains why a sale is not among the comps, or "
        "which comp it is.",
    )
    def test_every_sale_has_an_answer(self) -> None:
        found = {comp.seq: comp.rank for comp in town().compare(HOME).comps}
        for seq in range(1, 1501, 7):
            reasons = town().why_not(HOME, STANDARD, seq)
            assert reasons
            if seq in found:
                assert reasons == (f"it is comparable sale number {found[seq]} of {len(found)}",)
            else:
                assert not any("comparable sale number" in reason for reason in reasons)

    def test_the_reasons(self) -> None:
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
            ("it is too far: 5.6 km away, the limit is 1.6 km",),
            ("it closed 400 days before the day of value, the limit is 183",),
            (
                "it has 5 bedrooms, the most is 3",
                "its living area of 2,600 sq ft is 44 % above the property's 1,800, the limit is 20 %",
            ),
            ("its coordinates are not known", "its living area is not known"),
            ("it is of another type: condo, the property is house",),
        ]

    def test_it_fits_but_others_are_better(self) -> None:
        limits = Criteria(max_comps=5)
        reasons = [town().why_not(HOME, limits, seq) for seq in range(1, 1501, 11)]
        said = [each[0] for each in reasons if each[0].startswith("it fits")]
        assert said
        assert all(reason.endswith("others are nearer or more alike; 5 are compared") for reason in said)

    @promise(
        "Comparable sales",
        "Comps use nothing from the valuation date or later, including the property's own sales.",
    )
    def test_what_no_limit_can_help(self) -> None:
        assert town().why_not(HOME, STANDARD, 5, excluded={5}) == ("it was excluded by hand",)
        assert town().why_not(HOME, STANDARD, 5000) == ("there is no sale 5000 in this market",)
