"""Sorted texts in one block: the same as a sorted tuple."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.app.core_gov.market.sorted_texts import SortedTexts

TEXTS = st.text(st.characters(codec="utf-8"), max_size=6)


@given(names=st.lists(TEXTS, unique=True, max_size=20), other=TEXTS)
def test_sorted_texts_are_like_a_sorted_tuple(names: list[str], other: str) -> None:
    names.sort()
    texts = SortedTexts.of(names)
    assert [*texts] == names == [texts[at] for at in range(len(names))]
    assert texts == tuple(names) == texts[:]
    assert texts == SortedTexts.of(names)
    assert hash(texts) == hash(tuple(names))
    assert [texts.find(name) for name in names] == [*range(len(names))]
    assert texts.find(other) == (names.index(other) if other in names else None)
    with pytest.raises(IndexError):
        texts[len(names)]
