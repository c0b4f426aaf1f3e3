"""A phone with an authenticator app, and the clock by which it and the service count time steps."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pyotp
import pytest

from backend.app.core_gov.access.factors import totp
from backend.tests.core_gov.access.browser import Browser


@dataclass
class TimeSteps:
    """The current time step, which stands still until a test moves it."""

    current: int

    def go_on(self, steps: int = 1) -> None:
        self.current += steps


@contextmanager
def standing_clock() -> Iterator[TimeSteps]:
    """Let the time steps of codes stand still: a test must not depend on when it begins."""
    steps = TimeSteps(1_000_000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(totp, "step_at", lambda now: steps.current)
        yield steps


@dataclass
class Phone:
    """An authenticator app with one secret."""

    secret: str
    steps: TimeSteps

    def code(self, ahead: int = 0) -> str:
        """Return the code of this time step, or of one further on."""
        return pyotp.TOTP(self.secret).generate_otp(self.steps.current + ahead)

    def next_code(self) -> str:
        """Return the code of the next time step, after it has begun."""
        self.steps.go_on()
        return self.code()


def add_app(browser: Browser, steps: TimeSteps) -> tuple[Phone, dict[str, Any]]:
    """Add an authenticator app for whoever is signed in. Return it, and the response to its first code."""
    setup = browser.post("/core/access/factors/totp")
    setup.raise_for_status()
    phone = Phone(setup.json()["secret"], steps)
    confirmed = browser.post("/core/access/factors/totp/confirm", {"code": phone.next_code()})
    confirmed.raise_for_status()
    return phone, confirmed.json()


def give_code(browser: Browser, code: str) -> Any:
    """Send a code as the second step of a sign-in, and return the response."""
    return browser.post("/core/access/sign_in/code", {"code": code})
