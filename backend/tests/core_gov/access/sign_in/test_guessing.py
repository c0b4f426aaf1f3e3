"""Guessing passwords: what an attacker learns, and how soon the next attempt is allowed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.app.bootstrap import Store
from backend.app.core_gov.access.passwords.hashing import PasswordHashing
from backend.app.core_gov.access.sign_in import delays
from backend.app.core_gov.access.sign_in.delays import Attempt, Counter
from backend.app.kit import clock
from backend.app.kit.db import Ctx
from backend.app.kit.errors import TooManyRequests
from backend.app.settings import Settings
from backend.tests.conftest import MakeServer
from backend.tests.core_gov.access.browser import Office, open_office
from backend.tests.harness import Postgres
from backend.tests.promises import promise

DANA = "dana@example.com"
HOME, ELSEWHERE = "203.0.113.7", "198.51.100.9"


@pytest.fixture
def office(store_settings: Settings) -> Iterator[Office]:
    with open_office(store_settings) as opened:
        yield opened


@promise("Access", "Unknown, disabled and invited accounts are answered like wrong passwords, after the same work.")
def test_answers_do_not_tell_accounts_apart(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[bool] = []
    usual = PasswordHashing.verify_now

    def counted(self: PasswordHashing, stored: str | None, password: str) -> bool:
        compared.append(stored is None)
        return usual(self, stored, password)

    monkeypatch.setattr(PasswordHashing, "verify_now", counted)
    office.invite("invited@example.com")
    answers: list[dict[str, Any]] = []
    with office.signed_in(DANA), office.browser() as stranger:
        for email in (DANA, "invited@example.com", "nobody@example.com", "x", "DANA@EXAMPLE.COM", "\u202edana"):
            answer = stranger.sign_in(email, "wrong umbrellas everywhere")
            answers.append({"status": answer.status_code, **answer.json(), "headers": sorted(answer.headers)})
            del answers[-1]["request_id"]
    assert answers == [answers[0]] * 6
    assert answers[0]["detail"] == "email or password is wrong"
    assert len(compared) == 6, "each answer took one comparison of a hash"


@promise("Access", "Guesses are counted together by all processes, and delayed more and more.")
def test_guesses_are_counted_across_processes(postgres: Postgres, server: MakeServer, tmp_path: Path) -> None:
    url, options = postgres.new_database(), {"settings": {"loopback": "login"}}
    both = [server(tmp_path / name, url, **options).start() for name in ("one", "two")]
    answers = [
        httpx.post(
            f"{both[number % 2].base_url}/core/access/sign_in",
            json={"email": DANA, "password": f"guess number {number}"},
            trust_env=False,
            timeout=300,
        )
        for number in range(8)
    ]
    assert [answer.status_code for answer in answers[:5]] == [401] * 5
    refused = [answer for answer in answers[5:] if answer.status_code == 429]
    assert refused
    assert all(int(answer.headers["retry-after"]) >= 1 for answer in refused)


def at(seconds: float) -> Ctx:
    """Return the context of a unit at a time, in seconds after a fixed one."""
    return Ctx("x", "api", at=clock.later("2026-01-31T09:30:00.000000Z", delays.FORGOTTEN_AFTER / 86_400 * seconds))


def wait_s(store: Store, seconds: float, attempt: Attempt) -> int:
    """Begin an attempt, and return for how long it must wait instead."""
    try:
        store.db.write_now(at(seconds), delays.begin, attempt)
    except TooManyRequests as early:
        return int(early.headers["retry-after"])
    return 0


def test_delay_grows_and_ends(store: Store) -> None:
    attempt = delays.attempt("password", DANA, ELSEWHERE, known_address=False)
    now, waits = 0.0, []
    for _ in range(16):
        waits.append(wait_s(store, now, attempt))
        if waits[-1]:
            now += waits[-1]
            assert wait_s(store, now, attempt) == 0
    assert waits == [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900]
    store.db.write_now(at(now + 900), delays.begin, attempt)
    store.db.write_now(at(now + 900), delays.succeed, attempt)
    store.db.write_now(at(now + 900), delays.begin, attempt)
    store.db.write_now(at(now + 86_400 * 3), delays.begin, attempt)


@promise("Access", "Nobody can lock others out: where they have signed in before, only their own failures count.")
def test_attack_from_many_addresses_does_not_stop_the_owner(store: Store) -> None:
    for number in range(400):
        attempt = delays.attempt("password", DANA, f"198.51.{number % 200}.{number % 250}", known_address=False)
        assert wait_s(store, number * 61, attempt) <= 900
    stranger = delays.attempt("password", DANA, HOME, known_address=False)
    assert 0 < wait_s(store, 399 * 61 + 1, stranger) <= 60
    assert wait_s(store, 399 * 61 + 1, delays.attempt("password", DANA, HOME, known_address=True)) == 0


def test_colleague_at_the_same_address_delays_nobody_else(store: Store) -> None:
    for number in range(40):
        wait_s(store, 0, delays.attempt("password", f"typo{number}@example.com", HOME, known_address=False))
    assert wait_s(store, 0, delays.attempt("password", DANA, HOME, known_address=True)) == 0
    assert wait_s(store, 0, delays.attempt("password", DANA, HOME, known_address=False)) > 0


def test_own_account_does_not_clear_the_counter_of_an_address(store: Store) -> None:
    """Whoever signs in to an account of their own between guesses is delayed all the same."""
    own = delays.attempt("password", "mallory@example.com", ELSEWHERE, known_address=True)
    waits = []
    for number in range(30):
        guess = delays.attempt("password", f"victim{number}@example.com", ELSEWHERE, known_address=False)
        waits.append(wait_s(store, 0, guess) or wait_s(store, 0, own))
        store.db.write_now(at(0), delays.succeed, own)
    assert waits[0] == 0
    assert waits[-1] >= 1


@given(st.integers(0, 10**6), st.integers(1, 50), st.integers(1, 3600))
def test_delays_never_shrink_and_are_bounded(failures: int, free: int, longest: int) -> None:
    counter = Counter("x", free, longest)
    assert 0 <= counter.delay_s(failures) <= counter.delay_s(failures + 1) <= longest
    assert counter.delay_s(min(failures, free - 1)) == 0
