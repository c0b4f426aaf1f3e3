"""Rules of signing in, from the settings."""

from datetime import timedelta

from backend.app.core_gov.access.sessions.limits import SessionLimits
from backend.app.core_gov.access.sign_in.service import SignInRules
from backend.app.settings import Settings


def limits_of(settings: Settings) -> SessionLimits:
    """Return the limits of sessions."""
    return SessionLimits(timedelta(hours=settings.session_idle_hours), timedelta(days=settings.session_days))


def rules_of(settings: Settings) -> SignInRules:
    """Return what sign-in requires."""
    return SignInRules(limits_of(settings), frozenset(settings.second_factor_roles), settings.passwords)


def base_url(settings: Settings) -> str:
    """Return the address of the service in links that commands print, without a slash at the end."""
    return settings.public_url or f"http://localhost:{settings.port}"
