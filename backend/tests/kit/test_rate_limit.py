import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.app.kit.rate_limit import RateLimit


def test_burst_is_allowed_then_the_refill_rate() -> None:
    limit = RateLimit(3, 60.0)
    assert [limit.wait_s("a", 0.0) for _ in range(4)] == [0, 0, 0, 20]
    assert limit.wait_s("a", 19.0) == 1
    assert limit.wait_s("a", 20.0) == 0
    assert limit.wait_s("a", 20.0) == 20
    assert [limit.wait_s("a", 10_000.0) for _ in range(4)] == [0, 0, 0, 20]


def test_a_refusal_does_not_count() -> None:
    limit = RateLimit(1, 10.0)
    limit.wait_s("a", 0.0)
    for second in range(1, 10):
        assert limit.wait_s("a", float(second)) == 10 - second
    assert limit.wait_s("a", 10.0) == 0


def test_clients_are_limited_separately() -> None:
    limit = RateLimit(1, 10.0)
    assert [limit.wait_s(client, 0.0) for client in "abab"] == [0, 0, 10, 10]


def test_clock_that_goes_back_gives_no_extra_allowance() -> None:
    limit = RateLimit(2, 10.0)
    assert [limit.wait_s("a", now) for now in (5.0, 5.0, 5.0, 4.0)] == [0, 0, 5, 6]


@given(
    count=st.integers(1, 50),
    seconds=st.floats(0.5, 3600.0),
    steps=st.lists(st.floats(0.0, 30.0), min_size=1, max_size=200),
)
def test_uses_never_exceed_burst_plus_refill(count: int, seconds: float, steps: list[float]) -> None:
    limit, now, allowed = RateLimit(count, seconds), 0.0, 0
    for step in steps:
        now += step
        allowed += limit.wait_s("a", now) == 0
        assert allowed <= count + now * count / seconds + 0.01


@given(count=st.integers(1, 20), seconds=st.floats(0.5, 3600.0))
def test_use_is_allowed_after_the_returned_wait(count: int, seconds: float) -> None:
    limit = RateLimit(count, seconds)
    for _ in range(count):
        assert limit.wait_s("a", 0.0) == 0
    wait = limit.wait_s("a", 0.0)
    assert wait >= 1
    assert limit.wait_s("a", wait + 1e-6) == 0


def test_memory_is_limited_and_keeps_the_heaviest_clients() -> None:
    limit = RateLimit(10, 3600.0)
    for _ in range(10):
        assert limit.wait_s("greedy", 0.0) == 0
    for n in range(50_000):
        limit.wait_s(f"crowd {n}", 1.0)
    assert len(limit) <= RateLimit.MAX_CLIENTS
    assert limit.wait_s("greedy", 1.0) > 0


@pytest.mark.parametrize("later", [3600.0, 1e9])
def test_idle_clients_are_forgotten_first(later: float) -> None:
    limit = RateLimit(10, 3600.0)
    for n in range(RateLimit.MAX_CLIENTS):
        limit.wait_s(f"early {n}", 0.0)
    limit.wait_s("late", later)
    assert len(limit) == 1
