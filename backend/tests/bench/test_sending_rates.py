"""What the bench says about senders that keep their rates, or do not."""

from typing import cast

from backend.app.bootstrap import Store
from bench.sending_rates import BURST, Sample, Watcher, number_of, sender_run


def watcher_of(*samples: Sample) -> Watcher:
    watcher = Watcher(cast(Store, None))
    watcher.samples = list(samples)
    return watcher


def test_even_messages_keep_the_rate() -> None:
    run = sender_run(20, [100 + number / 20 for number in range(200)], 100.0)
    assert (run.messages, run.most_within_second) == (200, 20)
    assert list(run.faults) == []


def test_messages_at_once_exceed_the_rate() -> None:
    run = sender_run(20, [100.5] * (21 + BURST), 100.0)
    assert list(run.faults) == [f"{21 + BURST} messages within a second, not 20 + {BURST}"]


def test_sender_that_waits_for_others_is_found() -> None:
    run = sender_run(20, [100 + number / 10 for number in range(200)], 100.0)
    assert list(run.faults) == ["200 messages at 20 /s took 19.9 s, not 14.0 s"]
    assert sender_run(20, [], 100.0).messages == 0


def test_memory_and_progress_are_judged() -> None:
    flat = watcher_of(*(Sample(100.0, 1_000 - number) for number in range(100)))
    assert [*flat.memory_faults, *flat.progress_faults] == []
    growing = watcher_of(*(Sample(100.0 + number, 7 + number // 99) for number in range(100)))
    assert list(growing.memory_faults) == ["memory grew from 112 to 187 MB"]
    assert list(growing.progress_faults) == [
        "the number of open messages rose",
        "the number of open messages had 2 values in 100 looks",
    ]


def test_senders_have_numbers_of_their_own() -> None:
    assert len({number_of(name) for name in ("fast", "rate-20", "rate-40", "rate-80")}) == 4
