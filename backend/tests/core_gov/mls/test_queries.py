"""URLs of the requests to a feed, and how many keys fit into one."""

import pytest

from backend.app.core_gov.mls.queries import KEY_FORMS, MAX_KEY_CHARACTERS, MAX_KEYS, batches


@pytest.mark.parametrize("form", range(KEY_FORMS))
def test_batches_contain_each_key_once_in_order(form: int) -> None:
    keys = [f"key-{number}" for number in range(350)]
    assert [key for batch in batches(keys, form) for key in batch] == keys


def test_a_batch_is_limited_by_the_number_of_keys() -> None:
    assert [len(batch) for batch in batches([f"{number:010}" for number in range(250)], 0)] == [MAX_KEYS, MAX_KEYS, 50]


def test_a_batch_is_limited_by_the_length_of_the_keys() -> None:
    found = batches([f"{number:0200}" for number in range(20)], 0)
    assert [len(batch) for batch in found] == [7, 7, 6]
    assert all(sum(map(len, batch)) <= MAX_KEY_CHARACTERS for batch in found)


def test_records_are_requested_one_at_a_time_in_the_last_form() -> None:
    assert batches(["a", "b"], KEY_FORMS - 1) == [["a"], ["b"]]
