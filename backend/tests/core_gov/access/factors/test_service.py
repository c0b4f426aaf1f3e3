"""Second factors as stored: codes work once, also in two processes at the same time, and what a reset removes."""

import base64
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from backend.app.bootstrap import Store, open_store
from backend.app.core_gov.access.factors import recovery_codes, service, totp
from backend.app.core_gov.access.factors.store import recovery_codes as recovery_codes_table
from backend.app.core_gov.access.factors.store import totp as totp_of
from backend.app.core_gov.access.people import service as people
from backend.app.core_gov.access.people.schemas import InvitationCreate
from backend.app.core_gov.access.people.store import Person
from backend.app.kit.db import Ctx, Query
from backend.app.kit.errors import BadInput, Conflict
from backend.app.settings import Settings
from backend.tests.promises import promise

EMAIL = "dana@example.com"
NOON = "2026-11-29T12:00:00.000000Z"


def ctx(at: str = NOON) -> Ctx:
    return Ctx(EMAIL, "tester", at=at)


def code_at(secret: str, at: str) -> str:
    return pyotp.TOTP(secret).generate_otp(totp.step_at(at))


@pytest.fixture
def store(store_settings: Settings) -> Iterator[Store]:
    with open_store(store_settings) as found:
        yield found


@pytest.fixture
def person(store: Store) -> Person:
    return store.db.write_now(ctx(), people.invite, InvitationCreate(email=EMAIL, role="operator")).person


@pytest.fixture
def secret(store: Store, person: Person) -> str:
    """Secret of a confirmed app."""
    setup = store.db.write_now(ctx(), service.start_totp, person)
    store.db.write_now(ctx(), service.confirm_totp, person, code_at(setup.secret, NOON))
    return setup.secret


def use(store: Store, person: Person, code: str, at: str = NOON) -> str | None:
    return store.db.write_now(ctx(at), service.use_code, person, code)


def test_code_is_accepted_a_step_early_and_late_but_never_twice(store: Store, person: Person, secret: str) -> None:
    at = [f"2026-11-29T12:{minute:02}:{second:02}.000000Z" for minute in range(5) for second in (0, 30)]
    assert use(store, person, code_at(secret, at[2]), at[1]) == "totp"  # the phone is early
    assert use(store, person, code_at(secret, at[2]), at[1]) is None
    assert use(store, person, code_at(secret, at[2]), at[3]) is None
    assert use(store, person, code_at(secret, at[1]), at[1]) is None  # older than one that was used
    assert use(store, person, code_at(secret, at[4]), at[5]) == "totp"  # the phone is late
    assert use(store, person, code_at(secret, at[6]), at[8]) is None
    assert use(store, person, code_at(secret, at[8]), at[6]) is None


@pytest.mark.parametrize("kind", ["totp", "recovery_code"])
@promise("Access", "A code works once, even if two processes see it at the same time.")
def test_one_of_two_processes_accepts_a_code(
    store: Store, store_settings: Settings, person: Person, secret: str, kind: str
) -> None:
    later = "2026-11-29T12:10:00.000000Z"
    codes = store.db.write_now(ctx(), service.new_codes, person)
    code = code_at(secret, later) if kind == "totp" else codes[0]
    with open_store(store_settings) as other, ThreadPoolExecutor(8) as threads:
        start = threading.Barrier(8)

        def attempt(number: int) -> str | None:
            start.wait()
            return use((store, other)[number % 2], person, code, later)

        found = list(threads.map(attempt, range(8)))
    assert sorted(found, key=str) == [None] * 7 + [kind]


def test_new_app_counts_when_a_code_confirms_it(store: Store, person: Person, secret: str) -> None:
    setup = store.db.write_now(ctx(), service.start_totp, person)
    with pytest.raises(BadInput, match="clock of the phone"):
        store.db.write_now(ctx(), service.confirm_totp, person, "000000")
    later = "2026-11-29T12:10:00.000000Z"
    assert use(store, person, code_at(setup.secret, later), later) is None
    assert use(store, person, code_at(secret, later), later) == "totp"
    store.db.write_now(ctx(later), service.confirm_totp, person, code_at(setup.secret, later))
    last = "2026-11-29T12:11:00.000000Z"
    assert use(store, person, code_at(secret, last), last) is None
    assert use(store, person, code_at(setup.secret, last), last) == "totp"
    with pytest.raises(Conflict, match="start again"):
        store.db.write_now(ctx(last), service.confirm_totp, person, code_at(setup.secret, last))


def test_unconfirmed_app_is_no_factor_and_lapses(store: Store, person: Person) -> None:
    setup = store.db.write_now(ctx(), service.start_totp, person)
    assert not store.db.snapshot_now(service.has_factor, person.id)
    assert use(store, person, code_at(setup.secret, NOON)) is None
    late = "2026-11-29T12:30:00.000000Z"
    with pytest.raises(Conflict, match="not confirmed in time"):
        store.db.write_now(ctx(late), service.confirm_totp, person, code_at(setup.secret, late))
    with pytest.raises(Conflict, match="add one first"):
        store.db.write_now(ctx(), service.new_codes, person)


def test_recovery_codes_go_with_the_last_factor(store: Store, person: Person, secret: str) -> None:
    codes = store.db.write_now(ctx(), service.new_codes, person)
    store.db.write_now(ctx(), service.remove_totp, person)
    assert use(store, person, codes[0]) is None
    assert not store.db.snapshot_now(service.has_factor, person.id)


def test_codes_are_stored_as_digests(store: Store, person: Person, secret: str) -> None:
    codes = store.db.write_now(ctx(), service.new_codes, person)
    rows = store.db.snapshot_now(lambda tx: tx.all(Query(select(recovery_codes_table))))
    assert len(rows) == len(codes) == 10
    assert not [code for code in codes if code in str(rows) or code.replace("-", "") in str(rows)]
    assert secret not in repr(store.db.snapshot_now(totp_of, person.id))


# Codes


@given(st.text(max_size=30))
def test_any_text_is_a_wrong_code(typed: str) -> None:
    normalized = recovery_codes.normalized_code(typed)
    assert totp.matching_step(base64.b32encode(bytes(20)).decode(), normalized, NOON, 2**40) is None


@given(st.integers(0, 2**31), st.integers(-3, 3), st.integers(-2, 2))
def test_a_step_is_accepted_if_it_is_near_and_new(now_step: int, ahead: int, used: int) -> None:
    """The invariant: accepted steps are within one of now, and later than the last accepted one."""
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    given_step, last = max(0, now_step + ahead), now_step + used
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(totp, "step_at", lambda now: now_step + 1)
        found = totp.matching_step(secret, pyotp.TOTP(secret).generate_otp(given_step), NOON, last)
    if found is not None:
        assert abs(found - now_step - 1) <= 1
        assert found > last
    elif abs(given_step - now_step - 1) <= 1:
        assert given_step <= last


@promise("Access", "Recovery codes have 120 random bits, and can be typed in any case, with or without dashes.")
def test_recovery_codes_are_long_and_forgiving() -> None:
    codes = recovery_codes.new_recovery_codes()
    assert len({*codes, *recovery_codes.new_recovery_codes()}) == 20
    for code in codes:
        assert len(code) == 29
        kept = recovery_codes.normalized_code(code)
        assert len(kept) == 24
        for typed in (code.lower(), code.replace("-", ""), code.replace("-", " – "), code.replace("0", "o")):
            assert recovery_codes.normalized_code(typed) == kept
