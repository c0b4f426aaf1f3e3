"""Days as sources write them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.app.core_gov.market.importing import dates
from backend.tests.promises import promise

US, ISO = "%m/%d/%Y", "%Y-%m-%d"


@promise(
    "Market data",
    "Days are read in the formats that the mapping states, several in one column, as epoch times only if it says so.",
)
@pytest.mark.parametrize(
    ("value", "forms", "day"),
    [
        ("1/31/2020", (US,), "2020-01-31"),
        ("1/31/2020 12:00:00 AM", (US,), "2020-01-31"),
        ("1/31/2020 12:00:00 a.m.", (US,), "2020-01-31"),
        ("1/31/2020 23:59", (US,), "2020-01-31"),
        ("1/31/2020  0:00", (US,), "2020-01-31"),
        ("1/31/2020, 9:05 PM", (US,), "2020-01-31"),
        ("1/31/2020 05:00:00+00", (US, f"{US} %H:%M:%S+00"), "2020-01-31"),
        ("1/31/2020 05:00:00.000Z", (US,), "2020-01-31"),
        ("1/31/2020T05:00:00-05:00", (US,), "2020-01-31"),
        ("43861", (US,), "2020-01-31"),
        (43861.5, (US,), "2020-01-31"),
        ("2020-01-31", (US, ISO), "2020-01-31"),
        ("2020-01-31T00:00:00", (US, ISO), "2020-01-31"),
        ("1/31/2020", (ISO, US), "2020-01-31"),
        ("1580428800", ("epoch",), "2020-01-31"),
        (1580428800, ("epoch",), "2020-01-31"),
        (1580428800.25, ("epoch",), "2020-01-31"),
        ("1580515199", ("epoch",), "2020-01-31"),
        ("1580428800000", ("epoch_ms",), "2020-01-31"),
        (1580428800000.0, ("epoch_ms",), "2020-01-31"),
        ("-86400", ("epoch",), "1969-12-31"),
        ("-31536000000", ("epoch_ms",), "1969-01-01"),
        ("0", ("epoch_ms",), "1970-01-01"),
        ("1580428800000", (US, "epoch", "epoch_ms"), "2020-01-31"),
        ("1580428800", ("epoch_ms", "epoch"), "2020-01-31"),
        ("1/31/2020", (US, "epoch_ms"), "2020-01-31"),
        (date(2020, 1, 31), ("epoch",), "2020-01-31"),
        (datetime(2020, 1, 31, 5, tzinfo=UTC), (US,), "2020-01-31"),
    ],
)
def test_days_are_read_in_stated_formats(value: Any, forms: tuple[str, ...], day: str) -> None:
    assert dates.day_written(forms)(value) == day


@pytest.mark.parametrize(
    ("value", "forms", "said"),
    [
        ("31/1/2020", (US,), "is not a date in the format %m/%d/%Y: 31/1/2020; date_format may be a list of formats"),
        ("soon", (US, ISO), "is not a date in the format one of %m/%d/%Y, %Y-%m-%d: soon"),
        ("1580428800000", ("epoch",), 'in seconds since 1970: 1580428800000; is date_format = "epoch_ms" meant?'),
        ("1580428800", ("epoch_ms",), 'in milliseconds since 1970: 1580428800; is date_format = "epoch" meant?'),
        ("9" * 15, ("epoch", "epoch_ms"), "is not a time in"),
        ("9" * 400, ("epoch",), "is not a date in the format epoch"),
        ("nan", ("epoch",), "is not a date in the format epoch"),
        ("1e9", ("epoch",), "is not a date in the format epoch"),
        ("\u0661\u0662\u0663", ("epoch",), "is not a date in the format epoch"),
    ],
)
def test_other_texts_are_no_days(value: Any, forms: tuple[str, ...], said: str) -> None:
    with pytest.raises(ValueError, match=r"^is not a ") as caught:
        dates.day_written(forms)(value)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("value", "option"),
    [
        ("1/31/2020", "set date_format in"),
        ("1580428800", 'set date_format = "epoch" in'),
        (1580428800000, 'set date_format = "epoch_ms" in'),
    ],
)
def test_the_message_names_the_option(value: Any, option: str) -> None:
    with pytest.raises(ValueError, match="is not a date such as 2015-01-31") as caught:
        dates.day(value)
    assert option in str(caught.value)


@given(st.integers(-2_208_900_000, 4_102_400_000))
def test_epoch_times_are_days_in_utc(seconds: int) -> None:
    day = (date(1970, 1, 1) + timedelta(days=seconds // 86_400)).isoformat()
    assert dates.day_written(("epoch",))(seconds) == day
    if abs(seconds) > 5_000_000:
        assert dates.day_written(("epoch_ms",))(str(seconds * 1000)) == day
