"""Requests to the send gate, and an independent reading of the rule files."""

import tomllib
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import holidays
from hypothesis import strategies as st

from backend.app.core_gov.comms.gate import rules
from backend.app.core_gov.comms.gate.request import ConsentGiven, SendRequest

FOLDER = Path(rules.__file__).parent
NAME = "Maple Homes Inc."
BODY = "Hello, this is Maple Homes Inc. Would you like an offer for your house?"
MONDAY = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)
"""A Monday at noon in New York, when every zone of the contiguous United States is permitted."""

WEEK = ("weekdays",) * 5 + ("saturday", "sunday")


def send_request(**changes: Any) -> SendRequest:
    """Return a message that may be sent, with changes."""
    now = changes.get("now", MONDAY)
    fields: dict[str, Any] = {
        "channel": "sms",
        "purpose": "buying",
        "recipient": "+12125550123",
        "body": BODY,
        "now": now,
        "consent": ConsentGiven("express"),
        "inbound_read_at": now,
        "legal_name": NAME,
    }
    return SendRequest(**(fields | changes))


def at(text: str, zone: str = "UTC") -> datetime:
    """Return a local time, such as "2026-11-30 09:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@cache
def file(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


def hours_tables(country: str, region: str | None, purpose: str = "buying") -> list[dict[str, Any]]:
    """Return the tables of hours for a region from the file."""
    return [
        table
        for table in file(f"{country.lower()}.toml")["hours"]
        if purpose in table["purposes"] and (not table.get("regions") or region in table["regions"])
    ]


@cache
def _public_holidays(country: str, region: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, subdiv=region, years=year))


def permitted_by_files(country: str, region: str, moment: datetime) -> bool:
    """Return whether the files permit a moment in every zone of a region, by the text of local clocks."""
    for zone in file("regions.toml")[f"{country}-{region}"]["zones"]:
        local = moment.astimezone(ZoneInfo(zone))
        clock = f"{local:%H:%M}"
        for table in hours_tables(country, region):
            hours = table[WEEK[local.weekday()]]
            if table.get("holidays") == "closed" and local.date() in _public_holidays(country, region, local.year):
                hours = "closed"
            if hours == "closed" or not hours[:5] <= clock < hours[6:]:
                return False
    return True


def minutes(start: datetime, end: datetime) -> list[datetime]:
    """Return every whole minute after the start and before the end."""
    first = start.replace(second=0, microsecond=0) + timedelta(minutes=1)
    return [first + timedelta(minutes=n) for n in range(int((end - first) / timedelta(minutes=1)) + 1)][:-1]


# Around changes of daylight-saving time, a leap day and holidays.
DAYS = ("2026-03-08", "2026-11-01", "2027-03-14", "2028-02-29", "2026-12-25", "2026-07-04", "2026-11-26", "2027-02-09")


@st.composite
def moments(draw: st.DrawFn) -> datetime:
    """Return a time near a special day, often within a second of a full hour."""
    hour = at(f"{draw(st.sampled_from(DAYS))} 12:00") + timedelta(hours=draw(st.integers(-48, 48)))
    return hour + timedelta(seconds=draw(st.sampled_from([-1, 0, 1, 29 * 60, 30 * 60, 1799])))


places = st.sampled_from([name for name in file("regions.toml") if name.startswith(("US-", "CA-"))])
