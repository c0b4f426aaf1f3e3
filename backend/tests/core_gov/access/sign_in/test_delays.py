"""Delays between attempts to sign in."""

from datetime import UTC, datetime, timedelta

import time_machine

from backend.app.bootstrap import open_store
from backend.app.core_gov.access.sign_in import delays
from backend.app.settings import Settings
from backend.tests.core_gov.access.browser import CLI


def test_clock_of_another_process_delays_nobody(store_settings: Settings) -> None:
    """Two processes count together, and the later count may have the earlier time."""
    attempt = delays.attempt("password", "dana@example.com", "203.0.113.7", known_address=True)
    now = datetime.now(UTC)
    with open_store(store_settings) as store:
        for moment in (now + timedelta(seconds=2), now):
            with time_machine.travel(moment, tick=False):
                store.db.write_now(CLI, delays.begin, attempt)
