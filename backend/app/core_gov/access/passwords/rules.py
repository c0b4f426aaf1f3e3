"""Rules of new passwords, after NIST SP 800-63B-4, section 3.1.1: length, and no guessable ones."""

from collections.abc import Iterable

from backend.app.core_gov.access.passwords.hashing import normalized
from backend.app.kit.errors import BadInput

SHORTEST_ALONE = 15
"""Fewest characters of a password that is the only factor."""

SHORTEST_WITH_FACTOR = 8
"""Fewest characters of a password beside a second factor."""

LONGEST = 256

_GUESSES = 1e8
"""Number of guesses that a password must withstand: about 20 guesses a minute for ten years."""


def shortest(*, with_factor: bool) -> int:
    return SHORTEST_WITH_FACTOR if with_factor else SHORTEST_ALONE


def is_long_enough_alone(password: str) -> bool:
    """Return whether a password is long enough to be the only factor."""
    return len(normalized(password)) >= SHORTEST_ALONE


def check_password(password: str, *, with_factor: bool, known: Iterable[str]) -> None:
    """Raise BadInput unless the password may be used. `known`: words that others know of the person."""
    text = normalized(password)
    fewest = shortest(with_factor=with_factor)
    if len(text) < fewest:
        why = "" if with_factor else " (8 with a second factor)"
        raise _refused(f"password must have at least {fewest} characters{why}; several words are easiest to remember")
    if len(text) > LONGEST:
        raise _refused(f"password must have at most {LONGEST} characters")
    words = [word for each in known for word in (each, *each.replace("@", " ").replace(".", " ").split())]
    _check_guesses(text, [*words, "valhalla"])


def _check_guesses(text: str, words: list[str]) -> None:
    from zxcvbn import zxcvbn
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    if text.lower() in FREQUENCY_LISTS["passwords"]:
        raise _refused("password is one of the most common ones; choose another")
    found = zxcvbn(text[:72], user_inputs=[word for word in words if len(word) > 2])
    if found["guesses"] < _GUESSES:
        warning = found["feedback"]["warning"].rstrip(".")
        raise _refused(f"password is easy to guess{f' ({warning})' if warning else ''}; add another word or two")


def _refused(message: str) -> BadInput:
    return BadInput.field("password", message)
