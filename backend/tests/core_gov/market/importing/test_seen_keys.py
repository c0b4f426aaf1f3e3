"""Detection of repeated keys."""

from hypothesis import given
from hypothesis import strategies as st

from backend.app.core_gov.market.importing.seen_keys import SeenKeys


@given(st.lists(st.lists(st.integers(0, 40).map(str), max_size=12), max_size=12))
def test_a_key_is_new_once(batches: list[list[str]]) -> None:
    seen, known = SeenKeys(), set[str]()
    for batch in batches:
        wanted = []
        for key in batch:
            wanted.append(key not in known)
            known.add(key)
        assert seen.new(batch) == wanted


def test_number_of_runs_stays_logarithmic() -> None:
    seen = SeenKeys()
    for batch in range(100):
        assert all(seen.new([f"{batch} {at}" for at in range(10)]))
    assert len(seen._runs) < 10
    assert not any(seen.new([f"{batch} 3" for batch in range(100)]))
