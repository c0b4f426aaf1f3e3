"""Errors of single sign-on.

ProviderFailed    502  the provider cannot be reached, or answers something that cannot be used
InvalidToken      403  a token of the provider is not valid, or not meant for this sign-in
"""

from backend.app.kit.errors import AppError, Forbidden


class ProviderFailed(AppError):
    """The provider cannot be reached, or answers something that cannot be used."""

    status = 502
    title = "Bad Gateway"


class InvalidToken(Forbidden):
    """A token of the provider is not valid, or not meant for this sign-in."""
