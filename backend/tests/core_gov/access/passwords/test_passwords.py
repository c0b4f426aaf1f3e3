"""Rules of passwords, and their hashes."""

from contextlib import suppress

import pytest
from argon2 import PasswordHasher
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.app.core_gov.access.passwords.hashing import PasswordHashing
from backend.app.core_gov.access.passwords.rules import LONGEST, check_password
from backend.app.kit.errors import BadInput
from backend.tests.promises import promise

KNOWN = ["dana.fox@example.com", "Dana Fox"]


@promise(
    "Access", "A password has 15 characters if it is the only factor, 8 beside another; guessable ones are refused."
)
@pytest.mark.parametrize(
    ("password", "with_factor", "message"),
    [
        ("vq8#Kz2!pWn4xY", False, "at least 15 characters"),
        ("vq8#Kz2", True, "at least 8 characters"),
        ("aaaaaaaaaaaaaaaaaaaa", False, "easy to guess"),
        ("password1234567", False, "easy to guess"),
        ("dana.fox@example.com", False, "easy to guess"),
        ("valhallavalhalla", False, "easy to guess"),
        ("qwertyuiopasdfgh", False, "easy to guess"),
        ("iloveyou1", True, "one of the most common"),
        ("princess", True, "one of the most common"),
        ("x" * (LONGEST + 1), False, "at most"),
    ],
)
def test_weak_passwords_are_refused(password: str, with_factor: bool, message: str) -> None:
    with pytest.raises(BadInput, match=message) as refused:
        check_password(password, with_factor=with_factor, known=KNOWN)
    assert refused.value.faults[0].field == "password"
    assert password not in refused.value.detail


@pytest.mark.parametrize(
    ("password", "with_factor"),
    [
        ("eleven green umbrellas", False),
        ("vq8#Kz2!", True),
        ("четыре зелёных зонта", False),
        ("桜の木の下で待っています、明日の朝", False),
        ("correct horse battery staple " * 8, False),
        (" spaces at both ends ", False),
    ],
)
def test_no_rule_of_composition_applies(password: str, with_factor: bool) -> None:
    check_password(password, with_factor=with_factor, known=KNOWN)


@pytest.fixture
def hashing(monkeypatch: pytest.MonkeyPatch) -> PasswordHashing:
    """The hashing of the service, which costs more than that of other tests."""
    monkeypatch.setattr(PasswordHashing.__module__ + ".PasswordHasher", PasswordHasher)
    return PasswordHashing()


@promise("Access", "Passwords are stored as argon2id hashes with 19 MiB, two iterations and one lane.")
def test_hash_is_argon2id_and_differs_each_time(hashing: PasswordHashing) -> None:
    stored = hashing.hash_now("eleven green umbrellas")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert stored != hashing.hash_now("eleven green umbrellas")
    assert hashing.verify_now(stored, "eleven green umbrellas")
    assert not hashing.verify_now(stored, "eleven green umbrella")
    assert not hashing.is_outdated(stored)


def test_same_characters_of_another_keyboard_match(hashing: PasswordHashing) -> None:
    assert hashing.verify_now(hashing.hash_now("caf\u00e9 \ufb01ve green umbrellas"), "cafe\u0301 five green umbrellas")


@pytest.mark.parametrize("stored", [None, "", "x", "$argon2id$v=19$m=19456,t=2,p=1$", "$2b$12$abcdefghijklmnopqrstuv"])
def test_no_hash_and_a_damaged_one_match_nothing(hashing: PasswordHashing, stored: str | None) -> None:
    for password in ("", "the password of nobody", "eleven green umbrellas"):
        assert hashing.verify_now(stored, password) is False


@settings(max_examples=40)
@given(st.text(max_size=300))
def test_any_text_is_accepted_or_refused_with_a_reason(password: str) -> None:
    with suppress(BadInput):
        check_password(password, with_factor=True, known=KNOWN)
