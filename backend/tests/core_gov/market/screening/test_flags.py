"""Flags of a sale: as stored, after a new screening, and lifted by a person."""

import pytest

from backend.app.core_gov.market.screening import flags
from backend.app.core_gov.market.screening.flags import Flag
from backend.tests.promises import promise

HELD = (Flag("low_price", "a"), Flag("by_hand", "b", "dana"))


@promise(
    "Market data",
    "Screening flags sales and deletes none; each flag has a reason and can be cleared; later sales have no influence.",
)
def test_flags_round_trip() -> None:
    assert flags.read(flags.written(HELD)) == list(HELD)
    assert (flags.written([]), flags.read("[]"), flags.usable([])) == (flags.NONE, [], 1)


def test_screening_removes_only_its_own_flags() -> None:
    assert flags.screened(HELD, [Flag("resale", "c", excludes=False)]) == [
        HELD[1], Flag("resale", "c", excludes=False),
    ]  # fmt: skip


@promise(
    "Market data",
    "Screening flags sales and deletes none; each flag has a reason and can be cleared; later sales have no influence.",
)
def test_lifted_flags_stay_lifted() -> None:
    after = flags.lifted(HELD[:1], "low_price", "dana", "2026-01-01", "it is right")
    assert flags.usable(after) == 1
    assert flags.screened(after, [Flag("low_price", "other words")]) == after
    with pytest.raises(KeyError):
        flags.lifted(after, "low_price", "dana", "2026-01-01", "again")
