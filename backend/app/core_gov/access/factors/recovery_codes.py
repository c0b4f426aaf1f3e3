"""Recovery codes: ten codes on paper, each of which replaces a second factor once."""

import secrets

NUMBER = 10

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: without I, L, O and U, which are mistaken for others."""

_GROUPS, _GROUP = 6, 4
_MISTAKEN = str.maketrans("ILO", "110", " -\u2010\u2011\u2012\u2013\u2212")


def new_recovery_codes() -> list[str]:
    """Return ten codes of 120 random bits each, such as `7K3M-9QXR-2HTP-C4VN-8WZB-D5EG`."""
    return [_new_code() for _ in range(NUMBER)]


def _new_code() -> str:
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))


def normalized_code(typed: str) -> str:
    """Return a typed code without spaces and dashes, in capitals, with the letters that are mistaken for digits."""
    return typed.strip().upper().translate(_MISTAKEN)
