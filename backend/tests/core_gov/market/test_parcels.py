"""Which spellings of parcel numbers are the same parcel, strictly and loosely."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.app.core_gov.market.columns import UNKNOWN
from backend.app.core_gov.market.parcels import ParcelCodes, may_be_same_parcel, parcel_classes, parcel_key

SAME = [
    ("12-345-678", "12345678"),
    ("12-345-678", "12 345 678"),
    ("12.345.678", "12/345/678"),
    ("012-345-678", "12-345-678"),
    ("0012345678", "12345678"),
    ("12-034-005", "12-34-5"),
    ("R-0123-45", "r123 45"),
    ("12345678.0", "12-345-678"),
    ('="0012345"', "12-345"),
    ("'0012345", "12345"),
    ("12-A34", "12A34"),
    ("PID: 012-345-678", "12-345-678"),
    ("APN 12-345", "12345"),
    ("12\u2013345\u2013678", "12-345-678"),
    ("\uff11\uff12-345", "12-345"),
]
DIFFERENT = [("1-23-4", "12-3-4"), ("12-345-678", "12-345-679"), ("12A", "12B"), ("1-20", "1-2"), ("A12", "12")]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_separators_case_and_padding_do_not_matter(one: str, other: str) -> None:
    assert len(set(parcel_classes([one, other]).tolist())) == 1
    assert may_be_same_parcel(one, other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_groups_of_digits_must_agree(one: str, other: str) -> None:
    assert len(set(parcel_classes([one, other]).tolist())) == 2
    assert not may_be_same_parcel(one, other)


def test_the_loose_key_ignores_groups() -> None:
    assert parcel_key("1-23-4") == parcel_key("12-3-4") == parcel_key("001234") == "1234"


@pytest.mark.parametrize(
    "text", ["", "0", "000-00-000", "TBD", "n/a", "-", "See remarks", "NOT ASSIGNED", "XXX-XX", "999-99-999", "Inconnu"]
)
def test_a_placeholder_is_no_parcel(text: str) -> None:
    assert parcel_key(text) is None
    assert parcel_classes([text, "12-3"]).tolist() == [UNKNOWN, 1]


def test_a_spelling_without_groups_joins_the_only_grouping() -> None:
    assert parcel_classes(["1234", "1-23-4"]).tolist() == [1, 1]


def test_a_spelling_without_groups_that_could_mean_two_parcels_is_its_own() -> None:
    assert parcel_classes(["1234", "1-23-4", "12-3-4"]).tolist() == [0, 1, 2]


def test_a_class_is_decided_by_earlier_sales() -> None:
    days = np.array([10, 20, 30])
    assert parcel_classes(["1234", "1-23-4", "12-3-4"], days).tolist() == [0, 0, 2]


def test_a_spelling_no_sale_has_is_found_in_its_class() -> None:
    codes = ParcelCodes(("12-345-678", "9-87", "98-7", "TBD"))
    assert codes.class_of("12345678") == codes.class_of("012 345 678") == 0
    assert codes.class_of("987") == UNKNOWN
    assert codes.class_of("9-8-7") == UNKNOWN
    assert codes.class_of("TBD") == codes.class_of(None) == codes.class_of("1") == UNKNOWN


GROUPS = st.lists(st.integers(0, 12).map(str), min_size=1, max_size=3)
SPELLINGS = st.lists(
    st.tuples(GROUPS, st.sampled_from(["-", "", " ", "."]), st.integers(0, 3)), min_size=1, max_size=12
).map(lambda parts: sorted({sign.join("0" * pad + group for group in groups) for groups, sign, pad in parts}))


@settings(max_examples=150)
@given(names=SPELLINGS, data=st.data())
def test_classes_agree_with_the_pairwise_rule_and_do_not_depend_on_later_sales(
    names: list[str], data: st.DataObject
) -> None:
    days = np.array(data.draw(st.lists(st.integers(0, 3), min_size=len(names), max_size=len(names))), dtype=np.int64)
    classes = parcel_classes(names, days)
    for one in range(len(names)):
        for other in range(one):
            same = classes[one] == classes[other] != UNKNOWN
            assert not same or may_be_same_parcel(names[one], names[other]) or not _both_grouped(names, one, other)
            assert not same or parcel_key(names[one]) is not None
    for day in range(4):
        known = np.flatnonzero(days <= day)
        earlier = parcel_classes([names[at] for at in known], days[known])
        assert [UNKNOWN if code == UNKNOWN else known[code] for code in earlier] == classes[known].tolist()


def _both_grouped(names: list[str], one: int, other: int) -> bool:
    return not any(name.isdecimal() for name in (names[one], names[other]))


@settings(max_examples=50)
@given(st.sets(st.lists(st.integers(1, 999), min_size=2, max_size=3).map(tuple), min_size=1, max_size=20))
def test_parcels_spelled_one_way_keep_a_class_each(parcels: set[tuple[int, ...]]) -> None:
    names = sorted("-".join(f"{group:03}" for group in each) for each in parcels)
    own = [UNKNOWN if parcel_key(name) is None else at for at, name in enumerate(names)]
    assert parcel_classes(names).tolist() == own, "a placeholder such as 999-999 has none"


def test_placeholder_between_others_has_no_class() -> None:
    assert parcel_classes(["001-002", "999-999", "999-998"]).tolist() == [0, UNKNOWN, 2]
